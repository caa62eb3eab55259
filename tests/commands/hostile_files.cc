// What kind of files a `.git` is made of, and where they lead.
#include "commands/hostile_git_cases.h"

namespace backgraft::commands {
namespace {

using archive::TarMember;

constexpr char kLink[] = "is a link, and only files and directories";
constexpr char kFifo[] = "is a fifo, and only files and directories";

HostileCase Linked(const std::string& name, const std::string& path) {
  return {name, Outcome::kRefused,
          [path](HostileSite& site) { site.MakeLink(path); }, kLink};
}

std::vector<HostileCase> Links() {
  std::vector<HostileCase> cases = {
      Linked("HeadIsLink", ".git/HEAD"),
      Linked("ConfigIsLink", ".git/config"),
      Linked("RefIsLink", ".git/refs/heads/main"),
      Linked("RefsIsLink", ".git/refs"),
      Linked("HeadsIsLink", ".git/refs/heads"),
      Linked("ObjectsIsLink", ".git/objects"),
      Linked("PackDirectoryIsLink", ".git/objects/pack"),
      Linked("GitIsLink", ".git"),
      {"PackedRefsIsLink", Outcome::kRefused,
       [](HostileSite& site) {
         site.Git({"pack-refs", "--all"});
         site.MakeLink(".git/packed-refs");
       }},
      {"LooseObjectIsLink", Outcome::kRefused,
       [](HostileSite& site) {
         site.MakeLink(HostileSite::LooseName(site.first()));
       }},
      {"ObjectDirectoryIsLink", Outcome::kRefused,
       [](HostileSite& site) {
         site.MakeLink(".git/objects/" + site.tip().substr(0, 2));
       }},
      {"PackIsLink", Outcome::kRefused,
       [](HostileSite& site) { site.MakeLink(site.Pack() + ".pack"); }},
      {"PackIndexIsLink", Outcome::kRefused,
       [](HostileSite& site) { site.MakeLink(site.Pack() + ".idx"); }},
      {"AlternatesIsLink", Outcome::kRefused,
       [](HostileSite& site) {
         site.Write(".git/objects/info/alternates", "");
         site.MakeLink(".git/objects/info/alternates");
       }},
      {"BelowLinkedGit", Outcome::kRefused,
       [](HostileSite& site) {
         site.first_members.push_back(
             {.name = ".git", .type = '2', .link = site.outside()});
       },
       "is a file and a directory", kLookAtIt},
      {"BelowLinkedRefs", Outcome::kRefused,
       [](HostileSite& site) {
         site.first_members.push_back(
             {.name = ".git/refs", .type = '2', .link = site.outside()});
       },
       "is a file and a directory", kLookAtIt},
  };
  for (HostileCase& each : cases) {
    if (each.message.empty()) each.message = kLink;
  }
  return cases;
}

// Only an archive can hold these for all to see.
std::vector<HostileCase> OtherKinds() {
  auto replace = [](const TarMember& member) {
    return [member](HostileSite& site) {
      site.replaced_members.push_back(member);
    };
  };
  return {
      {"HeadIsHardLink", Outcome::kRefused,
       replace({.name = ".git/HEAD", .type = '1', .link = "index.php"}), kLink},
      {"HeadIsDevice", Outcome::kRefused,
       replace({.name = ".git/HEAD", .type = '3'}), "is a device"},
      {"HeadIsFifo", Outcome::kRefused,
       [](HostileSite& site) { site.MakeFifo(".git/HEAD"); }, kFifo},
      {"HeadIsDirectory", Outcome::kRefused,
       replace({.name = ".git/HEAD", .type = '5'}), "entry '.git/HEAD' of "},
      {"RefIsFifo", Outcome::kRefused,
       [](HostileSite& site) { site.MakeFifo(".git/refs/heads/main"); }, kFifo},
      {"LooseObjectIsFifo", Outcome::kRefused,
       [](HostileSite& site) {
         site.MakeFifo(HostileSite::LooseName(site.first()));
       },
       kFifo},
      {"LooseObjectIsHardLink", Outcome::kRefused,
       [](HostileSite& site) {
         site.replaced_members.push_back(
             {.name = HostileSite::LooseName(site.first()),
              .type = '1',
              .link = "index.php"});
       },
       kLink},
      {"ObjectsIsFile", Outcome::kRefused,
       [](HostileSite& site) { site.Write(".git/objects", "none\n"); },
       "is a file where git has a directory"},
      {"FileIsDirectoryToo", Outcome::kRefused,
       [](HostileSite& site) {
         site.last_members.push_back({.name = ".git/HEAD/x"});
       },
       "is a file and a directory", kLookAtIt},
      {"EscapesInName", Outcome::kRefused,
       [](HostileSite& site) {
         site.last_members.push_back(
             {.name = ".git/refs/heads/\x1b[2J", .type = '2', .link = "main"});
       },
       "entry '.git/refs/heads/\\x1b[2J' of "},
      {"GitInOtherCase", Outcome::kRefused,
       [](HostileSite& site) {
         site.last_members.push_back(
             {.name = ".GIT/config", .content = "[core]\n"});
       },
       "entry '.GIT/config' of ", kLookAtIt},
  };
}

std::vector<HostileCase> Elsewhere() {
  return {
      {"Alternates", Outcome::kRefused,
       [](HostileSite& site) {
         site.Write(".git/objects/info/alternates", site.outside() + "\n");
       },
       "borrows objects from another repository", "git repack -a -d"},
      {"HttpAlternates", Outcome::kRefused,
       [](HostileSite& site) {
         site.Write(".git/objects/info/http-alternates",
                    "http://127.0.0.1/objects\n");
       },
       "borrows objects from another repository", "git repack -a -d"},
      {"EmptyAlternates", Outcome::kNeutral,
       [](HostileSite& site) {
         site.Write(".git/objects/info/alternates", "\n# none\n");
       }},
      {"Commondir", Outcome::kNoHistory,
       [](HostileSite& site) {
         site.Write(".git/commondir", site.outside() + "\n");
       }},
      {"GitFile", Outcome::kNoHistory,
       [](HostileSite& site) {
         site.Write(".git", "gitdir: " + site.outside() + "\n");
       }},
      {"Shallow", Outcome::kRefused,
       [](HostileSite& site) { site.Write(".git/shallow", site.tip() + "\n"); },
       "holds a shallow clone", "git fetch --unshallow"},
      {"EmptyShallow", Outcome::kNeutral,
       [](HostileSite& site) { site.Write(".git/shallow", ""); }},
      {"Grafts", Outcome::kNeutral,
       [](HostileSite& site) {
         site.Write(".git/info/grafts", site.tip() + "\n");
       }},
      {"Replaced", Outcome::kNeutral,
       [](HostileSite& site) {
         site.Git({"replace", site.tip(), site.first()});
         site.Git({"replace", site.Id("HEAD:index.php"),
                   site.Id("HEAD:inc/page.php")});
       }},
      {"Worktrees", Outcome::kNeutral,
       [](HostileSite& site) {
         site.Write(".git/worktrees/w/gitdir", site.outside() + "/.git\n");
         site.Write(".git/worktrees/w/commondir", "../..\n");
         site.Write(".git/worktrees/w/HEAD", site.first() + "\n");
       }},
      {"HooksOfModule", Outcome::kNeutral,
       [](HostileSite& site) {
         site.Write(".git/modules/m/HEAD", "ref: refs/heads/main\n");
         site.Write(".git/modules/m/hooks/post-checkout", "#!/bin/sh\n");
         site.Write(".git/modules/m/config",
                    "[core]\n\tworktree = " + site.outside() + "\n");
       }},
      {"LinkedHooksAndLogs", Outcome::kNeutral,
       [](HostileSite& site) {
         site.Write(".git/hooks/pre-commit", "#!/bin/sh\n");
         site.MakeLink(".git/hooks");
         site.last_members.push_back(
             {.name = ".git/logs", .type = '2', .link = site.outside()});
       }},
  };
}

std::vector<HostileCase> Twice() {
  return {
      {"HeadTwice", Outcome::kRefused,
       [](HostileSite& site) {
         site.last_members.push_back(
             {.name = ".git/HEAD", .content = site.first() + "\n"});
       },
       "comes twice with different content"},
      {"SameHeadTwice", Outcome::kNeutral,
       [](HostileSite& site) {
         site.last_members.push_back(
             {.name = ".git/HEAD", .content = site.Read(".git/HEAD")});
       }},
      {"ConfigTwice", Outcome::kRefused,
       [](HostileSite& site) {
         site.first_members.push_back(
             {.name = ".git/config", .content = "[core]\n"});
       },
       "comes twice with different content"},
      {"LooseObjectTwice", Outcome::kRefused,
       [](HostileSite& site) {
         std::string name = HostileSite::LooseName(site.first());
         site.last_members.push_back(
             {.name = name, .content = site.Read(name)});
       },
       "comes twice"},
      {"NestedGitComesFirst", Outcome::kNeutral,
       [](HostileSite& site) {
         for (const char* name : {"HEAD", "config", "refs/heads/main",
                                  "objects/info/alternates"}) {
           site.first_members.push_back(
               {.name = "inc/deep/.git/" + std::string(name),
                .content = "../../outside\n"});
         }
       }},
      {"TwoGitsAtOneDepth", Outcome::kNeutral,
       [](HostileSite& site) {
         for (const char* name : {"a/.git/HEAD", "b/.git/HEAD"}) {
           site.last_members.push_back({.name = name, .content = "garbage\n"});
         }
       }},
  };
}

}  // namespace

std::vector<HostileCase> HostileFiles() {
  std::vector<HostileCase> all;
  for (const auto& part : {Links(), OtherKinds(), Elsewhere(), Twice()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace backgraft::commands
