#include "git/inverse_index.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "git/directory_stack.h"

namespace backgraft::git {
namespace {

using Entries = std::vector<IndexEntry>;

// The entries of each path, all stages, without file times.
std::map<std::string, Entries> ByPath(const Index& index) {
  std::map<std::string, Entries> out;
  for (IndexEntry entry : index.entries) {
    entry.stat = {};
    out[entry.path].push_back(std::move(entry));
  }
  return out;
}

const Entries& At(const std::map<std::string, Entries>& entries,
                  const std::string& path) {
  static const Entries kNone;
  auto found = entries.find(path);
  return found == entries.end() ? kNone : found->second;
}

// Paths whose entries differ.
std::set<std::string> Differing(const std::map<std::string, Entries>& a,
                                const std::map<std::string, Entries>& b) {
  std::set<std::string> paths;
  for (const auto& [path, entries] : a)
    if (entries != At(b, path)) paths.insert(path);
  for (const auto& [path, entries] : b)
    if (a.count(path) == 0) paths.insert(path);
  return paths;
}

bool HasAbove(const std::map<std::string, Entries>& entries,
              const std::string& path) {
  for (std::string_view above = ParentOf(path); !above.empty();
       above = ParentOf(above))
    if (entries.count(std::string(above)) > 0) return true;
  return false;
}

}  // namespace

InverseIndex FindInverseIndex(const Index& before, const Index& after,
                              const Index& now) {
  const auto old = ByPath(before);
  const auto left = ByPath(after);
  const auto current = ByPath(now);
  InverseIndex out;
  const std::set<std::string> paths = Differing(old, left);
  std::map<std::string, Entries> restored;
  for (const std::string& path : paths) {
    const Entries& there = At(current, path);
    if (!At(old, path).empty()) restored.emplace(path, At(old, path));
    if (there == At(old, path)) continue;
    out.paths.push_back(path);
    if (there == At(left, path)) continue;
    out.changed.push_back(path);
    for (const IndexEntry& entry : there)
      if (entry.mode != FileMode::kGitlink) out.staged.push_back(entry.oid);
  }
  out.index.resolve_undo = now.resolve_undo;
  out.index.modified = now.modified;
  for (const IndexEntry& entry : now.entries) {
    if (std::binary_search(out.paths.begin(), out.paths.end(), entry.path))
      continue;
    // Staged since, where a restored file leaves no room.
    auto below = restored.lower_bound(entry.path + "/");
    const bool is_directory =
        below != restored.end() && below->first.starts_with(entry.path + "/");
    if (paths.count(entry.path) == 0 &&
        (is_directory || HasAbove(restored, entry.path))) {
      out.changed.push_back(entry.path);
      if (entry.mode != FileMode::kGitlink) out.staged.push_back(entry.oid);
      continue;
    }
    out.index.entries.push_back(entry);
  }
  for (const std::string& path : out.paths)
    for (const IndexEntry& entry : At(old, path))
      out.index.entries.push_back(entry);
  std::sort(out.index.entries.begin(), out.index.entries.end(),
            [](const IndexEntry& a, const IndexEntry& b) {
              return a.path != b.path ? a.path < b.path : a.stage < b.stage;
            });
  return out;
}

void SetStats(const std::vector<PathRecord>& paths,
              const std::map<std::string, IndexStat>& stats, Index* index) {
  for (const PathRecord& record : paths) {
    auto written = stats.find(record.path);
    if (written == stats.end() || !record.after.saved.empty() ||
        record.after.converted)
      continue;
    for (size_t i = index->LowerBound(record.path);
         i < index->entries.size() && index->entries[i].path == record.path;
         ++i)
      if (index->entries[i].stage == 0 &&
          index->entries[i].oid == record.after.blob)
        index->entries[i].stat = written->second;
  }
}

}  // namespace backgraft::git
