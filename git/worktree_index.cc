// What a change of the working tree means for the index.
#include <algorithm>
#include <iterator>

#include "git/directory_stack.h"
#include "git/worktree.h"
#include "git/worktree_file.h"

namespace backgraft::git {
namespace {

// The change that makes a file at `path`; for LowerBound()s.
auto AtOrAfter(const std::vector<TreeChange>& changes, std::string_view path) {
  return std::lower_bound(
      changes.begin(), changes.end(), path,
      [](const TreeChange& c, std::string_view key) { return c.path < key; });
}

// Takes out entries that were only staged and that a new file leaves no room
// for: one below it, or one above it. Without force there are none.
void DropClashes(const std::vector<TreeChange>& changes, Index* index) {
  auto is_made = [&](std::string_view path) {
    auto it = AtOrAfter(changes, path);
    return it != changes.end() && it->path == path && it->after.has_value();
  };
  auto clashes = [&](const IndexEntry& entry) {
    for (std::string_view above = ParentOf(entry.path); !above.empty();
         above = ParentOf(above))
      if (is_made(above)) return true;
    const std::string below = entry.path + "/";
    for (auto it = AtOrAfter(changes, below);
         it != changes.end() && it->path.starts_with(below); ++it)
      if (it->after) return true;
    return false;
  };
  std::erase_if(index->entries, clashes);
}

}  // namespace

Index UpdatedIndex(const Index& index, const std::vector<TreeChange>& changes,
                   const WorktreeCheck& check,
                   const std::vector<IndexStat>& stats) {
  Index out;
  out.resolve_undo = index.resolve_undo;
  out.cache_tree = index.cache_tree;
  if (!out.cache_tree) out.cache_tree.emplace();
  out.entries.reserve(index.entries.size() + changes.size());
  size_t at = 0;
  bool has_unmerged = false;
  for (size_t i = 0; i < changes.size(); ++i) {
    const TreeChange& change = changes[i];
    while (at < index.entries.size() && index.entries[at].path < change.path)
      out.entries.push_back(index.entries[at++]);
    while (at < index.entries.size() && index.entries[at].path == change.path)
      ++at;
    InvalidateCacheTree(&*out.cache_tree, change.path);
    if (!change.after) continue;
    IndexEntry entry;
    entry.path = change.path;
    entry.mode = change.after->mode;
    entry.oid = change.after->oid;
    entry.skip_worktree = check.files[i].skip_worktree;
    entry.stat = stats[i];
    out.entries.push_back(std::move(entry));
  }
  out.entries.insert(out.entries.end(),
                     index.entries.begin() + static_cast<ptrdiff_t>(at),
                     index.entries.end());
  if (!check.obstacles.uncommitted.empty()) DropClashes(changes, &out);
  for (const IndexEntry& entry : out.entries)
    has_unmerged = has_unmerged || entry.stage != 0;
  if (has_unmerged || out.entries.empty()) out.cache_tree.reset();
  out.modified = index.modified;
  return out;
}

void SetUnmerged(const std::vector<IndexEntry>& unmerged, Index* index) {
  if (unmerged.empty()) return;
  std::vector<IndexEntry> entries;
  entries.reserve(index->entries.size() + unmerged.size());
  auto next = unmerged.begin();
  for (IndexEntry& entry : index->entries) {
    while (next != unmerged.end() && next->path < entry.path)
      entries.push_back(*next++);
    if (next != unmerged.end() && next->path == entry.path) continue;
    if (!entries.empty() && entries.back().stage != 0 &&
        entries.back().path == entry.path)
      continue;
    entries.push_back(std::move(entry));
  }
  entries.insert(entries.end(), next, unmerged.end());
  index->entries = std::move(entries);
  // git knows no tree for an index with stages.
  index->cache_tree.reset();
}

void SmudgeRacyEntries(const std::string& root, const WorktreeRules& rules,
                       const std::vector<TreeChange>& changes, Index* index) {
  DirectoryStack stack(root);
  auto change = changes.begin();
  for (IndexEntry& entry : index->entries) {
    while (change != changes.end() && change->path < entry.path) ++change;
    if (change != changes.end() && change->path == entry.path) continue;
    if (entry.stage != 0 || !index->IsRacy(entry) || entry.intent_to_add ||
        entry.mode == FileMode::kGitlink)
      continue;
    if (!stack.Enter(ParentOf(entry.path))) continue;
    FileAt file{stack.fd(),
                std::string(NameOf(entry.path)),
                entry.path,
                stack.Full(entry.path),
                {}};
    std::optional<struct stat> found =
        StatAt(file.directory, file.name, file.full_path);
    if (!found || !StatMatches(entry.stat, *found, rules)) continue;
    file.stat = *found;
    if (!FileEquals(file, {entry.mode, entry.oid}, rules)) entry.stat.size = 0;
  }
}

}  // namespace backgraft::git
