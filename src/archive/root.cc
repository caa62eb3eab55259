#include "archive/root.h"

#include <algorithm>

#include "archive/litter.h"
#include "archive/refusal.h"
#include "base/escape.h"

namespace backgraft::archive {
namespace {

// More enclosing directories than this nobody makes; it bounds the work.
constexpr size_t kDeepestBare = 8;

enum BarePart : unsigned { kHead = 1, kObjects = 2, kRefs = 4, kAll = 7 };

std::string_view Parent(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view()
                                         : path.substr(0, slash);
}

size_t Depth(std::string_view path) {
  if (path.empty()) return 0;
  return 1 + static_cast<size_t>(std::count(path.begin(), path.end(), '/'));
}

// Where in `path` the first component ".git" begins, or npos.
size_t FindGit(std::string_view path) {
  size_t begin = 0;
  while (begin <= path.size()) {
    const size_t end = std::min(path.find('/', begin), path.size());
    if (path.substr(begin, end - begin) == ".git") return begin;
    begin = end + 1;
  }
  return std::string_view::npos;
}

}  // namespace

bool IsWithin(std::string_view path, std::string_view directory) {
  if (directory.empty() || path == directory) return true;
  return path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

void RootFinder::Add(std::string_view path, EntryKind kind) {
  if (path.empty()) {
    root_entry_ = true;
    return;
  }
  if (IsMacLitter(path)) return;
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos && kind != EntryKind::kDirectory) {
    top_file_ = true;
  } else if (tops_.size() < 2) {
    tops_.emplace(path.substr(0, slash));
  }
  const size_t git = FindGit(path);
  if (git != std::string_view::npos) {
    const std::string_view holder =
        git == 0 ? std::string_view() : path.substr(0, git - 1);
    const size_t depth = Depth(holder);
    if (depth < git_depth_) git_.clear();
    if (depth <= git_depth_) {
      git_depth_ = depth;
      git_.emplace(holder);
    }
    // What is inside .git counts as one thing in its holder.
    parents_.emplace(holder);
    return;
  }
  if (kind != EntryKind::kDirectory) parents_.emplace(Parent(path));
  NoteBareParts(path, kind);
}

void RootFinder::NoteBareParts(std::string_view path, EntryKind kind) {
  size_t begin = 0;
  for (size_t depth = 0; depth < kDeepestBare && begin < path.size(); ++depth) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    const bool directory = end < path.size() || kind == EntryKind::kDirectory;
    unsigned part = 0;
    if (name == "HEAD" && kind == EntryKind::kRegular && !directory) {
      part = kHead;
    } else if (name == "objects" && directory) {
      part = kObjects;
    } else if ((name == "refs" && directory) ||
               (name == "packed-refs" && !directory)) {
      part = kRefs;
    }
    if (part != 0) {
      bare_parts_[std::string(path.substr(0, begin == 0 ? 0 : begin - 1))] |=
          part;
    }
    begin = end + 1;
  }
}

bool RootFinder::HoldEverything(const std::set<std::string>& roots) const {
  return std::all_of(
      parents_.begin(), parents_.end(), [&](const std::string& parent) {
        return std::any_of(
            roots.begin(), roots.end(),
            [&](const std::string& root) { return IsWithin(parent, root); });
      });
}

std::set<std::string> RootFinder::BareRoots() const {
  std::set<std::string> roots;
  size_t shallowest = SIZE_MAX;
  for (const auto& [path, parts] : bare_parts_) {
    if (parts != kAll) continue;
    const size_t depth = Depth(path);
    if (depth < shallowest) roots.clear();
    if (depth <= shallowest) {
      shallowest = depth;
      roots.insert(path);
    }
  }
  return roots;
}

Root RootFinder::Finish() const {
  const std::set<std::string> bare = BareRoots();
  for (const std::set<std::string>* roots : {&git_, &bare}) {
    if (roots->empty() || !HoldEverything(*roots)) continue;
    if (roots->size() > 1) {
      Refuse(Quote(source_name_),
             "both " + Quote(*roots->begin()) + " and " +
                 Quote(*std::next(roots->begin())) +
                 " hold a repository, and nothing says which is meant");
    }
    return {*roots->begin(), roots == &git_, roots == &bare};
  }
  if (!root_entry_ && !top_file_ && tops_.size() == 1) {
    return {*tops_.begin(), false, false};
  }
  return {};
}

}  // namespace backgraft::archive
