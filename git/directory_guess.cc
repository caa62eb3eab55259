#include "git/directory_guess.h"

#include "git/hash_order.h"

namespace backgraft::git {
namespace {

// Counts files whose new directory is not known: no directory has this name.
constexpr std::string_view kUnknown = "/";

// Whether the leading directory cannot be overtaken any more.
bool IsDecided(const DirectoryCounts& counts) {
  int first = 0;
  int second = 0;
  int unknown = 0;
  for (const auto& [directory, count] : counts.counts()) {
    if (directory == kUnknown) {
      unknown = count;
    } else if (count >= first) {
      second = first;
      first = count;
    } else if (count >= second) {
      second = count;
    }
  }
  return first > second + unknown;
}

}  // namespace

void DirectoryGuess::AddTarget(const RenamePair& pair, size_t index) {
  if (pair.status == RenamePair::Status::kRenamed) {
    Count(pair.from, pair.to);
  } else {
    added_.insert_or_assign(std::string(pair.to), index);
  }
}

void DirectoryGuess::Settle() {
  for (const auto& [directory, counts] : changes_.directory_counts) {
    std::vector<std::string_view> targets;
    for (const auto& entry : counts.counts()) targets.push_back(entry.first);
    int most = 0;
    for (size_t i : HashOrder(targets)) {
      if (counts.counts()[i].second > most) {
        most = counts.counts()[i].second;
        best_.insert_or_assign(directory, targets[i]);
      }
    }
  }
}

void DirectoryGuess::Count(std::string_view from, std::string_view to) {
  // "a/b/c/x" -> "n/b/c/x" speaks for a/b/c -> n/b/c, a/b -> n/b and a -> n:
  // going up ends where the parts that are left behind differ.
  bool first = true;
  while (true) {
    std::string_view from_name = BasenameOf(from);
    std::string_view to_name = BasenameOf(to);
    from = DirectoryOf(from);
    auto removed = changes_.removed_directories.find(from);
    if (removed == changes_.removed_directories.end()) return;
    to = DirectoryOf(to);
    if (!first && from_name != to_name) return;
    if (first || removed->second == DirectoryRelevance::kForSelf) {
      changes_.directory_counts[from].Add(to);
    }
    first = false;
    if (removed->second == DirectoryRelevance::kNone) return;
    if (from.empty() || to.empty()) return;
  }
}

std::optional<size_t> DirectoryGuess::TargetFor(std::string_view path) const {
  auto best = best_.find(DirectoryOf(path));
  if (best == best_.end()) return std::nullopt;
  auto target = added_.find(std::string(best->second) + '/' +
                            std::string(BasenameOf(path)));
  if (target == added_.end()) return std::nullopt;
  return target->second;
}

std::unordered_set<std::string_view> DirectoryGuess::FindNeedless(
    const std::vector<std::string_view>& sources) {
  auto relevance = [this](std::string_view directory) {
    auto found = changes_.removed_directories.find(directory);
    return found == changes_.removed_directories.end()
               ? DirectoryRelevance::kNone
               : found->second;
  };
  for (std::string_view source : sources) {
    for (std::string_view directory = DirectoryOf(source);
         !directory.empty() &&
         relevance(directory) != DirectoryRelevance::kNone;
         directory = DirectoryOf(directory)) {
      changes_.directory_counts[directory].Add(kUnknown);
    }
  }
  for (const auto& [directory, counts] : changes_.directory_counts) {
    if (relevance(directory) == DirectoryRelevance::kForSelf &&
        IsDecided(counts)) {
      changes_.removed_directories[directory] =
          DirectoryRelevance::kForAncestor;
    }
  }
  std::unordered_set<std::string_view> needless;
  for (std::string_view source : sources) {
    auto why = changes_.relevant_sources.find(source);
    if (why == changes_.relevant_sources.end() ||
        why->second != FileRelevance::kLocation) {
      continue;
    }
    std::string_view directory = DirectoryOf(source);
    while (relevance(directory) == DirectoryRelevance::kForAncestor) {
      directory = DirectoryOf(directory);
    }
    if (relevance(directory) == DirectoryRelevance::kForSelf) continue;
    why->second = FileRelevance::kNoMore;
    needless.insert(source);
  }
  return needless;
}

void DirectoryGuess::Finish() {
  auto& counts = changes_.directory_counts;
  for (auto at = counts.begin(); at != counts.end();) {
    auto removed = changes_.removed_directories.find(at->first);
    if (removed == changes_.removed_directories.end() ||
        removed->second == DirectoryRelevance::kNone) {
      at = counts.erase(at);
    } else {
      at->second.Remove(kUnknown);
      ++at;
    }
  }
}

}  // namespace backgraft::git
