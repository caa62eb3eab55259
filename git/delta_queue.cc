#include "git/delta_queue.h"

#include <tuple>
#include <utility>

namespace backgraft::git {

DeltaFrame::DeltaFrame(const DeltaTree& tree, uint32_t of, const Oid& oid)
    : record(of),
      end_offset(static_cast<uint32_t>(tree.OffsetChildren(of).size())) {
  std::tie(next_ref, end_ref) = tree.RefChildren(oid);
}

std::optional<uint32_t> DeltaQueue::NextRoot() {
  if (next_root_ >= roots_.size()) return std::nullopt;
  const size_t taken = next_root_.fetch_add(1);
  if (taken >= roots_.size()) return std::nullopt;
  return roots_[taken];
}

void DeltaQueue::Join() {
  std::lock_guard lock(mutex_);
  ++threads_;
}

std::optional<DeltaFrame> DeltaQueue::Take() {
  std::unique_lock lock(mutex_);
  ++idle_;
  hungry_ = true;
  wake_.wait(lock,
             [&] { return failed_ || !given_.empty() || idle_ == threads_; });
  if (failed_ || given_.empty()) {
    // The last one that runs dry ends it for all.
    wake_.notify_all();
    return std::nullopt;
  }
  --idle_;
  hungry_ = idle_ > 0;
  DeltaFrame frame = std::move(given_.front());
  given_.pop_front();
  return frame;
}

void DeltaQueue::Give(DeltaFrame frame) {
  std::lock_guard lock(mutex_);
  given_.push_back(std::move(frame));
  // Until the thread that wakes has taken it, nobody else need give.
  hungry_ = false;
  wake_.notify_one();
}

void DeltaQueue::Fail() {
  std::lock_guard lock(mutex_);
  failed_ = true;
  next_root_ = roots_.size();
  wake_.notify_all();
}

}  // namespace backgraft::git
