// Random merges, ours against `git merge-tree --write-tree` (the merge-ort of
// the installed git): the same tree, the same index stages, the same messages.
//
//   BACKGRAFT_DIFF_COUNT   how many merges (200)
//   BACKGRAFT_DIFF_SEED    the first one's seed (1)
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <span>
#include <sstream>
#include <vector>

#include "git/merge_forge.h"
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

// One merge as git or as we see it, in words that can be compared.
struct Outcome {
  bool died = false;  // git gave up on one of its assertions
  bool clean = false;
  std::string tree;
  std::string stages;
  std::string messages;
};

std::string Mode(FileMode mode) {
  std::ostringstream out;
  out << std::oct << static_cast<uint32_t>(mode);
  return out.str();
}

Outcome OursOf(const MergeResult& result) {
  Outcome out;
  out.clean = result.clean();
  out.tree = result.tree.Hex();
  for (const MergeConflict& conflict : result.conflicts) {
    for (size_t stage = 0; stage < 3; ++stage) {
      if (!conflict.stages[stage]) continue;
      out.stages += Mode(conflict.stages[stage]->mode) + " " +
                    conflict.stages[stage]->oid.Hex() + " " +
                    std::to_string(stage + 1) + "\t" + conflict.path + "\n";
    }
  }
  for (const std::string& message : result.messages) {
    out.messages += message + "\n";
  }
  return out;
}

// Reads what `git merge-tree --stdin` prints for one merge: all fields end in
// NUL.
class Fields {
 public:
  explicit Fields(const std::string& text) : text_(text) {}
  std::string Next() {
    size_t end = text_.find('\0', at_);
    EXPECT_NE(end, std::string::npos) << "merge-tree printed less than that";
    if (end == std::string::npos) end = text_.size();
    std::string field = text_.substr(at_, end - at_);
    at_ = end + 1;
    return field;
  }

 private:
  const std::string& text_;
  size_t at_ = 0;
};

Outcome ReadOutcome(Fields* fields) {
  Outcome out;
  out.clean = fields->Next() == "1";
  out.tree = fields->Next();
  for (std::string field = fields->Next(); !field.empty();
       field = fields->Next()) {
    out.stages += field + "\n";
  }
  // Advice about submodules, if any, stands where the next count would.
  for (std::string count = fields->Next();
       !count.empty() && !count.starts_with("Recursive merging");
       count = fields->Next()) {
    std::string path = fields->Next();
    for (int n = std::stoi(count); n > 0; --n) fields->Next();
    std::string message = fields->Next();
    // Said of a file that is gone in the end, and not always said.
    if (message.starts_with("CONFLICT (file/directory)") &&
        out.stages.find("\t" + path + "\n") == std::string::npos) {
      continue;
    }
    out.messages += message;
  }
  return out;
}

// Three differences stay, all of them faults of git 2.39.
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
bool LostAFile(const Outcome& git) {
  return git.stages.starts_with("000000 ") ||
         git.stages.find("\n000000 ") != std::string::npos;
}

// One side added a file to a directory that the other renamed. Where a file
// stands in the new place of a directory above it, git lets the new directory
// take its place; where there is a directory that it has not opened, git writes
// it anew with nothing but the moved file in it. What was there is gone from
// the merged tree. Both say conflict; here everything is kept.
bool KeptFiles(const Outcome& ours, const Outcome& git) {
  auto says = [](const Outcome& outcome, const char* what) {
    return outcome.messages.find(what) != std::string::npos;
  };
  if (ours.clean || git.clean || !says(git, "CONFLICT (file location)")) {
    return false;
  }
  return says(ours, "Existing file/dir at ") ||
         (ours.stages == git.stages && ours.messages == git.messages);
}

class MergeDifferentialTest : public ::testing::Test {
 protected:
  MergeDifferentialTest() {
    Git(dir_.path(), {"init", "-q", "--bare", "-b", "main"});
    Git(dir_.path(), {"config", "core.abbrev", "40"});
  }

  Outcome Describe(TreeMerger& merger, const Repository& repository,
                   const std::string& name, const MergeOptions& base_options) {
    auto commit = [&](const char* side) {
      return *repository.ResolveCommit("refs/heads/" + name + "-" + side);
    };
    MergeOptions options = base_options;
    options.base_label = commit("base").Hex();
    options.ours_label = name + "-ours";
    options.theirs_label = name + "-theirs";
    return OursOf(merger.Merge(repository.PeelToTree(commit("base")),
                               repository.PeelToTree(commit("ours")),
                               repository.PeelToTree(commit("theirs")),
                               options));
  }

  // Lets git do the merges, in one process unless it dies of one of them.
  void AskGit(const std::string& style, std::span<const std::string> pairs,
              std::vector<Outcome>* outcomes) {
    std::string input;
    for (const std::string& pair : pairs) input += pair;
    auto git =
        testing::Run({"git", "-c", "merge.conflictStyle=" + style, "merge-tree",
                      "--write-tree", "--messages", "--stdin"},
                     {.directory = dir_.path(), .input = input});
    if (git.status <= 1) {
      Fields fields(git.out);
      for (size_t i = 0; i < pairs.size(); ++i) {
        outcomes->push_back(ReadOutcome(&fields));
      }
    } else if (pairs.size() == 1) {
      EXPECT_THAT(git.err, ::testing::HasSubstr("Assertion"));
      outcomes->emplace_back().died = true;
    } else {
      AskGit(style, pairs.first(pairs.size() / 2), outcomes);
      AskGit(style, pairs.subspan(pairs.size() / 2), outcomes);
    }
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
    std::vector<Outcome> outcomes;
    AskGit(style, pairs, &outcomes);
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
      const Outcome& theirs = outcomes[i];
      Outcome ours = Describe(merger, repository, name(i), options);
      conflicts_ += theirs.clean ? 0 : 1;
      if (theirs.died) continue;
      if (LostAFile(theirs)) {
        EXPECT_FALSE(ours.clean) << "seed " << first_seed + i;
        continue;
      }
      if (ours.clean == theirs.clean && ours.tree == theirs.tree &&
          ours.stages == theirs.stages && ours.messages == theirs.messages) {
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
