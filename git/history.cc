#include "git/history.h"

#include <queue>

#include "base/io.h"
#include "git/commit.h"
#include "git/object_reader.h"
#include "git/repository.h"

namespace backgraft::git {
namespace {

// Commits still to be looked at: the newest first, those of one date in the
// order in which they came (git's prio-queue).
class DateQueue {
 public:
  void Push(const Oid& oid, int64_t date) { items_.push({date, next_++, oid}); }
  Oid Pop() {
    Oid oid = items_.top().oid;
    items_.pop();
    return oid;
  }
  bool empty() const { return items_.empty(); }
  int64_t NewestDate() const { return items_.top().date; }

 private:
  struct Item {
    int64_t date;
    uint64_t sequence;
    Oid oid;
    bool operator<(const Item& other) const {
      if (date != other.date) return date < other.date;
      return sequence > other.sequence;
    }
  };
  std::priority_queue<Item> items_;
  uint64_t next_ = 0;
};

// git's SLOP: how many commits a walk looks at after nothing seems to be left,
// in case a clock was wrong.
constexpr int kSlop = 5;

class RangeWalk {
 public:
  explicit RangeWalk(History& history) : history_(history) {}

  void Start(const Oid& oid, bool unwanted) {
    State& state = states_[oid];
    if (unwanted) MarkUnwanted(oid);
    if (state.seen) return;
    state.seen = true;
    Enqueue(oid);
  }

  std::vector<Oid> Run() {
    std::vector<Oid> found;
    int slop = kSlop;
    std::optional<int64_t> last;
    while (!queue_.empty()) {
      Oid oid = queue_.Pop();
      State& state = states_[oid];
      state.queued = false;
      if (!state.unwanted) --wanted_in_queue_;
      bool unwanted = state.unwanted;
      const HistoryCommit& commit = history_.Get(oid);
      for (const Oid& parent : commit.parents) {
        if (unwanted) MarkUnwanted(parent);
        State& parent_state = states_[parent];
        if (parent_state.seen) continue;
        parent_state.seen = true;
        Enqueue(parent);
      }
      if (!unwanted) {
        found.push_back(oid);
        last = commit.committed;
        continue;
      }
      if (queue_.empty()) break;
      if ((last && *last <= queue_.NewestDate()) || wanted_in_queue_ > 0) {
        slop = kSlop;
      } else if (--slop <= 0) {
        break;
      }
    }
    std::erase_if(found, [&](const Oid& oid) { return states_[oid].unwanted; });
    return found;
  }

 private:
  struct State {
    bool seen = false;
    bool queued = false;
    bool unwanted = false;
  };

  void Enqueue(const Oid& oid) {
    State& state = states_[oid];
    state.queued = true;
    if (!state.unwanted) ++wanted_in_queue_;
    queue_.Push(oid, history_.Get(oid).committed);
  }

  // Also marks what was walked already, which a wrong clock can lead to.
  void MarkUnwanted(const Oid& first) {
    std::vector<Oid> pending = {first};
    while (!pending.empty()) {
      Oid oid = pending.back();
      pending.pop_back();
      State& state = states_[oid];
      if (state.unwanted) continue;
      state.unwanted = true;
      if (state.queued) --wanted_in_queue_;
      if (!state.seen || state.queued) continue;
      for (const Oid& parent : history_.Get(oid).parents) {
        pending.push_back(parent);
      }
    }
  }

  History& history_;
  DateQueue queue_;
  std::unordered_map<Oid, State, OidHash> states_;
  size_t wanted_in_queue_ = 0;
};

}  // namespace

HistoryCommit ParseHistoryCommit(std::string_view bytes) {
  CommitHead head = TakeCommitHead(&bytes);
  return {.tree = head.tree,
          .parents = std::move(head.parents),
          .committed = TimeOf(head.committer).seconds};
}

std::unordered_set<Oid, OidHash> ShallowCommits(const Repository& repository) {
  std::unordered_set<Oid, OidHash> shallow;
  std::string text;
  if (!ReadFileIfExists(repository.common_dir() + "/shallow", &text)) return {};
  for (size_t at = 0; at + 40 <= text.size(); at += 41) {
    if (auto oid = Oid::FromHex(std::string_view(text).substr(at, 40))) {
      shallow.insert(*oid);
    }
  }
  return shallow;
}

History::History(const Repository& repository)
    : History(repository, ShallowCommits(repository)) {}

History::History(const ObjectReader& objects,
                 std::unordered_set<Oid, OidHash> shallow)
    : objects_(objects), shallow_(std::move(shallow)) {}

const HistoryCommit& History::Get(const Oid& oid) {
  auto it = commits_.find(oid);
  if (it != commits_.end()) return it->second;
  return Remember(oid,
                  ParseHistoryCommit(objects_.Read(oid, ObjectType::kCommit)));
}

void History::Preload(const Oid& oid, HistoryCommit commit) {
  Remember(oid, std::move(commit));
}

const HistoryCommit& History::Remember(const Oid& oid, HistoryCommit commit) {
  if (shallow_.contains(oid)) {
    commit.cut = true;
    commit.parents.clear();
  }
  return commits_.emplace(oid, std::move(commit)).first->second;
}

bool History::IsAncestor(const Oid& ancestor, const Oid& descendant) {
  if (ancestor == descendant) return true;
  // Both are walked back at once, newest first. What the ancestor reaches
  // cannot lead to it, so that there is an answer as soon as nothing else is
  // left.
  constexpr unsigned kBelowDescendant = 1, kBelowAncestor = 2;
  std::unordered_map<Oid, unsigned, OidHash> flags;
  std::unordered_set<Oid, OidHash> queued;
  DateQueue queue;
  size_t open = 0;  // queued ones that only the descendant reaches
  auto mark = [&](const Oid& oid, unsigned flag) {
    unsigned& now = flags[oid];
    if ((now | flag) == now) return;
    bool was_open = now == kBelowDescendant;
    now |= flag;
    bool is_open = now == kBelowDescendant;
    if (queued.insert(oid).second) {
      queue.Push(oid, Get(oid).committed);
      if (is_open) ++open;
    } else if (was_open && !is_open) {
      --open;
    } else if (is_open && !was_open) {
      ++open;
    }
  };
  mark(descendant, kBelowDescendant);
  mark(ancestor, kBelowAncestor);
  while (open > 0) {
    Oid oid = queue.Pop();
    queued.erase(oid);
    unsigned flag = flags[oid];
    if (flag == kBelowDescendant) --open;
    for (const Oid& parent : Get(oid).parents) {
      if (parent == ancestor && (flag & kBelowDescendant) != 0) return true;
      mark(parent, flag);
    }
  }
  return false;
}

std::vector<Oid> History::Walk(const std::vector<Oid>& include,
                               const std::vector<Oid>& exclude) {
  RangeWalk walk(*this);
  for (const Oid& oid : exclude) walk.Start(oid, true);
  for (const Oid& oid : include) walk.Start(oid, false);
  return walk.Run();
}

std::vector<Oid> History::Sort(const Oid& tip,
                               const std::vector<Oid>& commits) {
  std::unordered_set<Oid, OidHash> wanted(commits.begin(), commits.end());
  std::unordered_set<Oid, OidHash> seen = {tip};
  std::vector<Oid> sorted;
  DateQueue queue;
  queue.Push(tip, Get(tip).committed);
  while (!queue.empty() && sorted.size() < wanted.size()) {
    Oid oid = queue.Pop();
    if (wanted.contains(oid)) sorted.push_back(oid);
    for (const Oid& parent : Get(oid).parents) {
      if (seen.insert(parent).second) {
        queue.Push(parent, Get(parent).committed);
      }
    }
  }
  return sorted;
}

FirstParentLine::FirstParentLine(History& history, const Oid& tip)
    : history_(history), line_{tip}, members_{tip} {}

bool FirstParentLine::Extend() {
  const HistoryCommit& last = history_.Get(line_.back());
  if (last.parents.empty()) return false;
  line_.push_back(last.parents.front());
  members_.insert(line_.back());
  return true;
}

bool FirstParentLine::Contains(const Oid& commit) {
  while (!members_.contains(commit)) {
    if (!Extend()) return false;
  }
  return true;
}

std::optional<Oid> FirstParentLine::At(size_t i) {
  while (line_.size() <= i) {
    if (!Extend()) return std::nullopt;
  }
  return line_[i];
}

}  // namespace backgraft::git
