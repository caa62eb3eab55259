// Contents of the files of a source that say something about others.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backgraft::restore {

class TellingContents {
 public:
  using Contents = std::vector<std::pair<std::string, std::string>>;  // by path

  // Keeps it where the path is one that git reads rules from, or that tells of
  // the whole and the content is small enough to be looked at.
  void Note(const std::string& path, const std::string& content);

  // The same for a hard link to an earlier entry; false where git reads rules
  // from `path` and what it leads to is not kept.
  bool NoteLink(const std::string& path, const std::string& target);

  void Clear() { contents_.clear(); }

  // Those whose paths begin with `below`, without it. Forgets all.
  Contents TakeBelow(std::string_view below);

 private:
  Contents contents_;
};

}  // namespace backgraft::restore
