#include "git/merge_forge.h"

#include <vector>

namespace backgraft::git {
namespace {

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at);
    end = end == std::string::npos ? text.size() : end + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

std::string JoinLines(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line;
  return out;
}

std::string Data(const std::string& text) {
  return "data " + std::to_string(text.size()) + "\n" + text + "\n";
}

}  // namespace

std::string MergeForge::Line() {
  return "line " + std::to_string(Below(lines_));
}

std::string MergeForge::Content() {
  if (Chance(4)) return "";
  if (Chance(6)) {
    std::string bytes(20 + Below(200), '\0');
    for (char& c : bytes) c = static_cast<char>(Below(4));
    return bytes;
  }
  std::string end = Chance(10) ? "\r\n" : "\n";
  std::string out;
  size_t count = Chance(15) ? 1 + Below(3) : 3 + Below(longest_);
  for (size_t i = 0; i < count; ++i) out += Line() + end;
  if (Chance(10)) out.pop_back();
  return out;
}

std::string MergeForge::Directory() {
  static const std::vector<std::string> kNames = {
      "", "a/", "b/", "c/", "a/s/", "a/t/", "b/s/", "c/a/", "n/", "n/s/u/"};
  return kNames[Below(kNames.size())];
}

std::string MergeForge::NewPath(const ForgedTree& tree) {
  static const std::vector<std::string> kNames = {
      "x", "y", "z", "w", "a", "s", "x.txt", "a-b", "t", "a.c", "q", "p"};
  for (int i = 0; i < 20; ++i) {
    std::string path = Directory() + kNames[Below(kNames.size())];
    if (tree.count(path) == 0) return path;
  }
  return "new" + std::to_string(Below(1000));
}

std::string MergeForge::Pick(const ForgedTree& tree) {
  auto at = tree.begin();
  // The first ones more often, so that the sides meet.
  size_t i =
      Chance(50) ? Below(std::min<size_t>(tree.size(), 5)) : Below(tree.size());
  std::advance(at, static_cast<std::ptrdiff_t>(i));
  return at->first;
}

std::string MergeForge::PickDirectory(const ForgedTree& tree) {
  for (int i = 0; i < 10; ++i) {
    std::string path = Pick(tree);
    size_t slash = Chance(60) ? path.find('/') : path.rfind('/');
    if (slash != std::string::npos) return path.substr(0, slash + 1);
  }
  return "";
}

std::string MergeForge::Edit(const std::string& content) {
  std::vector<std::string> lines = SplitLines(content);
  size_t edits = 1 + Below(Chance(20) ? 8 : 2);
  for (size_t i = 0; i < edits; ++i) {
    size_t at = Below(lines.size() + 1);
    auto here = lines.begin() + static_cast<std::ptrdiff_t>(at);
    std::string line = Line() + (Chance(5) ? "\r\n" : "\n");
    size_t what = Below(4);
    if (what == 0 || here == lines.end()) {
      lines.insert(here, line);
    } else if (what == 1) {
      lines.erase(here);
    } else if (what == 2) {
      *here = line;
    } else {
      size_t many = std::min<size_t>(Below(6), lines.size() - at);
      lines.erase(here, here + static_cast<std::ptrdiff_t>(many));
    }
  }
  if (Chance(3) && !lines.empty() && lines.back().ends_with('\n')) {
    lines.back().pop_back();
  }
  return JoinLines(lines);
}

// Puts a file where it goes: what is in its way as a file or directory is gone.
void MergeForge::Put(ForgedTree* tree, const std::string& path,
                     const ForgedFile& file) {
  for (size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    tree->erase(path.substr(0, slash));
  }
  std::erase_if(*tree, [&](const auto& entry) {
    return entry.first.starts_with(path + "/");
  });
  tree->insert_or_assign(path, file);
}

void MergeForge::RenameDirectory(ForgedTree* tree) {
  std::string from = PickDirectory(*tree);
  if (from.empty()) return;
  std::string to = Chance(70) ? Directory() : Directory() + "moved/";
  if (to == from || to.starts_with(from)) return;
  ForgedTree moved;
  for (const auto& [path, file] : *tree) {
    if (path.starts_with(from) && !Chance(8)) moved.emplace(path, file);
  }
  for (const auto& [path, file] : moved) tree->erase(path);
  for (auto& [path, file] : moved) {
    if (Chance(20) && file.mode.starts_with("100")) {
      file.content = Edit(file.content);
    }
    Put(tree, to + path.substr(from.size()), file);
  }
}

void MergeForge::ChangeType(ForgedTree* tree, const std::string& path) {
  ForgedFile& file = tree->at(path);
  switch (Below(4)) {
    case 0:
      file = {"120000", "target" + std::to_string(Below(3))};
      break;
    case 1:
      file = {"160000", std::string(40, static_cast<char>('1' + Below(4)))};
      break;
    case 2:
      file = {"100644", Content()};
      break;
    default:
      Put(tree, path + "/x", {"100644", Content()});
      break;
  }
}

void MergeForge::Change(ForgedTree* tree) {
  if (tree->empty()) {
    Put(tree, NewPath(*tree), {"100644", Content()});
    return;
  }
  std::string path = Pick(*tree);
  ForgedFile file = tree->at(path);
  bool regular = file.mode.starts_with("100");
  size_t what = Below(100);
  if (what < 35) {
    if (regular) (*tree)[path].content = Edit(file.content);
  } else if (what < 50) {
    tree->erase(path);
    if (regular && Chance(50)) file.content = Edit(file.content);
    Put(tree, NewPath(*tree), file);
  } else if (what < 60) {
    tree->erase(path);
  } else if (what < 72) {
    std::string where =
        Chance(50) ? PickDirectory(*tree) + "added" + std::to_string(Below(3))
                   : NewPath(*tree);
    Put(tree, where, {"100644", Chance(20) ? file.content : Content()});
  } else if (what < 84) {
    RenameDirectory(tree);
  } else if (what < 90) {
    if (regular) {
      (*tree)[path].mode = file.mode == "100644" ? "100755" : "100644";
    }
  } else if (what < 94) {
    ChangeType(tree, path);
  } else if (what < 97) {
    std::string directory = PickDirectory(*tree);
    if (!directory.empty()) {
      std::erase_if(*tree, [&](const auto& entry) {
        return entry.first.starts_with(directory);
      });
    }
  } else {
    // Two files change places.
    std::string other = Pick(*tree);
    std::swap((*tree)[path], (*tree)[other]);
  }
}

ForgedMerge MergeForge::Make() {
  lines_ = Chance(30) ? 3 : Chance(50) ? 20 : 2000;
  longest_ = Chance(5) ? 400 : 30;
  ForgedMerge merge;
  size_t files = 1 + Below(Chance(20) ? 60 : 15);
  for (size_t i = 0; i < files; ++i) {
    ForgedFile file{Chance(10) ? "100755" : "100644", Content()};
    if (Chance(3)) file = {"120000", "target" + std::to_string(Below(3))};
    if (Chance(3)) file = {"160000", std::string(40, '1')};
    Put(&merge.base, NewPath(merge.base), file);
  }
  merge.ours = merge.theirs = merge.base;
  auto changes = [this] { return Below(Chance(30) ? 8 : 3); };
  // Changes that both sides made, sometimes.
  if (Chance(10)) {
    Change(&merge.ours);
    merge.theirs = merge.ours;
  }
  for (size_t i = 0, n = changes() + 1; i < n; ++i) Change(&merge.ours);
  for (size_t i = 0, n = changes() + 1; i < n; ++i) Change(&merge.theirs);
  return merge;
}

std::string FastImport(const std::string& name, const ForgedMerge& merge) {
  std::string out;
  auto commit = [&](const std::string& side, const ForgedTree& tree) {
    out += "commit refs/heads/" + name + "-" + side + "\n";
    out += "committer A U Thor <author@example.com> 1700000000 +0000\n";
    out += Data(side);
    if (side != "base") out += "from refs/heads/" + name + "-base\n";
    out += "deleteall\n";
    for (const auto& [path, file] : tree) {
      if (file.mode == "160000") {
        out += "M 160000 " + file.content + " " + path + "\n";
      } else {
        out += "M " + file.mode + " inline " + path + "\n" + Data(file.content);
      }
    }
    out += "\n";
  };
  commit("base", merge.base);
  commit("ours", merge.ours);
  commit("theirs", merge.theirs);
  return out;
}

}  // namespace backgraft::git
