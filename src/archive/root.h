// Which directory of a source is the code's root, whatever it is called.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "archive/entry.h"

namespace backgraft::archive {

// `path` is `directory` or below it; everything is below "".
bool IsWithin(std::string_view path, std::string_view directory);

struct Root {
  // Entry::path of the root: "" where the source itself is it, else "site" or
  // "a/b", without a slash at the end.
  std::string prefix;
  bool has_git = false;  // <prefix>/.git is there
  bool bare = false;     // <prefix> itself is a bare repository
};

// The root is the shallowest directory that holds `.git` (or that is a bare
// repository) and with it everything else the source has. A `.git` beside which
// there are other files is a nested repository in code that has no history.
// Failing that, a single top directory; failing that, or where the source has
// an entry for its own root ("./"), the source itself. macOS litter does not
// count.
class RootFinder {
 public:
  // `source_name` is for messages, not escaped.
  explicit RootFinder(std::string source_name)
      : source_name_(std::move(source_name)) {}

  // Every entry of the source, in any order.
  void Add(std::string_view path, EntryKind kind);

  // Error(kBadSource) where two directories at the same depth each hold `.git`
  // and between them everything: nothing says which is meant.
  Root Finish() const;

 private:
  // Everything that is not a directory lies in one of `roots`.
  bool HoldEverything(const std::set<std::string>& roots) const;
  std::set<std::string> BareRoots() const;
  void NoteBareParts(std::string_view path, EntryKind kind);

  const std::string source_name_;
  bool root_entry_ = false;
  bool top_file_ = false;
  std::set<std::string> tops_;     // top directories, at most two of them
  std::set<std::string> git_;      // shallowest directories that hold .git
  size_t git_depth_ = SIZE_MAX;    // their depth
  std::set<std::string> parents_;  // directories that hold files
  std::map<std::string, unsigned> bare_parts_;
};

}  // namespace backgraft::archive
