#include "git/delta_tree.h"

#include <algorithm>

namespace backgraft::git {

DeltaTree::DeltaTree(const std::vector<PackRecord>& records) {
  auto count = static_cast<uint32_t>(records.size());
  // How many deltas stand on each record, itself included: bases come before
  // their offset deltas, so that one pass from the end adds them up.
  std::vector<uint32_t> weight(count, 1);
  first_.assign(count + size_t{1}, 0);
  for (uint32_t i = count; i-- > 0;) {
    const PackRecord& record = records[i];
    if (record.kind == EntryKind::kOfsDelta) {
      weight[record.base] += weight[i];
      ++first_[record.base + size_t{1}];
    } else if (record.kind == EntryKind::kRefDelta) {
      refs_.push_back({record.oid, i});
    }
  }
  for (uint32_t i = 0; i < count; ++i) first_[i + size_t{1}] += first_[i];
  children_.resize(first_[count]);
  std::vector<uint32_t> next(first_.begin(), first_.end() - 1);
  for (uint32_t i = 0; i < count; ++i) {
    if (records[i].kind == EntryKind::kOfsDelta) {
      children_[next[records[i].base]++] = i;
    }
  }
  for (uint32_t i = 0; i < count; ++i) {
    std::sort(children_.begin() + first_[i],
              children_.begin() + first_[i + size_t{1}],
              [&](uint32_t a, uint32_t b) {
                return std::pair(weight[a], a) < std::pair(weight[b], b);
              });
  }
  std::sort(refs_.begin(), refs_.end(), [](const auto& a, const auto& b) {
    return std::pair(a.base, a.record) < std::pair(b.base, b.record);
  });
  taken_ = std::make_unique<std::atomic<bool>[]>(refs_.size());
}

std::span<const uint32_t> DeltaTree::OffsetChildren(uint32_t record) const {
  // A base that was added to a thin pack has id deltas only.
  if (record + size_t{1} >= first_.size()) return {};
  return std::span(children_).subspan(
      first_[record], first_[record + size_t{1}] - first_[record]);
}

std::pair<uint32_t, uint32_t> DeltaTree::RefChildren(const Oid& oid) const {
  if (refs_.empty()) return {0, 0};
  auto begin = std::lower_bound(
      refs_.begin(), refs_.end(), oid,
      [](const RefDelta& ref, const Oid& o) { return ref.base < o; });
  auto end = begin;
  while (end != refs_.end() && end->base == oid) ++end;
  return {static_cast<uint32_t>(begin - refs_.begin()),
          static_cast<uint32_t>(end - refs_.begin())};
}

uint32_t DeltaTree::TakeRefChild(uint32_t position) {
  return taken_[position].exchange(true) ? kNoRecord : refs_[position].record;
}

bool DeltaTree::HasChildren(uint32_t record, const Oid& oid) const {
  if (!OffsetChildren(record).empty()) return true;
  auto [begin, end] = RefChildren(oid);
  return begin != end;
}

std::vector<Oid> DeltaTree::UnresolvedBases() const {
  std::vector<Oid> bases;
  for (size_t i = 0; i < refs_.size(); ++i) {
    if (!taken_[i] && (bases.empty() || bases.back() != refs_[i].base)) {
      bases.push_back(refs_[i].base);
    }
  }
  return bases;
}

}  // namespace backgraft::git
