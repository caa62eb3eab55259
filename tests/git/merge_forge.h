// Random three-way merges, made for finding differences from git: few names,
// few lines, so that everything collides with everything.
#pragma once

#include <map>
#include <random>
#include <string>

namespace backgraft::git {

struct ForgedFile {
  std::string mode;     // "100644", "100755", "120000", "160000"
  std::string content;  // of a gitlink: 40 hexadecimal digits
};
using ForgedTree = std::map<std::string, ForgedFile>;

struct ForgedMerge {
  ForgedTree base;
  ForgedTree ours;
  ForgedTree theirs;
};

class MergeForge {
 public:
  explicit MergeForge(uint64_t seed) : random_(seed) {}

  ForgedMerge Make();

 private:
  size_t Below(size_t limit) { return random_() % limit; }
  bool Chance(unsigned percent) { return Below(100) < percent; }

  std::string Line();
  std::string Content();
  std::string Directory();
  std::string NewPath(const ForgedTree& tree);
  std::string Pick(const ForgedTree& tree);
  std::string PickDirectory(const ForgedTree& tree);
  std::string Edit(const std::string& content);
  void Put(ForgedTree* tree, const std::string& path, const ForgedFile& file);
  void RenameDirectory(ForgedTree* tree);
  void ChangeType(ForgedTree* tree, const std::string& path);
  void Change(ForgedTree* tree);

  std::mt19937_64 random_;
  unsigned lines_ = 20;    // how many different lines there are
  unsigned longest_ = 30;  // lines of a file
};

// The commands by which git fast-import makes the three commits "<name>-base",
// "<name>-ours" and "<name>-theirs", the latter two on top of the first.
std::string FastImport(const std::string& name, const ForgedMerge& merge);

}  // namespace backgraft::git
