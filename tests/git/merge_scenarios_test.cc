// The situations that git's own tests of merges go through (t3501, t3509, t6400
// to t6439) and those of libgit2 (merge/trees, merge/files, revert), written
// anew as text in scenarios/. Each is merged both ways round, as ours and as
// theirs, and compared with the installed git: tree, stages and messages.
//
// What is left out there, and why:
//
//   git's test              what it is about
//   t3502, t3503, t3505,    picks and reverts as commands:
//   t3506, t3507, t3510,      commands/revert_scenarios_test.cc
//   t3511
//   t3504                   rerere: conflicts are resolved by git, not here
//   t3508, t3511            cherry-pick's own -x, --ff, ranges of picks
//   t6401, t6404, t6408,    several merge bases or none, fast-forwards: a
//   revert t6409, t6431, parts of    has one base, and nothing else is merged
//   yet; of t6416                     t6416 the merges inside are here t6403
//   `git merge-file` as a command (its merges: t6427) t6406, t6418 merge
//   attributes and renormalization: the rules are
//                             TreeMergeTest.DriversComeFromTheRules; drivers of
//                             the user's own are never run
//   t6407                   the same conflict with -m and without: binary
//   t6412, t6429            how often git looks for renames, and its limit
//   t6417, t6432, t6434     -Xours is TreeMergeTest.FavorSettlesConflicts...;
//                             -Xignore-space-change, -Xpatience, -Xfind-renames
//                             are not options of ours
//   t6419, t6421, t6435,    ignorecase, partial clones, sparse checkouts:
//   t6428                     a working tree's, not a merge's
//   t6422-1, t6423-10, -11, files that are not committed in the way, and what
//   t6424, t6426-4, t6436,    is said of them: commands/revert_test.cc and
//   t6439, t7607              git/publication_test.cc
//   t6433                   merging from a subdirectory
//   t6437, t6438            the parts that look into submodules: a submodule is
//                             an id here, as in a bare repository
//
//   libgit2's test          what it is about
//   merge/analysis,         what `git merge` would do, its files in .git
//   workdir/setup
//   merge/octopus,          several bases or more than two sides
//   trees/recursive,
//   trees/commits
//   merge/driver            drivers as callbacks
//   trees/whitespace,       -Xignore-space-change
//   parts of files
//   renames without         FIND_RENAMES off: git's revert has no such option
//   FIND_RENAMES
#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "git/merge_oracle.h"
#include "git/merge_scenario.h"
#include "git/repository.h"
#include "git/tree.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;

std::string Describe(const ForgedTree& tree) {
  std::string out;
  for (const auto& [path, file] : tree) {
    out += file.mode + " " + path + "\n" + file.content + "\n";
  }
  return out;
}

// "conflict <path> <stages> <kind>", one a line. Files that were moved aside
// are called "<path>~ours" here, without the branch's name.
std::string Describe(const std::vector<MergeConflict>& conflicts,
                     const std::string& name) {
  std::string out;
  for (const MergeConflict& conflict : conflicts) {
    std::string path = conflict.path;
    size_t aside = path.find("~" + name + "-");
    if (aside != std::string::npos) path.erase(aside + 1, name.size() + 1);
    std::string stages;
    for (size_t i = 0; i < 3; ++i) {
      if (conflict.stages[i]) stages += static_cast<char>('1' + i);
    }
    out += "conflict " + path + " " + (stages.empty() ? "-" : stages) + " " +
           std::string(ConflictKindName(conflict.kind)) + "\n";
  }
  return out;
}

std::string Describe(const std::vector<std::string>& conflicts) {
  std::string out;
  for (const std::string& conflict : conflicts) {
    out += "conflict " + conflict + "\n";
  }
  return out;
}

std::vector<std::string> ConfigOf(const MergeExpectation& expected) {
  const char* renames =
      expected.directory_renames == DirectoryRenames::kYes  ? "true"
      : expected.directory_renames == DirectoryRenames::kNo ? "false"
                                                            : "conflict";
  const char* style = expected.style == ConflictStyle::kDiff3    ? "diff3"
                      : expected.style == ConflictStyle::kZdiff3 ? "zdiff3"
                                                                 : "merge";
  return {std::string("merge.directoryRenames=") + renames,
          std::string("merge.conflictStyle=") + style};
}

class MergeScenariosTest : public ::testing::TestWithParam<const char*> {
 protected:
  MergeScenariosTest()
      : scenarios_(ReadMergeScenarios(std::string(BACKGRAFT_SCENARIOS "/") +
                                      GetParam() + ".txt")) {
    Git(dir_.path(), {"init", "-q", "--bare", "-b", "main"});
    Git(dir_.path(), {"config", "core.abbrev", "40"});
    std::string import;
    for (size_t i = 0; i < scenarios_.size(); ++i) {
      import += FastImport(Name(i), scenarios_[i].trees);
    }
    auto imported = testing::Run({"git", "fast-import", "--quiet"},
                                 {.directory = dir_.path(), .input = import});
    EXPECT_EQ(imported.status, 0) << imported.err;
    repository_.emplace(Repository::Open(dir_.path()));
    writer_.emplace(*repository_, repository_->objects_dir(),
                    ObjectWriterOptions{});
    merger_.emplace(*writer_);
  }

  static std::string Name(size_t scenario) {
    return "s" + std::to_string(scenario);
  }

  MergeResult Merge(size_t scenario, const MergeExpectation& expected,
                    const std::string& ours, const std::string& theirs) {
    auto commit = [&](const std::string& side) {
      return *repository_->ResolveCommit("refs/heads/" + Name(scenario) + "-" +
                                         side);
    };
    MergeOptions options;
    options.base_label = commit("base").Hex();
    options.ours_label = Name(scenario) + "-" + ours;
    options.theirs_label = Name(scenario) + "-" + theirs;
    options.directory_renames = expected.directory_renames;
    options.style = expected.style;
    return merger_->Merge(repository_->PeelToTree(commit("base")),
                          repository_->PeelToTree(commit(ours)),
                          repository_->PeelToTree(commit(theirs)), options);
  }

  // `like` decides whose content is not looked at.
  std::string Read(const Oid& tree, const ForgedTree& like) {
    ForgedTree out;
    for (const TreeFile& file : ListTree(*writer_, tree)) {
      char mode[8];
      std::snprintf(mode, sizeof mode, "%06o",
                    static_cast<unsigned>(file.mode));
      auto expected = like.find(file.path);
      out[file.path] = {
          mode, expected != like.end() && expected->second.content == "?" ? "?"
                : file.mode == FileMode::kGitlink
                    ? file.oid.Hex()
                    : writer_->Read(file.oid, ObjectType::kBlob)};
    }
    return Describe(out);
  }

  void ExpectOutcome(size_t scenario, const MergeResult& result,
                     const MergeExpectation& expected) {
    EXPECT_EQ(Describe(result.conflicts, Name(scenario)),
              Describe(expected.conflicts));
    if (expected.merged && result.clean()) {
      EXPECT_EQ(Read(result.tree, *expected.merged),
                Describe(*expected.merged));
    }
    EXPECT_EQ(expected.merged.has_value(), expected.conflicts.empty())
        << "the scenario says nothing or too much";
  }

  testing::TempDir dir_;
  std::vector<MergeScenario> scenarios_;
  std::optional<Repository> repository_;
  std::optional<ObjectWriter> writer_;
  std::optional<TreeMerger> merger_;
};

TEST_P(MergeScenariosTest, ComeOutAsWrittenAndAsGits) {
  struct Asked {
    std::string what, pair;
    MergeOutcome ours;
  };
  std::map<std::vector<std::string>, std::vector<Asked>> questions;
  for (size_t i = 0; i < scenarios_.size(); ++i) {
    EXPECT_FALSE(scenarios_[i].expectations.empty()) << scenarios_[i].name;
    for (const MergeExpectation& expected : scenarios_[i].expectations) {
      SCOPED_TRACE(scenarios_[i].name + ", " + ConfigOf(expected)[0]);
      MergeResult result = Merge(i, expected, "ours", "theirs");
      ExpectOutcome(i, result, expected);
      MergeResult turned = Merge(i, expected, "theirs", "ours");
      EXPECT_EQ(result.clean(), turned.clean());
      if (expected.git_fails) continue;
      auto& asked = questions[ConfigOf(expected)];
      asked.push_back({scenarios_[i].name,
                       Name(i) + "-ours " + Name(i) + "-theirs\n",
                       OutcomeOf(result)});
      asked.push_back({scenarios_[i].name + ", turned round",
                       Name(i) + "-theirs " + Name(i) + "-ours\n",
                       OutcomeOf(turned)});
    }
  }
  for (const auto& [config, asked] : questions) {
    std::vector<std::string> pairs;
    for (const Asked& one : asked) pairs.push_back(one.pair);
    std::vector<MergeOutcome> gits = GitOutcomes(dir_.path(), config, pairs);
    for (size_t i = 0; i < asked.size(); ++i) {
      SCOPED_TRACE(asked[i].what + ", " + config[0]);
      EXPECT_FALSE(gits[i].died);
      EXPECT_EQ(asked[i].ours.stages, gits[i].stages);
      EXPECT_EQ(asked[i].ours.messages, gits[i].messages);
      EXPECT_EQ(asked[i].ours.tree, gits[i].tree);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, MergeScenariosTest,
                         ::testing::Values("contents", "directories",
                                           "directory_renames",
                                           "directory_renames_9", "libgit2",
                                           "renames"));

}  // namespace
}  // namespace backgraft::git
