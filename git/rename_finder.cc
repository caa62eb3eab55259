#include "git/rename_finder.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "git/directory_guess.h"
#include "git/similarity.h"

namespace backgraft::git {
namespace {

// Best sources that are remembered for a target.
constexpr size_t kCandidates = 4;
// Equal files that are looked at for a target.
constexpr int kMostEqualFiles = 100;

bool SameBasename(std::string_view a, std::string_view b) {
  return BasenameOf(a) == BasenameOf(b);
}

class Finder {
 public:
  Finder(MergeState* state, const RenameOptions& options, SideChanges* changes)
      : state_(*state), options_(options), changes_(*changes) {}

  void Run() {
    for (RenamePair& pair : changes_.pairs) {
      bool added = pair.status == RenamePair::Status::kAdded;
      // Empty files are equal without being the same.
      if ((added ? pair.target : pair.source).oid == kEmptyBlob) continue;
      if (added) {
        targets_.push_back({&pair, {}});
      } else {
        sources_.push_back({&pair, {}, false});
      }
    }
    if (!targets_.empty() && !sources_.empty()) FindAll();
    std::erase_if(changes_.pairs, [this](const RenamePair& pair) {
      return pair.status == RenamePair::Status::kDeleted &&
             used_.count(pair.from) != 0;
    });
  }

 private:
  struct Source {
    RenamePair* pair;
    std::optional<SpanHashes> spans;
    bool used;
  };
  struct Target {
    RenamePair* pair;
    std::optional<SpanHashes> spans;
    bool renamed() const {
      return pair->status == RenamePair::Status::kRenamed;
    }
  };
  struct Score {
    int source = -1;  // -1: nothing yet
    int target = -1;
    int score = 0;
    int name_score = 0;
  };

  void FindAll() {
    FindEqualFiles();
    if (options_.minimum_score >= kMaximumSimilarity) return;
    DropSources([](const Source& source) { return source.used; });
    DirectoryGuess guess(&changes_);
    for (size_t i = 0; i < targets_.size(); ++i) {
      guess.AddTarget(*targets_[i].pair, i);
    }
    guess.Settle();
    guess_ = &guess;
    FindEqualNames();
    DropSources([this](const Source& source) {
      return source.used ||
             changes_.relevant_sources.count(source.pair->from) == 0;
    });
    std::unordered_set<std::string_view> needless = guess.FindNeedless([this] {
      std::vector<std::string_view> paths;
      for (const Source& source : sources_) {
        paths.push_back(source.pair->from);
      }
      return paths;
    }());
    DropSources([&needless](const Source& source) {
      return needless.count(source.pair->from) != 0;
    });
    CompareRest();
    guess.Finish();
    guess_ = nullptr;
  }

  template <typename Predicate>
  void DropSources(const Predicate& drop) {
    std::erase_if(sources_, drop);
  }

  void Record(Target* target, Source* source) {
    target->pair->status = RenamePair::Status::kRenamed;
    target->pair->from = source->pair->from;
    target->pair->source = source->pair->source;
    source->used = true;
    used_.insert(source->pair->from);
    ++found_;
    if (guess_ != nullptr) guess_->Count(target->pair->from, target->pair->to);
  }

  void FindEqualFiles() {
    std::unordered_map<Oid, std::vector<Source*>, OidHash> by_id;
    for (Source& source : sources_) {
      by_id[source.pair->source.oid].push_back(&source);
    }
    for (Target& target : targets_) {
      const Version& to = target.pair->target;
      auto equal = by_id.find(to.oid);
      if (equal == by_id.end()) continue;
      Source* best = nullptr;
      bool best_named_alike = false;
      int left = kMostEqualFiles;
      for (Source* source : equal->second) {
        const Version& from = source->pair->source;
        if ((!from.is_regular() || !to.is_regular()) && from.mode != to.mode) {
          continue;
        }
        if (source->used) continue;
        bool alike = SameBasename(source->pair->from, target.pair->to);
        if (best == nullptr || (alike && !best_named_alike)) {
          best = source;
          best_named_alike = alike;
          if (alike) break;
        }
        if (--left == 0) break;
      }
      if (best != nullptr) Record(&target, best);
    }
  }

  int Compare(Source* source, Target* target, int minimum) {
    const Version& from = source->pair->source;
    const Version& to = target->pair->target;
    if (!from.is_regular() || !to.is_regular()) return 0;
    return Similarity(Spans(from.oid, &source->spans),
                      Spans(to.oid, &target->spans), minimum);
  }

  const SpanHashes& Spans(const Oid& oid, std::optional<SpanHashes>* spans) {
    if (!*spans) {
      spans->emplace(state_.trees.writer().Read(oid, ObjectType::kBlob));
    }
    return **spans;
  }

  // Pairs files whose names occur once on each side, or that are where the
  // rest of their directory went.
  void FindEqualNames() {
    constexpr int kMany = -1;
    auto number = [](std::unordered_map<std::string_view, int>* map,
                     std::string_view path, size_t i) {
      auto [at, added] = map->emplace(BasenameOf(path), static_cast<int>(i));
      if (!added) at->second = kMany;
    };
    std::unordered_map<std::string_view, int> sources;
    std::unordered_map<std::string_view, int> targets;
    for (size_t i = 0; i < sources_.size(); ++i) {
      number(&sources, sources_[i].pair->from, i);
    }
    for (size_t i = 0; i < targets_.size(); ++i) {
      if (!targets_[i].renamed()) number(&targets, targets_[i].pair->to, i);
    }
    // A name is no proof: more has to be equal than among all files.
    int minimum = options_.minimum_score +
                  (kMaximumSimilarity - options_.minimum_score) / 2;
    for (Source& source : sources_) {
      std::string_view path = source.pair->from;
      if (changes_.relevant_sources.count(path) == 0) continue;
      auto target = targets.find(BasenameOf(path));
      if (target == targets.end()) continue;
      std::optional<size_t> index;
      if (sources.at(BasenameOf(path)) == kMany || target->second == kMany) {
        index = guess_->TargetFor(path);
      } else {
        index = static_cast<size_t>(target->second);
      }
      if (!index || targets_[*index].renamed()) continue;
      if (Compare(&source, &targets_[*index], minimum) < minimum) continue;
      Record(&targets_[*index], &source);
    }
  }

  // Whether `a` is the worse one.
  static bool Worse(const Score& a, const Score& b) {
    if (a.source < 0 || b.source < 0) return a.source < 0 && b.source >= 0;
    if (a.score != b.score) return a.score < b.score;
    return a.name_score < b.name_score;
  }

  void CompareRest() {
    size_t target_count = targets_.size() - found_;
    if (target_count == 0 || sources_.empty()) return;
    auto limit = static_cast<uint64_t>(options_.limit);
    if (uint64_t{target_count} * sources_.size() > limit * limit) return;
    std::vector<Score> scores;
    for (size_t t = 0; t < targets_.size(); ++t) {
      if (targets_[t].renamed()) continue;
      std::array<Score, kCandidates> best;
      for (size_t s = 0; s < sources_.size(); ++s) {
        Score score;
        score.source = static_cast<int>(s);
        score.target = static_cast<int>(t);
        score.score =
            Compare(&sources_[s], &targets_[t], options_.minimum_score);
        score.name_score =
            SameBasename(sources_[s].pair->from, targets_[t].pair->to) ? 1 : 0;
        Score* worst = &best[0];
        for (Score& other : best) {
          if (Worse(other, *worst)) worst = &other;
        }
        if (Worse(*worst, score)) *worst = score;
      }
      scores.insert(scores.end(), best.begin(), best.end());
      targets_[t].spans.reset();
    }
    std::stable_sort(
        scores.begin(), scores.end(),
        [](const Score& a, const Score& b) { return Worse(b, a); });
    for (const Score& score : scores) {
      if (score.source < 0 || score.score < options_.minimum_score) break;
      Target& target = targets_[static_cast<size_t>(score.target)];
      Source& source = sources_[static_cast<size_t>(score.source)];
      if (!target.renamed() && !source.used) Record(&target, &source);
    }
  }

  MergeState& state_;
  const RenameOptions& options_;
  SideChanges& changes_;
  std::vector<Source> sources_;
  std::vector<Target> targets_;
  std::unordered_set<std::string_view> used_;
  size_t found_ = 0;
  DirectoryGuess* guess_ = nullptr;
};

}  // namespace

void FindRenames(MergeState* state, const RenameOptions& options,
                 SideChanges* changes) {
  Finder(state, options, changes).Run();
}

}  // namespace backgraft::git
