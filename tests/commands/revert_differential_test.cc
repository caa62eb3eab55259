// Random histories, undone by git and by the program: the same trees and the
// same messages, or both conflict and leave the same state.
//
// What is different on purpose, and so allowed for here:
// - git 2.39 calls the revert of a revert `Revert "Revert "x""`, the program
//   `Reapply "x"`, as git does since 2.43.
// - git stops where nothing is left to undo; the program skips such commits.
// The
//   test answers git with `git revert --skip`.
// - The program's messages end with its trailers.
// - git is told the very commits of a range: given the range itself with a
// merge
//   in it, it would undo what the merge brought once more and stop.
//
// BACKGRAFT_DIFF_COUNT reverts are compared (200), from BACKGRAFT_DIFF_SEED (1)
// on.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "random_history.h"
#include "test_repository.h"

namespace backgraft::commands {
namespace {

unsigned Setting(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::atoi(text));
}

// As git >= 2.43 words it.
std::string ModernMessage(const std::string& message) {
  const std::string twice = "Revert \"Revert \"";
  if (!message.starts_with(twice) || message.starts_with(twice + "Revert \"")) {
    return message;
  }
  size_t end = message.find('\n');
  return "Reapply \"" + message.substr(twice.size(), end - twice.size() - 1) +
         message.substr(end);
}

class Comparison {
 public:
  explicit Comparison(unsigned seed) : history_(seed) {
    testing::Run({"git", "init", "-q", "-b", "main", Path()});
    testing::ProcessResult imported =
        testing::Run({"git", "fast-import", "--quiet"},
                     {.directory = Path(), .input = history_.Make()});
    EXPECT_EQ(imported.status, 0) << imported.err;
    testing::Git(Path(), {"checkout", "-q", "main"});
    tip_ = Git({"rev-parse", "main"});
  }

  // One revert of something random.
  void CompareOne() {
    size_t last = history_.line_length() - 1;
    size_t from = history_.Below(last + 1);
    bool range = history_.Below(3) == 0 && from < last;
    std::vector<std::string> git = {"git", "revert", "--no-edit"};
    std::vector<std::string> ours = {"revert", "--conflicts", "leave"};
    if (range) {
      size_t until =
          from + 1 + history_.Below(std::min<size_t>(3, last - from));
      std::string first = "main~" + std::to_string(until);
      std::string second = "main~" + std::to_string(from);
      ours.push_back(first + ".." + second);
      // Mainline 1 is taken back by the program of its own accord.
      git.insert(git.end(), {"-m", "1"});
      for (size_t i = from; i < until; ++i) {
        git.push_back("main~" + std::to_string(i));
      }
    } else {
      std::string commit = "main~" + std::to_string(from);
      std::string parents = Git({"log", "-1", "--format=%P", commit});
      bool merge = parents.find(' ') != std::string::npos;
      if (merge) {
        std::string mainline = std::to_string(1 + history_.Below(2));
        git.insert(git.end(), {"-m", mainline});
        ours.insert(ours.end(), {"-m", mainline});
      }
      git.push_back(commit);
      ours.push_back(commit);
    }
    std::string line;
    for (const std::string& word : ours) line += word + " ";
    SCOPED_TRACE(line);

    State expected = RunGit(git);
    Reset();
    State actual = RunOurs(ours);
    if (expected.conflict) ++conflicts;
    EXPECT_EQ(actual.conflict, expected.conflict) << actual.output;
    EXPECT_EQ(actual.log, expected.log);
    EXPECT_EQ(actual.index, expected.index);
    EXPECT_EQ(actual.status, expected.status);
    EXPECT_EQ(actual.files, expected.files);
    EXPECT_EQ(actual.notes, expected.notes);
    Reset();
  }

  static inline int conflicts = 0;

 private:
  struct State {
    bool conflict = false;
    std::string log;  // trees and messages of the new commits
    std::string index, status;
    std::string files;  // of conflicted paths
    std::string notes;  // REVERT_HEAD and MERGE_MSG
    std::string output;
  };

  std::string Path() const { return dir_ / "repo"; }
  std::string Git(const std::vector<std::string>& args) const {
    return testing::Git(Path(), args);
  }
  std::string Shell(const std::string& script) const {
    return testing::Run({"sh", "-c", script}, {.directory = Path()}).out;
  }

  void Reset() {
    Shell(
        "rm -rf .git/sequencer .git/REVERT_HEAD .git/MERGE_MSG "
        ".git/AUTO_MERGE; git reset -q --hard " +
        tip_ + "; git clean -q -ffdx");
  }

  State RunGit(const std::vector<std::string>& argv) {
    testing::ProcessResult result = testing::Run(argv, {.directory = Path()});
    // Nothing left to undo: git stops without a REVERT_HEAD, and goes on where
    // it is in a sequence.
    while (result.status != 0 && !Exists("REVERT_HEAD") &&
           Exists("sequencer")) {
      result =
          testing::Run({"git", "revert", "--skip"},
                       {.directory = Path(), .env = {{"GIT_EDITOR", "true"}}});
    }
    if (!Exists("REVERT_HEAD")) Shell("rm -f .git/MERGE_MSG");
    State state = Look();
    state.conflict = Exists("REVERT_HEAD");
    return state;
  }

  bool Exists(const std::string& name) const {
    return std::filesystem::exists(Path() + "/.git/" + name);
  }

  State RunOurs(const std::vector<std::string>& args) {
    testing::ProcessResult result = testing::Backgraft(Path(), args);
    State state = Look();
    EXPECT_TRUE(result.status == 0 || result.status == 1) << result.err;
    state.conflict = result.status == 1;
    state.output = result.out + result.err;
    return state;
  }

  State Look() const {
    State state;
    state.index = Git({"ls-files", "-s"});
    state.status = Git({"status", "--porcelain", "-uall"});
    state.files = Shell(
        "git diff --name-only --diff-filter=U -z | sort -zu | "
        "xargs -0 -r sh -c 'for f; do echo \"== $f\"; cat -- \"$f\" 2>&1; "
        "done' x");
    state.notes = Shell("cat .git/REVERT_HEAD .git/MERGE_MSG 2>/dev/null");
    std::string log =
        Git({"log", "--reverse", "--format=%T%n%B%x00", tip_ + "..HEAD"});
    for (size_t at = 0; at < log.size();) {
      size_t end = log.find('\0', at);
      if (end == std::string::npos) break;
      std::string commit = log.substr(at, end - at);
      at = end + 1;
      if (commit.starts_with('\n')) commit.erase(0, 1);
      std::string message = commit.substr(commit.find('\n') + 1);
      while (message.ends_with('\n')) message.pop_back();
      state.log +=
          commit.substr(0, 41) + ModernMessage(WithoutTrailers(message));
      state.log += "\n--\n";
    }
    if (!state.notes.empty()) {
      size_t head = state.notes.find('\n') + 1;
      state.notes =
          state.notes.substr(0, head) + ModernMessage(state.notes.substr(head));
    }
    return state;
  }

  testing::TempDir dir_;
  RandomHistory history_;
  std::string tip_;
};

TEST(RevertDifferentialTest, TreesMessagesAndConflictsAreGits) {
  constexpr unsigned kPerHistory = 5;
  unsigned count = Setting("BACKGRAFT_DIFF_COUNT", 200);
  unsigned seed = Setting("BACKGRAFT_DIFF_SEED", 1);
  for (unsigned done = 0; done < count; done += kPerHistory, ++seed) {
    SCOPED_TRACE("BACKGRAFT_DIFF_SEED=" + std::to_string(seed));
    Comparison comparison(seed);
    for (unsigned i = 0; i < kPerHistory; ++i) comparison.CompareOne();
    if (::testing::Test::HasFailure()) break;
  }
  RecordProperty("conflicts", Comparison::conflicts);
}

}  // namespace
}  // namespace backgraft::commands
