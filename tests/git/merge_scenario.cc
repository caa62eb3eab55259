#include "git/merge_scenario.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace backgraft::git {
namespace {

constexpr int kLines = 10;

// All forms of a word whose braces are opened, outer ones first.
std::vector<std::string> Expand(const std::string& word) {
  size_t open = word.find('{');
  if (open == std::string::npos) return {word};
  std::vector<std::string> parts(1);
  size_t at = open + 1;
  for (int depth = 1; at < word.size(); ++at) {
    if (word[at] == '{') ++depth;
    if (word[at] == '}' && --depth == 0) break;
    if (word[at] == ',' && depth == 1) {
      parts.emplace_back();
    } else {
      parts.back() += word[at];
    }
  }
  std::vector<std::string> all;
  for (const std::string& part : parts) {
    for (std::string& one :
         Expand(word.substr(0, open) + part + word.substr(at + 1))) {
      all.push_back(std::move(one));
    }
  }
  return all;
}

void Edit(const std::string& edit, std::vector<std::string>* lines,
          std::string* end) {
  if (edit == "crlf") {
    for (std::string& line : *lines) line += "\r";
  } else if (edit == "noeol") {
    end->clear();
  } else if (edit == "nul") {
    lines->push_back(std::string(1, '\0'));
  } else if (edit.starts_with('-')) {
    lines->erase(lines->begin() + std::stoi(edit.substr(1)) - 1);
  } else {
    size_t colon = edit.find(':');
    auto number = static_cast<size_t>(std::stoul(edit));
    std::string text = edit.substr(colon + 1);
    if (number == 0) {
      lines->insert(lines->begin(), text);
    } else if (number > lines->size()) {
      lines->push_back(text);
    } else {
      (*lines)[number - 1] = text;
    }
  }
}

std::string Content(const std::string& text) {
  if (text == "?") return text;
  std::istringstream words(text);
  std::string word;
  std::getline(words, word, '@');
  std::vector<std::string> lines;
  for (int i = 1; i <= kLines && !word.empty(); ++i) {
    lines.push_back(word + " " + std::to_string(i));
  }
  std::string end = "\n";
  std::string edit;
  while (std::getline(words, edit, '@')) Edit(edit, &lines, &end);
  std::string content;
  for (size_t i = 0; i < lines.size(); ++i) {
    content += lines[i] + (i + 1 < lines.size() ? "\n" : end);
  }
  return content;
}

void AddFile(const std::string& word, ForgedTree* tree) {
  size_t mark = word.find_first_of("*=>^");
  std::string path = word.substr(0, mark);
  std::string rest = mark == std::string::npos ? "" : word.substr(mark);
  ForgedFile file{"100644", ""};
  if (rest.starts_with('>')) {
    file = {"120000", rest.substr(1)};
  } else if (rest.starts_with('^')) {
    file = {"160000", std::string(40, rest.at(1))};
  } else {
    if (rest.starts_with('*')) {
      file.mode = "100755";
      rest.erase(0, 1);
    }
    file.content =
        Content(rest.starts_with('=') ? rest.substr(1)
                                      : path.substr(path.rfind('/') + 1));
  }
  if (!tree->emplace(path, file).second) {
    throw std::invalid_argument(path + " is there twice");
  }
}

void AddFiles(std::istream& words, ForgedTree* tree) {
  std::string word;
  while (words >> word) {
    for (const std::string& one : Expand(word)) AddFile(one, tree);
  }
}

void Set(const std::string& setting, MergeExpectation* expectation) {
  if (setting == "renames=yes") {
    expectation->directory_renames = DirectoryRenames::kYes;
  } else if (setting == "renames=no") {
    expectation->directory_renames = DirectoryRenames::kNo;
  } else if (setting == "renames=conflict") {
    expectation->directory_renames = DirectoryRenames::kConflict;
  } else if (setting == "style=merge") {
    expectation->style = ConflictStyle::kMerge;
  } else if (setting == "style=diff3") {
    expectation->style = ConflictStyle::kDiff3;
  } else if (setting == "style=zdiff3") {
    expectation->style = ConflictStyle::kZdiff3;
  } else {
    throw std::invalid_argument("no such setting: " + setting);
  }
}

class Reader {
 public:
  std::vector<MergeScenario> Read(std::istream& in) {
    std::string line;
    while (std::getline(in, line)) Take(line.substr(0, line.find('#')));
    return std::move(scenarios_);
  }

 private:
  void Take(const std::string& line) {
    std::istringstream words(line);
    std::string key;
    if (!(words >> key)) return;
    if (key == "==") {
      std::getline(words >> std::ws, scenarios_.emplace_back().name);
    } else if (key == "with" && scenarios_.empty()) {
      TakeSettings(words, &defaults_);
    } else {
      TakeForScenario(key, words, &scenarios_.back());
    }
  }

  void TakeForScenario(const std::string& key, std::istringstream& words,
                       MergeScenario* scenario) {
    if (key == "base") return AddFiles(words, &scenario->trees.base);
    if (key == "ours") return AddFiles(words, &scenario->trees.ours);
    if (key == "theirs") return AddFiles(words, &scenario->trees.theirs);
    std::vector<MergeExpectation>& all = scenario->expectations;
    if (key == "with") {
      return TakeSettings(words, &all.emplace_back(defaults_));
    }
    if (all.empty()) all.push_back(defaults_);
    MergeExpectation& expected = all.back();
    if (key == "merged") {
      if (!expected.merged) expected.merged.emplace();
      AddFiles(words, &*expected.merged);
    } else if (key == "conflict") {
      std::getline(words >> std::ws, expected.conflicts.emplace_back());
    } else if (key == "git") {
      expected.git_fails = true;
    } else {
      throw std::invalid_argument("what is " + key + "?");
    }
  }

  static void TakeSettings(std::istringstream& words,
                           MergeExpectation* expectation) {
    for (std::string word; words >> word;) Set(word, expectation);
  }

  std::vector<MergeScenario> scenarios_;
  MergeExpectation defaults_;
};

}  // namespace

std::vector<MergeScenario> ReadMergeScenarios(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  return Reader().Read(in);
}

}  // namespace backgraft::git
