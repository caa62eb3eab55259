// Configurations and hooks that git would obey, and those it cannot.
#include "commands/hostile_git_cases.h"

namespace backgraft::commands {
namespace {

// What git would run leaves a mark outside.
std::string Mark(const HostileSite& site) {
  return "touch " + site.outside() + "/mark";
}

HostileCase Obeyed(
    const std::string& name,
    const std::function<std::string(const HostileSite&)>& config) {
  return {name, Outcome::kNeutral, [config](HostileSite& site) {
            site.Edit(".git/config",
                      [&](std::string* bytes) { *bytes += config(site); });
          }};
}

// `[section]`, `key = <a command that leaves a mark>`
HostileCase Command(const std::string& name, const std::string& section,
                    const std::string& key) {
  return Obeyed(name, [section, key](const HostileSite& site) {
    return "[" + section + "]\n\t" + key + " = \"" + Mark(site) + "\"\n";
  });
}

HostileCase Unreadable(const std::string& name, const std::string& config,
                       const std::string& message, const std::string& hint) {
  return {name, Outcome::kRefused,
          [config](HostileSite& site) { site.Write(".git/config", config); },
          message, hint};
}

// Attributes that name a driver which the configuration defines.
HostileCase Driver(const std::string& name, const std::string& attribute,
                   const std::string& section,
                   const std::vector<std::string>& keys) {
  return {name, Outcome::kNeutral,
          [attribute, section, keys](HostileSite& site) {
            site.Write(".gitattributes", "*.php " + attribute + "\n");
            site.Commit();
            site.Edit(".git/config", [&](std::string* bytes) {
              *bytes += "[" + section + "]\n";
              for (const std::string& key : keys) {
                *bytes += "\t" + key + " = \"" + Mark(site) + "\"\n";
              }
            });
          }};
}

HostileCase HooksOfEveryName() {
  return {
      "Hooks", Outcome::kNeutral, [](HostileSite& site) {
        for (const char* hook : {"applypatch-msg",     "commit-msg",
                                 "fsmonitor-watchman", "post-applypatch",
                                 "post-checkout",      "post-commit",
                                 "post-index-change",  "post-merge",
                                 "post-receive",       "post-rewrite",
                                 "post-update",        "pre-applypatch",
                                 "pre-auto-gc",        "pre-commit",
                                 "pre-merge-commit",   "pre-push",
                                 "pre-rebase",         "pre-receive",
                                 "prepare-commit-msg", "proc-receive",
                                 "push-to-checkout",   "reference-transaction",
                                 "sendemail-validate", "update"}) {
          const std::string name = std::string(".git/hooks/") + hook;
          site.last_members.push_back(
              {.name = name,
               .content = "#!/bin/sh\n" + Mark(site) + "\n",
               .mode = 0755});
        }
      }};
}

}  // namespace

std::vector<HostileCase> HostileConfigs() {
  return {
      Obeyed("IncludePath",
             [](const HostileSite& site) {
               return "[include]\n\tpath = " + site.outside() + "/config\n";
             }),
      Obeyed("IncludeIf",
             [](const HostileSite& site) {
               return "[includeIf \"gitdir:/\"]\n\tpath = " + site.outside() +
                      "/config\n";
             }),
      Obeyed("Worktree",
             [](const HostileSite& site) {
               return "[core]\n\tworktree = " + site.outside() + "\n";
             }),
      Obeyed("HooksPath",
             [](const HostileSite& site) {
               return "[core]\n\thooksPath = " + site.outside() + "\n";
             }),
      Obeyed("AttributesAndExcludesFile",
             [](const HostileSite& site) {
               return "[core]\n\tattributesFile = " + site.outside() +
                      "/a\n\texcludesFile = " + site.outside() + "/e\n";
             }),
      Obeyed("ExternalRemote",
             [](const HostileSite& site) {
               return "[remote \"origin\"]\n\turl = \"ext::sh -c '" +
                      Mark(site) + "'\"\n\tfetch = +refs/*:refs/*\n";
             }),
      Obeyed("InsteadOf",
             [](const HostileSite&) {
               return "[url \"http://127.0.0.1:9/\"]\n\tinsteadOf = /\n"
                      "\tinsteadOf = .\n";
             }),
      Command("Fsmonitor", "core", "fsmonitor"),
      Command("Pager", "core", "pager"),
      Command("Editor", "core", "editor"),
      Command("SshCommand", "core", "sshCommand"),
      Command("AskPass", "core", "askPass"),
      Command("GpgProgram", "gpg", "program"),
      Command("ExternalDiff", "diff", "external"),
      Command("CredentialHelper", "credential", "helper"),
      Command("Alias", "alias", "status"),
      Command("PackObjectsHook", "uploadpack", "packObjectsHook"),
      Driver("Filter", "filter=evil", "filter \"evil\"", {"clean", "smudge"}),
      Driver("FilterProcess", "filter=evil", "filter \"evil\"", {"process"}),
      Driver("DiffDriver", "diff=evil", "diff \"evil\"",
             {"command", "textconv"}),
      Driver("MergeDriver", "merge=evil", "merge \"evil\"", {"driver"}),
      HooksOfEveryName(),
      {"FsckOfTheSource", Outcome::kRefused,
       [](HostileSite& site) {
         site.SetTip(site.ForgeCommit(
             site.Forge(git::ObjectType::kTree,
                        testing::RawEntry(
                            "100644", ".git",
                            *git::Oid::FromHex(site.Id("HEAD:index.php"))))));
         site.Edit(".git/config", [](std::string* bytes) {
           *bytes +=
               "[fsck]\n\thasDotgit = ignore\n[fetch \"fsck\"]\n"
               "\thasDotgit = ignore\n";
         });
       },
       "hasDotgit", "git config fetch.fsck.hasDotgit warn"},

      Unreadable("Version2", "[core]\n\trepositoryformatversion = 2\n",
                 "the repository format 2, which is newer than 1",
                 "git clone --mirror"),
      Unreadable("UnknownExtension",
                 "[core]\n\trepositoryformatversion = 1\n"
                 "[extensions]\n\tevil = true\n",
                 "unknown repository extension 'evil'", "git clone --mirror"),
      Unreadable("Sha256",
                 "[core]\n\trepositoryformatversion = 1\n"
                 "[extensions]\n\tobjectFormat = sha256\n",
                 "has SHA-256 object ids", "git fast-export --all"),
      Unreadable("RefTable",
                 "[core]\n\trepositoryformatversion = 1\n"
                 "[extensions]\n\trefStorage = reftable\n",
                 "keeps its refs as 'reftable'",
                 "git refs migrate --ref-format=files"),
      Unreadable("PartialClone",
                 "[core]\n\trepositoryformatversion = 1\n"
                 "[extensions]\n\tpartialClone = origin\n",
                 "is a partial clone", "git clone --mirror"),
      Unreadable("PromisorRemote",
                 "[core]\n\trepositoryformatversion = 1\n"
                 "[remote \"origin\"]\n\turl = http://127.0.0.1:9/\n"
                 "\tpromisor = true\n",
                 "is a partial clone", "git clone --mirror"),
      Unreadable("DamagedConfig", "[core\n", "has a damaged configuration",
                 "git config --edit"),
      {"PromisorPack", Outcome::kNeutral,
       [](HostileSite& site) { site.Write(site.Pack() + ".promisor", ""); }},
  };
}

}  // namespace backgraft::commands
