// HEAD, refs and packed-refs that git would not write.
#include <string>

#include "commands/hostile_git_cases.h"

namespace backgraft::commands {
namespace {

HostileCase Head(const std::string& name, Outcome outcome,
                 const std::string& bytes, const std::string& message = "",
                 const std::string& hint = "") {
  return {name, outcome,
          [bytes](HostileSite& site) { site.Write(".git/HEAD", bytes); },
          message, hint};
}

// A ref beside the others, which is not taken.
HostileCase Ref(const std::string& name, const std::string& ref,
                const std::string& bytes) {
  return {name, Outcome::kNeutral, [ref, bytes](HostileSite& site) {
            site.last_members.push_back(
                {.name = ".git/" + ref,
                 .content = bytes.empty() ? site.tip() + "\n" : bytes});
          }};
}

HostileCase PackedRefs(const std::string& name, Outcome outcome,
                       const std::function<void(std::string*)>& edit,
                       const std::string& message = "",
                       const std::string& hint = "") {
  return {name, outcome,
          [edit](HostileSite& site) {
            site.Git({"pack-refs", "--all"});
            site.Edit(".git/packed-refs", edit);
          },
          message, hint};
}

}  // namespace

std::vector<HostileCase> HostileRefs() {
  const std::string zeros(40, '0');
  const std::string missing(40, '1');
  const std::string again = "git fsck";
  return {
      {"NoHead", Outcome::kRefused,
       [](HostileSite& site) { site.Remove(".git/HEAD"); }, "has no HEAD"},
      Head("EmptyHead", Outcome::kRefused, "", "HEAD", again),
      Head("GarbageHead", Outcome::kRefused, "\x1b[2Jgarbage\n", "HEAD", again),
      Head("HeadOutside", Outcome::kRefused, "ref: ../../etc/passwd\n", "HEAD",
           again),
      Head("HeadAbsolute", Outcome::kRefused, "ref: /etc/passwd\n", "HEAD",
           again),
      Head("HeadAtConfig", Outcome::kRefused, "ref: config\n", "HEAD", again),
      Head("HeadAtItself", Outcome::kRefused, "ref: HEAD\n", "HEAD", again),
      Head("HeadOfZeros", Outcome::kRefused, zeros + "\n", "HEAD", again),
      Head("HeadAtMissingObject", Outcome::kRefused, missing + "\n", missing),
      Head("UnbornHead", Outcome::kNoHistory, "ref: refs/heads/none\n"),
      {"HeadInACircle", Outcome::kRefused,
       [](HostileSite& site) {
         site.Write(".git/HEAD", "ref: refs/heads/a\n");
         site.Write(".git/refs/heads/a", "ref: refs/heads/b\n");
         site.Write(".git/refs/heads/b", "ref: refs/heads/a\n");
       },
       "HEAD", again},
      {"HeadOverManySteps", Outcome::kRefused,
       [](HostileSite& site) {
         site.Write(".git/HEAD", "ref: refs/heads/a\n");
         for (char c = 'a'; c < 'g'; ++c) {
           site.Write(std::string(".git/refs/heads/") + c,
                      std::string("ref: refs/heads/") +
                          static_cast<char>(c + 1) + "\n");
         }
         site.Write(".git/refs/heads/g", site.tip() + "\n");
       },
       "HEAD", again},
      {"HeadAtBlob", Outcome::kRefused,
       [](HostileSite& site) {
         site.Write(".git/HEAD", site.Id("HEAD:index.php") + "\n");
       }},
      {"HeadAtTree", Outcome::kRefused,
       [](HostileSite& site) { site.Write(".git/HEAD", site.tree() + "\n"); }},
      {"HeadAtTag", Outcome::kNeutral,
       [](HostileSite& site) {
         site.Git({"tag", "-a", "-m", "Tip", "tip"});
         site.Write(".git/HEAD", site.Id("tip") + "\n");
       }},
      {"HeadAtTagOfBlob", Outcome::kRefused,
       [](HostileSite& site) {
         site.Git({"tag", "-a", "-m", "Blob", "blob", "HEAD:index.php"});
         site.Write(".git/HEAD", site.Id("blob") + "\n");
       }},
      {"BranchOfHeadIsGarbage", Outcome::kRefused,
       [](HostileSite& site) {
         site.Write(".git/refs/heads/main", "garbage\n");
       },
       "HEAD", again},
      Ref("RefOfGarbage", "refs/heads/bad", "garbage\n"),
      Ref("RefOutside", "refs/heads/bad", "ref: ../../../../etc/passwd\n"),
      Ref("RefWithDots", "refs/heads/a..b", ""),
      Ref("RefWithControlByte", "refs/heads/a\x1b[2Jb", ""),
      Ref("RefLock", "refs/heads/main.lock", ""),
      Ref("RefWithReflogSyntax", "refs/heads/a@{1}", ""),
      Ref("RefWithLeadingDash", "refs/heads/--upload-pack=touch", ""),
      Ref("RefAtMissingObject", "refs/heads/bad", missing + "\n"),
      Ref("RefBelowRef", "refs/heads/other", "ref: refs/heads/other/below\n"),
      {"RefTooLong", Outcome::kRefused,
       [](HostileSite& site) {
         site.last_members.push_back(
             {.name = ".git/refs/heads/" + std::string(256, 'x')});
       },
       "a component of the path is longer than 255 bytes", kLookAtIt},
      PackedRefs(
          "PackedRefsOfGarbage", Outcome::kRefused,
          [](std::string* bytes) { *bytes += "\x1b[2Jgarbage\n"; },
          "an unexpected line '\\x1b[2Jgarbage'", again),
      PackedRefs(
          "PackedRefsCutOff", Outcome::kRefused,
          [](std::string* bytes) { bytes->resize(bytes->size() - 9); },
          "packed-refs", again),
      PackedRefs("PackedRefsWithBadNames", Outcome::kNeutral,
                 [missing](std::string* bytes) {
                   for (const char* name :
                        {"refs/heads/../../config", "refs/heads/a.lock",
                         "/etc/passwd", "HEAD", "refs/heads/a\tb"}) {
                     *bytes += missing + " " + name + "\n";
                   }
                 }),
      PackedRefs("ManyPackedRefs", Outcome::kNeutral,
                 [](std::string* bytes) {
                   const std::string id =
                       bytes->substr(bytes->find('\n') + 1, 40);
                   for (int i = 0; i < 50000; ++i) {
                     *bytes += id + " refs/heads/many/" + std::to_string(i) +
                               "/" + std::to_string(i) + "\n";
                   }
                 }),
  };
}

}  // namespace backgraft::commands
