// Loose objects that are damaged or lie, and objects that are not there.
#include "commands/hostile_git_cases.h"

namespace backgraft::commands {
namespace {

using git::ObjectType;

HostileCase Missing(const std::string& name, Outcome outcome,
                    const std::string& revision, const std::string& message) {
  return {name, outcome,
          [revision](HostileSite& site) {
            site.Remove(HostileSite::LooseName(site.Id(revision)));
          },
          message};
}

HostileCase Damaged(const std::string& name,
                    const std::function<void(std::string*)>& edit) {
  return {name, Outcome::kRefused,
          [edit](HostileSite& site) {
            site.Edit(HostileSite::LooseName(site.tree()), edit);
          },
          "objects/"};
}

}  // namespace

std::vector<HostileCase> HostileObjects() {
  return {
      Missing("TipIsMissing", Outcome::kRefused, "HEAD", "is missing"),
      Missing("TreeOfTipIsMissing", Outcome::kRefused, "HEAD^{tree}",
              "is missing"),
      {"SubtreeOfTipIsMissing", Outcome::kRefused,
       [](HostileSite& site) {
         site.Write("inc/page.php", "new page\n");
         site.Commit();
         site.Remove(HostileSite::LooseName(site.Id("HEAD:inc")));
       },
       "is missing"},
      Missing("BlobOfTipIsMissing", Outcome::kRefusedHistory, "HEAD:index.php",
              "is missing"),
      Missing("CommitIsMissing", Outcome::kRefusedHistory, "HEAD~1",
              "is missing"),
      Missing("TreeIsMissing", Outcome::kRefusedHistory, "HEAD~1^{tree}",
              "is missing"),
      Missing("BlobIsMissing", Outcome::kRefusedHistory, "HEAD~1:index.php",
              "is missing"),
      Damaged("LooseObjectCutOff",
              [](std::string* bytes) { bytes->resize(bytes->size() / 2); }),
      Damaged("EmptyLooseObject", [](std::string* bytes) { bytes->clear(); }),
      Damaged("LooseObjectWithMore",
              [](std::string* bytes) { *bytes += "more"; }),
      Damaged("LooseObjectOfGarbage",
              [](std::string* bytes) { *bytes = "garbage"; }),
      Damaged("LooseObjectOfOtherType",
              [](std::string* bytes) {
                *bytes = testing::LooseBytes("blob 4", "tree");
              }),
      Damaged("LooseObjectOfUnknownType",
              [](std::string* bytes) {
                *bytes = testing::LooseBytes("evil 4", "tree");
              }),
      Damaged("LooseObjectSaysLess",
              [](std::string* bytes) {
                *bytes = testing::LooseBytes("tree 2", "tree");
              }),
      Damaged("LooseObjectSaysMore",
              [](std::string* bytes) {
                *bytes = testing::LooseBytes("tree 99999999999", "tree");
              }),
      Damaged("LooseObjectIsABomb",
              [](std::string* bytes) {
                const size_t size = size_t{300} << 20;
                *bytes = testing::LooseBytes("tree " + std::to_string(size),
                                             std::string(size, '\0'));
              }),
      {"LooseObjectDamagedDeep", Outcome::kRefusedHistory,
       [](HostileSite& site) {
         site.Edit(HostileSite::LooseName(site.Id("HEAD~2^{tree}")),
                   [](std::string* bytes) { *bytes += "more"; });
       },
       "objects/"},
      {"LooseObjectUnreachable", Outcome::kRefusedHistory,
       [](HostileSite& site) {
         site.Write(HostileSite::LooseName(std::string(40, '7')), "garbage");
       },
       "objects/77/"},
      {"LooseObjectOfOtherName", Outcome::kNeutral,
       [](HostileSite& site) {
         site.Write(".git/objects/7x/" + std::string(38, '7'), "garbage");
         site.Write(".git/objects/77/" + std::string(38, 'A'), "garbage");
         site.Write(".git/objects/77/tmp_obj_x", "garbage");
       }},
  };
}

}  // namespace backgraft::commands
