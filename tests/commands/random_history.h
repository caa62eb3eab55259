// Random histories for the differential test: what people do to a site's code
// (edits, new files, deletions, renames of files and directories, modes, links,
// binary files, CRLF, merges), made from a seed.
#pragma once

#include <cstddef>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace backgraft::commands {

class RandomHistory {
 public:
  explicit RandomHistory(unsigned seed) : random_(seed) {}

  // A stream for `git fast-import` that makes branch main.
  std::string Make();

  // How many commits main's first-parent line has.
  size_t line_length() const { return line_.size(); }

  // A number below `end`.
  size_t Below(size_t end) { return random_() % end; }

 private:
  struct File {
    std::string mode;  // as fast-import writes it
    std::string bytes;
  };
  using Files = std::map<std::string, File>;

  bool Chance(size_t percent) { return Below(100) < percent; }
  std::string Name();
  std::string Lines(size_t count);
  std::string NewContent();
  std::string AnyFile(const Files& files);
  void Edit(std::string* bytes);
  void Add(Files* files, const std::string& path, File file);
  void Change(Files* files);
  void RenameDirectory(Files* files);
  std::string Title();
  // Appends a commit to the stream; returns its mark.
  size_t Commit(const Files& files, const std::vector<size_t>& parents);
  static Files Merged(const Files& base, const Files& ours,
                      const Files& theirs);

  std::mt19937 random_;
  std::string stream_;
  size_t marks_ = 0;
  std::vector<size_t> line_;
  std::vector<std::string> titles_;
};

}  // namespace backgraft::commands
