#include "git/merge_oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "testing/process.h"

namespace backgraft::git {
namespace {

std::string Mode(FileMode mode) {
  std::ostringstream out;
  out << std::oct << static_cast<uint32_t>(mode);
  return out.str();
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

MergeOutcome ReadOutcome(Fields* fields) {
  MergeOutcome out;
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

}  // namespace

MergeOutcome OutcomeOf(const MergeResult& result) {
  MergeOutcome out;
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

std::vector<MergeOutcome> GitOutcomes(const std::string& directory,
                                      const std::vector<std::string>& config,
                                      std::span<const std::string> pairs) {
  std::vector<MergeOutcome> outcomes;
  std::string input;
  for (const std::string& pair : pairs) input += pair;
  std::vector<std::string> argv = {"git"};
  for (const std::string& one : config) {
    argv.insert(argv.end(), {"-c", one});
  }
  argv.insert(argv.end(),
              {"merge-tree", "--write-tree", "--messages", "--stdin"});
  auto git = testing::Run(argv, {.directory = directory, .input = input});
  if (git.status <= 1) {
    Fields fields(git.out);
    for (size_t i = 0; i < pairs.size(); ++i) {
      outcomes.push_back(ReadOutcome(&fields));
    }
  } else if (pairs.size() == 1) {
    EXPECT_THAT(git.err, ::testing::HasSubstr("Assertion"));
    outcomes.emplace_back().died = true;
  } else {
    outcomes = GitOutcomes(directory, config, pairs.first(pairs.size() / 2));
    for (MergeOutcome& outcome :
         GitOutcomes(directory, config, pairs.subspan(pairs.size() / 2))) {
      outcomes.push_back(std::move(outcome));
    }
  }
  return outcomes;
}

}  // namespace backgraft::git
