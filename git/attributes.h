// What .gitattributes files say about paths (gitattributes(5), git's attr.c),
// from plain values: whoever has the files' bytes can ask.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "git/path_pattern.h"

namespace backgraft::git {

struct AttributeValue {
  enum class State {
    kUnspecified,  // nothing was said, or "!name"
    kSet,          // "name"
    kUnset,        // "-name"
    kValue,        // "name=value"
  };
  State state = State::kUnspecified;
  std::string value{};  // of kValue

  bool IsSet() const { return state == State::kSet; }
  bool IsUnset() const { return state == State::kUnset; }
  bool Is(std::string_view text) const {
    return state == State::kValue && value == text;
  }
  friend bool operator==(const AttributeValue&,
                         const AttributeValue&) = default;
};

class Attributes;

// The attributes of one path. Valid as long as the Attributes it comes from.
class PathAttributes {
 public:
  // An attribute nobody mentioned is kUnspecified.
  const AttributeValue& Get(std::string_view name) const;
  // All that are specified, as `git check-attr -a`.
  std::map<std::string, AttributeValue> All() const;

 private:
  friend class Attributes;
  const Attributes* owner_ = nullptr;
  std::vector<const AttributeValue*> values_;  // by attribute number
};

// Immutable once built, hence safe to ask from several threads; movable, not
// copied.
class Attributes {
 public:
  class Builder;

  Attributes(Attributes&&) = default;
  Attributes& operator=(Attributes&&) = default;

  // `path` from the root, without a slash at its end.
  PathAttributes Find(std::string_view path, bool is_directory = false) const;
  // False where no rule was added, so that nobody need ask.
  bool HasRules() const { return has_rules_; }

 private:
  friend class PathAttributes;
  friend class Builder;

  struct Assignment {
    size_t attribute;
    AttributeValue value;
  };
  struct Rule {
    PathPattern pattern;
    std::vector<Assignment> assignments;
  };
  using Frame = std::vector<Rule>;  // of one file
  struct TransparentHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  Attributes() = default;
  void Fill(const Frame& frame, std::string_view path, bool is_directory,
            std::vector<const AttributeValue*>* values) const;
  void Assign(const std::vector<Assignment>& assignments,
              std::vector<const AttributeValue*>* values) const;

  bool has_rules_ = false;
  std::vector<Frame> global_;  // weakest first
  // By directory, "" is the root.
  std::unordered_map<std::string, Frame, TransparentHash, std::equal_to<>>
      directories_;
  Frame info_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, size_t, TransparentHash, std::equal_to<>>
      numbers_;
  // What an attribute that is a macro stands for, by its number.
  std::unordered_map<size_t, std::vector<Assignment>> macros_;
};

// Takes files in any order. What git would warn of and ignore is ignored:
// lines of 2048 bytes and more, files of 100 MB and more, negative patterns,
// invalid names, macros below the root.
class Attributes::Builder {
 public:
  explicit Builder(bool ignore_case = false) : ignore_case_(ignore_case) {}

  // The bytes of `directory`/.gitattributes; "" is the root.
  void Add(const std::string& directory, std::string_view bytes);
  // /etc/gitattributes, then core.attributesFile: in this order, the later
  // wins, and any .gitattributes wins over both.
  void AddGlobal(std::string_view bytes);
  // $GIT_DIR/info/attributes, which wins over all.
  void AddInfo(std::string_view bytes);

  // The builder is empty afterwards.
  Attributes Finish();

 private:
  struct ParsedFile {
    Frame rules;
    // Macros in the order of the file.
    std::vector<std::pair<size_t, std::vector<Assignment>>> macros;
  };
  ParsedFile Parse(std::string_view bytes, bool macros_allowed);
  void ParseLine(std::string_view line, bool macros_allowed, ParsedFile* file);
  std::optional<std::vector<Assignment>> ParseAssignments(
      std::string_view text);
  size_t Number(std::string_view name);

  bool ignore_case_;
  Attributes result_;
  std::vector<ParsedFile> global_;
  ParsedFile root_;
  ParsedFile info_;
};

}  // namespace backgraft::git
