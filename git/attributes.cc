#include "git/attributes.h"

#include <algorithm>
#include <utility>

#include "git/quote.h"

namespace backgraft::git {
namespace {

constexpr size_t kMaxLine = 2048;                  // ATTR_MAX_LINE_LENGTH
constexpr size_t kMaxFile = 100u * 1024u * 1024u;  // ATTR_MAX_FILE_SIZE
constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kMacroPrefix = "[attr]";
constexpr std::string_view kBuiltIn = "[attr]binary -diff -merge -text\n";

bool IsValidName(std::string_view name) {
  return !name.empty() && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                  (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_';
         });
}

std::string_view TakeWord(std::string_view* text) {
  const size_t end = std::min(text->find_first_of(kBlank), text->size());
  const std::string_view word = text->substr(0, end);
  text->remove_prefix(end);
  return word;
}

void SkipBlank(std::string_view* text) {
  text->remove_prefix(std::min(text->find_first_not_of(kBlank), text->size()));
}

}  // namespace

const AttributeValue& PathAttributes::Get(std::string_view name) const {
  static const AttributeValue kNothing;
  if (owner_ == nullptr) return kNothing;
  const auto found = owner_->numbers_.find(name);
  if (found == owner_->numbers_.end()) return kNothing;
  const AttributeValue* value = values_[found->second];
  return value == nullptr ? kNothing : *value;
}

std::map<std::string, AttributeValue> PathAttributes::All() const {
  std::map<std::string, AttributeValue> all;
  for (size_t i = 0; i < values_.size(); ++i) {
    if (values_[i] != nullptr &&
        values_[i]->state != AttributeValue::State::kUnspecified) {
      all.emplace(owner_->names_[i], *values_[i]);
    }
  }
  return all;
}

PathAttributes Attributes::Find(std::string_view path,
                                bool is_directory) const {
  PathAttributes result;
  result.owner_ = this;
  result.values_.resize(names_.size());
  // The strongest first: what is known is not changed any more.
  Fill(info_, path, is_directory, &result.values_);
  for (size_t end = path.rfind('/'); !directories_.empty();
       end = end == 0 ? std::string_view::npos : path.rfind('/', end - 1)) {
    const bool root = end == std::string_view::npos;
    const auto frame =
        directories_.find(root ? std::string_view() : path.substr(0, end));
    if (frame != directories_.end()) {
      Fill(frame->second, path.substr(root ? 0 : end + 1), is_directory,
           &result.values_);
    }
    if (root) break;
  }
  for (auto frame = global_.rbegin(); frame != global_.rend(); ++frame) {
    Fill(*frame, path, is_directory, &result.values_);
  }
  return result;
}

void Attributes::Fill(const Frame& frame, std::string_view path,
                      bool is_directory,
                      std::vector<const AttributeValue*>* values) const {
  for (auto rule = frame.rbegin(); rule != frame.rend(); ++rule) {
    if (rule->pattern.Matches(path, is_directory)) {
      Assign(rule->assignments, values);
    }
  }
}

void Attributes::Assign(const std::vector<Assignment>& assignments,
                        std::vector<const AttributeValue*>* values) const {
  for (auto one = assignments.rbegin(); one != assignments.rend(); ++one) {
    if ((*values)[one->attribute] != nullptr) continue;
    (*values)[one->attribute] = &one->value;
    if (!one->value.IsSet()) continue;
    // Ends, as each attribute is assigned once.
    const auto macro = macros_.find(one->attribute);
    if (macro != macros_.end()) Assign(macro->second, values);
  }
}

size_t Attributes::Builder::Number(std::string_view name) {
  const auto [place, is_new] =
      result_.numbers_.try_emplace(std::string(name), result_.names_.size());
  if (is_new) result_.names_.emplace_back(name);
  return place->second;
}

std::optional<std::vector<Attributes::Assignment>>
Attributes::Builder::ParseAssignments(std::string_view text) {
  std::vector<std::pair<std::string_view, AttributeValue>> parsed;
  for (SkipBlank(&text); !text.empty(); SkipBlank(&text)) {
    std::string_view word = TakeWord(&text);
    AttributeValue value{AttributeValue::State::kSet};
    const size_t equals = word.find('=');
    std::string_view name = word.substr(0, equals);
    if (word.front() == '-' || word.front() == '!') {
      value.state = word.front() == '-' ? AttributeValue::State::kUnset
                                        : AttributeValue::State::kUnspecified;
      name.remove_prefix(1);
    } else if (equals != std::string_view::npos) {
      value = {AttributeValue::State::kValue,
               std::string(word.substr(equals + 1))};
    }
    if (!IsValidName(name)) return std::nullopt;
    parsed.emplace_back(name, std::move(value));
  }
  std::vector<Assignment> assignments;
  assignments.reserve(parsed.size());
  for (auto& [name, value] : parsed) {
    assignments.push_back({Number(name), std::move(value)});
  }
  return assignments;
}

void Attributes::Builder::ParseLine(std::string_view line, bool macros_allowed,
                                    ParsedFile* file) {
  if (line.size() >= kMaxLine) return;
  SkipBlank(&line);
  if (line.empty() || line.front() == '#') return;
  std::string pattern;
  if (auto quoted = TakeQuotedString(&line)) {
    // Patterns end at a NUL in git.
    pattern = quoted->substr(0, quoted->find('\0'));
  } else {
    pattern = TakeWord(&line);
  }
  std::string macro;
  if (pattern.size() > kMacroPrefix.size() &&
      pattern.compare(0, kMacroPrefix.size(), kMacroPrefix) == 0) {
    if (!macros_allowed) return;
    std::string_view name = pattern;
    name.remove_prefix(kMacroPrefix.size());
    SkipBlank(&name);
    macro = TakeWord(&name);
    if (!IsValidName(macro)) return;
  }
  auto assignments = ParseAssignments(line);
  if (!assignments) return;
  if (!macro.empty()) {
    file->macros.emplace_back(Number(macro), std::move(*assignments));
    return;
  }
  PathPattern parsed(pattern, ignore_case_);
  if (parsed.is_negative()) return;
  file->rules.push_back({std::move(parsed), std::move(*assignments)});
}

Attributes::Builder::ParsedFile Attributes::Builder::Parse(
    std::string_view bytes, bool macros_allowed) {
  ParsedFile file;
  if (bytes.size() >= kMaxFile) return file;
  if (bytes.substr(0, 3) == "\xef\xbb\xbf") bytes.remove_prefix(3);
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    // As git's C strings: nothing behind a NUL, no CR before the newline.
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    ParseLine(line.substr(0, line.find('\0')), macros_allowed, &file);
  }
  return file;
}

void Attributes::Builder::Add(const std::string& directory,
                              std::string_view bytes) {
  ParsedFile file = Parse(bytes, directory.empty());
  result_.has_rules_ = result_.has_rules_ || !file.rules.empty();
  result_.directories_[directory] = std::move(file.rules);
  if (directory.empty()) root_ = std::move(file);
}

void Attributes::Builder::AddGlobal(std::string_view bytes) {
  global_.push_back(Parse(bytes, true));
}

void Attributes::Builder::AddInfo(std::string_view bytes) {
  info_ = Parse(bytes, true);
}

Attributes Attributes::Builder::Finish() {
  global_.insert(global_.begin(), Parse(kBuiltIn, true));
  auto take_macros = [this](ParsedFile* file) {
    for (auto& [name, assignments] : file->macros) {
      result_.macros_[name] = std::move(assignments);
    }
  };
  // The strongest last.
  for (ParsedFile& file : global_) {
    result_.has_rules_ = result_.has_rules_ || !file.rules.empty();
    result_.global_.push_back(std::move(file.rules));
    take_macros(&file);
  }
  take_macros(&root_);
  take_macros(&info_);
  result_.has_rules_ = result_.has_rules_ || !info_.rules.empty();
  result_.info_ = std::move(info_.rules);
  Attributes finished = std::move(result_);
  *this = Builder(ignore_case_);
  return finished;
}

}  // namespace backgraft::git
