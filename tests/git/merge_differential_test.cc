// Random merges, ours against `git merge-tree --write-tree` (the merge-ort of
// the installed git): the same tree, the same index stages, the same messages.
//
//   BACKGRAFT_DIFF_COUNT   how many merges (200)
//   BACKGRAFT_DIFF_SEED    the first one's seed (1)
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "git/merge_forge.h"
#include "git/merge_oracle.h"
#include "git/object_writer.h"
#include "git/repository.h"
#include "git/tree_merge.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using testing::TempDir;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

// Four differences stay, all of them faults of git 2.39.
//
// git dies of an assertion in process_renames where one side moved a file to
// where a directory was that the other side left alone: starting over with the
// renames known (redo_after_renames), it decides that path without looking.
// Here the merge is done as git does it for trees too small to start over.
//
// Our side turned a directory into a file, and theirs renamed the directory
// above it: git clears the file's stage instead of the directory's
// (apply_directory_rename_modifications), and leaves an index entry of mode 0
// and a tree without the file. Both say conflict; ours keeps the file.
bool LostAFile(const MergeOutcome& git) {
  return git.stages.starts_with("000000 ") ||
         git.stages.find("\n000000 ") != std::string::npos;
}

// One side added a file to a directory that the other renamed. Where a file
// stands in the new place of a directory above it, git lets the new directory
// take its place; where there is a directory that it has not opened, git writes
// it anew with nothing but the moved file in it. What was there is gone from
// the merged tree. Both say conflict; here everything is kept.
bool KeptFiles(const MergeOutcome& ours, const MergeOutcome& git) {
  auto says = [](const MergeOutcome& outcome, const char* what) {
    return outcome.messages.find(what) != std::string::npos;
  };
  if (ours.clean || git.clean || !says(git, "CONFLICT (file location)")) {
    return false;
  }
  return says(ours, "Existing file/dir at ") ||
         (ours.stages == git.stages && ours.messages == git.messages);
}

// A file that one side renamed goes back to its old name, because the other
// side renamed the directory: git before 2.51 takes it away there, or dies.
// Here it stays, and is told of as a conflict (12i to 12n of git's t6423).
bool LedBack(const std::string& messages) {
  constexpr std::string_view kBegin = "CONFLICT (file location): ";
  std::istringstream lines(messages);
  for (std::string line; std::getline(lines, line);) {
    size_t end = line.find(" renamed to ");
    if (!line.starts_with(kBegin) || end == std::string::npos) continue;
    std::string from = line.substr(kBegin.size(), end - kBegin.size());
    if (line.ends_with(" perhaps be moved to " + from + ".")) return true;
  }
  return false;
}

class MergeDifferentialTest : public ::testing::Test {
 protected:
  MergeDifferentialTest() {
    Git(dir_.path(), {"init", "-q", "--bare", "-b", "main"});
    Git(dir_.path(), {"config", "core.abbrev", "40"});
  }

  MergeOutcome Describe(TreeMerger& merger, const Repository& repository,
                        const std::string& name,
                        const MergeOptions& base_options) {
    auto commit = [&](const char* side) {
      return *repository.ResolveCommit("refs/heads/" + name + "-" + side);
    };
    MergeOptions options = base_options;
    options.base_label = commit("base").Hex();
    options.ours_label = name + "-ours";
    options.theirs_label = name + "-theirs";
    return OutcomeOf(merger.Merge(repository.PeelToTree(commit("base")),
                                  repository.PeelToTree(commit("ours")),
                                  repository.PeelToTree(commit("theirs")),
                                  options));
  }

  // Compares a batch of merges and says where they differ.
  void Compare(uint64_t first_seed, size_t count, const std::string& style) {
    std::string import;
    std::vector<std::string> pairs;
    auto name = [&](size_t i) { return "m" + std::to_string(first_seed + i); };
    for (size_t i = 0; i < count; ++i) {
      import += FastImport(name(i), MergeForge(first_seed + i).Make());
      pairs.push_back(name(i) + "-ours " + name(i) + "-theirs\n");
    }
    auto imported = testing::Run({"git", "fast-import", "--quiet"},
                                 {.directory = dir_.path(), .input = import});
    EXPECT_EQ(imported.status, 0) << imported.err;
    std::vector<MergeOutcome> outcomes =
        GitOutcomes(dir_.path(), {"merge.conflictStyle=" + style}, pairs);
    ASSERT_EQ(outcomes.size(), count);

    Repository repository = Repository::Open(dir_.path());
    ObjectWriter writer(repository, repository.objects_dir(), {});
    TreeMerger merger(writer);
    MergeOptions options;
    options.style = style == "diff3"    ? ConflictStyle::kDiff3
                    : style == "zdiff3" ? ConflictStyle::kZdiff3
                                        : ConflictStyle::kMerge;
    int different = 0;
    for (size_t i = 0; i < count; ++i) {
      const MergeOutcome& theirs = outcomes[i];
      MergeOutcome ours = Describe(merger, repository, name(i), options);
      conflicts_ += theirs.clean ? 0 : 1;
      if (theirs.died) continue;
      if (LostAFile(theirs)) {
        EXPECT_FALSE(ours.clean) << "seed " << first_seed + i;
        continue;
      }
      if (ours == theirs) continue;
      if (LedBack(theirs.messages)) {
        EXPECT_FALSE(ours.clean) << "seed " << first_seed + i;
        continue;
      }
      if (KeptFiles(ours, theirs)) continue;
      ++different;
      if (different > 3) continue;
      ADD_FAILURE() << "seed " << first_seed + i << " (" << style << ")\n"
                    << "git:  " << theirs.clean << " " << theirs.tree << "\n"
                    << theirs.stages << theirs.messages
                    << "ours: " << ours.clean << " " << ours.tree << "\n"
                    << ours.stages << ours.messages;
    }
    EXPECT_EQ(different, 0);
  }

  TempDir dir_;
  int conflicts_ = 0;
};

TEST_F(MergeDifferentialTest, RandomMergesComeOutAsGits) {
  uint64_t seed = FromEnvironment("BACKGRAFT_DIFF_SEED", 1);
  uint64_t count = FromEnvironment("BACKGRAFT_DIFF_COUNT", 200);
  constexpr uint64_t kBatch = 500;
  const char* styles[] = {"merge", "diff3", "zdiff3"};
  for (uint64_t done = 0, batch = 0; done < count; done += kBatch, ++batch) {
    Compare(seed + done, std::min(kBatch, count - done), styles[batch % 3]);
  }
  // The generator is of no use when nothing or everything conflicts.
  EXPECT_GT(conflicts_, static_cast<int>(count / 10));
  EXPECT_LT(conflicts_, static_cast<int>(count * 9 / 10));
}

}  // namespace
}  // namespace backgraft::git
