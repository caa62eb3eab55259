// Trees, commits and `.gitmodules` that git fsck calls errors.
#include <utility>

#include "commands/hostile_git_cases.h"

namespace backgraft::commands {
namespace {

using git::ObjectType;
using testing::RawEntry;

using Entries = std::vector<std::pair<std::string, std::string>>;

std::string ForgeTree(const HostileSite& site, const Entries& entries) {
  std::string bytes;
  for (const auto& [mode, name] : entries) {
    git::Oid id;
    if (name != "null") {
      id = *git::Oid::FromHex(
          site.Id(mode == "40000" ? "HEAD:inc" : "HEAD:index.php"));
    }
    bytes += RawEntry(mode, name, id);
  }
  return site.Forge(ObjectType::kTree, bytes);
}

std::string ForgeDeep(const HostileSite& site) {
  constexpr int kDepth = 3000;
  std::string tree = site.Id("HEAD:inc");
  for (int depth = 0; depth < kDepth; ++depth) {
    tree = site.Forge(ObjectType::kTree,
                      RawEntry("40000", "d", *git::Oid::FromHex(tree)));
  }
  return tree;
}

// At the tip, and before it.
std::vector<HostileCase> Tree(const std::string& name, const Entries& entries,
                              const std::string& message) {
  const std::string hint = "git config fetch.fsck." + message + " warn";
  return {{name, Outcome::kRefused,
           [entries](HostileSite& site) {
             site.SetTip(site.ForgeCommit(ForgeTree(site, entries)));
           },
           message, hint},
          {name + "Deep", Outcome::kRefusedHistory,
           [entries](HostileSite& site) {
             site.SetTipAfter(site.ForgeCommit(ForgeTree(site, entries)));
           },
           message, hint}};
}

HostileCase Commit(const std::string& name, const std::string& header,
                   const std::string& message) {
  return {name, Outcome::kRefusedHistory,
          [header](HostileSite& site) {
            site.SetTipAfter(site.Forge(ObjectType::kCommit,
                                        "tree " + site.tree() + "\nparent " +
                                            site.tip() + "\n" + header +
                                            "\n\nForged\n"));
          },
          message, "git config fetch.fsck." + message + " warn"};
}

std::vector<HostileCase> Modules(const std::string& name,
                                 const std::string& content,
                                 const std::string& message) {
  const std::string hint = "git config fetch.fsck." + message + " warn";
  auto tree = [content](const HostileSite& site) {
    const std::string blob = site.Forge(ObjectType::kBlob, content);
    return site.Forge(ObjectType::kTree, RawEntry("100644", ".gitmodules",
                                                  *git::Oid::FromHex(blob)));
  };
  return {{name, Outcome::kRefused,
           [tree, content](HostileSite& site) {
             site.Write(".gitmodules", content);
             site.SetTip(site.ForgeCommit(tree(site)));
           },
           message, hint},
          {name + "Deep", Outcome::kRefusedHistory,
           [tree](HostileSite& site) {
             site.SetTipAfter(site.ForgeCommit(tree(site)));
           },
           message, hint}};
}

}  // namespace

std::vector<HostileCase> HostileContents() {
  const std::string person = "A <a@example.com> 1700000000 +0000";
  std::vector<HostileCase> all = {
      Commit("CommitWithoutAuthor", "committer " + person, "missingAuthor"),
      Commit("CommitWithBadDate",
             "author A <a@example.com> soon +0000\ncommitter " + person,
             "badDate"),
      Commit(
          "CommitWithTwoAuthors",
          "author " + person + "\nauthor " + person + "\ncommitter " + person,
          "multipleAuthors"),
  };
  // No configuration permits this one.
  all.push_back(Commit(
      "CommitWithNul",
      "author " + person + "\ncommitter " + person + std::string("\nx \0y", 5),
      "nulInHeader"));
  all.back().hint.clear();
  auto add = [&all](const std::vector<HostileCase>& cases) {
    all.insert(all.end(), cases.begin(), cases.end());
  };
  add(Tree("TreeWithDotGit", {{"40000", ".git"}}, "hasDotgit"));
  add(Tree("TreeWithUpperGit", {{"40000", ".GIT"}}, "hasDotgit"));
  add(Tree("TreeWithNtfsGit", {{"40000", "git~1"}}, "hasDotgit"));
  add(Tree("TreeWithHfsGit", {{"40000", ".g\u200cit"}}, "hasDotgit"));
  add(Tree("TreeWithSlash", {{"100644", "a/b"}}, "fullPathname"));
  add(Tree("TreeWithDots", {{"40000", ".."}}, "hasDotdot"));
  add(Tree("TreeWithDuplicates", {{"100644", "a"}, {"100644", "a"}},
           "duplicateEntries"));
  add(Tree("TreeOutOfOrder", {{"100644", "b"}, {"100644", "a"}},
           "treeNotSorted"));
  add(Tree("TreeWithNullId", {{"100644", "null"}}, "nullSha1"));
  add(Tree("TreeWithPaddedMode", {{"0100644", "a"}}, "zeroPaddedFilemode"));
  // Deeper than any stack: walked without recursion before the tip, refused at
  // it.
  all.push_back({"TreesVeryDeep", Outcome::kNeutral, [](HostileSite& site) {
                   site.SetTipAfter(site.ForgeCommit(ForgeDeep(site)));
                 }});
  all.push_back({"TreesVeryDeepAtTheTip", Outcome::kRefused,
                 [](HostileSite& site) {
                   site.SetTip(site.ForgeCommit(ForgeDeep(site)));
                 },
                 "too deep"});
  // git fsck only remarks on these.
  all.push_back({"TreeWithOddModes", Outcome::kNeutral, [](HostileSite& site) {
                   site.SetTipAfter(site.ForgeCommit(
                       ForgeTree(site, {{"100777", "a"}, {"100664", "b"}})));
                 }});
  add(Modules("ModuleUrlIsAnOption",
              "[submodule \"m\"]\n\tpath = m\n\turl = -u./evil\n",
              "gitmodulesUrl"));
  add(Modules("ModulePathIsAnOption",
              "[submodule \"m\"]\n\tpath = -m\n\turl = ./m\n",
              "gitmodulesPath"));
  add(Modules("ModuleNameIsOutside",
              "[submodule \"../../m\"]\n\tpath = m\n\turl = ./m\n",
              "gitmodulesName"));
  return all;
}

}  // namespace backgraft::commands
