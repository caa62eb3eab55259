#include "git/merge_base.h"

#include <algorithm>
#include <cstdint>
#include <queue>
#include <unordered_map>

namespace backgraft::git {
namespace {

// git's flags of the same names.
constexpr unsigned kParent1 = 1, kParent2 = 2, kStale = 4, kResult = 8;

struct Painted {
  const HistoryCommit* commit;
  unsigned flags = 0;
  unsigned queued = 0;  // how many times
};
// Stays where it is, so that queue entries can point into it.
using Paint = std::unordered_map<Oid, Painted, OidHash>;
using Node = Paint::value_type;

// As git's commit_list_insert_by_date(): behind those of the same date.
void InsertByDate(Node* node, std::vector<Node*>* list) {
  auto at = std::find_if(list->begin(), list->end(), [&](const Node* other) {
    return other->second.commit->committed < node->second.commit->committed;
  });
  list->insert(at, node);
}

// Walks back from commits, newest first, and says of everything on the way
// which of them it can be reached from: paint_down_to_common().
class Painter {
 public:
  explicit Painter(History& history) : history_(history) {}

  Node* Add(const Oid& oid, unsigned flags) {
    Node* node = Touch(oid);
    Mark(node, flags);
    Push(node);
    return node;
  }

  // Until everything left is below a common ancestor. Returns the common
  // ancestors that were met, those below others (kStale) among them.
  std::vector<Node*> Run() {
    std::vector<Node*> common;
    while (fresh_ > 0) {
      Node* node = Pop();
      unsigned flags = node->second.flags & (kParent1 | kParent2 | kStale);
      if (flags == (kParent1 | kParent2)) {
        if ((node->second.flags & kResult) == 0) {
          node->second.flags |= kResult;
          InsertByDate(node, &common);
        }
        flags |= kStale;
      }
      for (const Oid& oid : node->second.commit->parents) {
        Node* parent = Touch(oid);
        if ((parent->second.flags & flags) == flags) continue;
        Mark(parent, flags);
        Push(parent);
      }
    }
    return common;
  }

 private:
  struct Item {
    int64_t date;
    uint64_t sequence;
    Node* node;
    // Of one date the first comes first, as in git's prio-queue.
    bool operator<(const Item& other) const {
      if (date != other.date) return date < other.date;
      return sequence > other.sequence;
    }
  };

  Node* Touch(const Oid& oid) {
    auto [it, added] = paint_.try_emplace(oid);
    if (added) it->second.commit = &history_.Get(oid);
    return &*it;
  }

  void Mark(Node* node, unsigned flags) {
    Painted& painted = node->second;
    const bool was_stale = (painted.flags & kStale) != 0;
    painted.flags |= flags;
    if (!was_stale && (flags & kStale) != 0) fresh_ -= painted.queued;
  }

  void Push(Node* node) {
    ++node->second.queued;
    if ((node->second.flags & kStale) == 0) ++fresh_;
    queue_.push({node->second.commit->committed, next_++, node});
  }

  Node* Pop() {
    Node* node = queue_.top().node;
    queue_.pop();
    --node->second.queued;
    if ((node->second.flags & kStale) == 0) --fresh_;
    return node;
  }

  History& history_;
  Paint paint_;
  std::priority_queue<Item> queue_;
  uint64_t next_ = 0;
  size_t fresh_ = 0;  // queued ones that are not stale
};

// Drops those that others of them lead to: remove_redundant_no_gen().
std::vector<Oid> RemoveRedundant(History& history,
                                 const std::vector<Oid>& bases) {
  std::vector<bool> redundant(bases.size());
  for (size_t i = 0; i < bases.size(); ++i) {
    if (redundant[i]) continue;
    Painter painter(history);
    Node* one = painter.Add(bases[i], kParent1);
    std::vector<std::pair<size_t, Node*>> others;
    for (size_t j = 0; j < bases.size(); ++j) {
      if (j == i || redundant[j]) continue;
      others.emplace_back(j, painter.Add(bases[j], kParent2));
    }
    if (others.empty()) break;
    painter.Run();
    if ((one->second.flags & kParent2) != 0) redundant[i] = true;
    for (const auto& [j, node] : others) {
      if ((node->second.flags & kParent1) != 0) redundant[j] = true;
    }
  }
  std::vector<Oid> kept;
  for (size_t i = 0; i < bases.size(); ++i) {
    if (!redundant[i]) kept.push_back(bases[i]);
  }
  return kept;
}

}  // namespace

std::vector<Oid> MergeBases(History& history, const Oid& a, const Oid& b) {
  if (a == b) return {a};
  Painter painter(history);
  painter.Add(a, kParent1);
  painter.Add(b, kParent2);
  // They are in the order of their dates, and stay in it.
  std::vector<Oid> bases;
  for (const Node* node : painter.Run()) {
    if ((node->second.flags & kStale) == 0) bases.push_back(node->first);
  }
  if (bases.size() < 2) return bases;
  return RemoveRedundant(history, bases);
}

}  // namespace backgraft::git
