// What there is to do for the threads that resolve the deltas of a pack.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "git/delta_tree.h"
#include "git/pack_contents.h"

namespace backgraft::git {

// A base with deltas on it that are still to be resolved.
struct DeltaFrame {
  // With everything that stands on the object `oid` at `record`.
  DeltaFrame(const DeltaTree& tree, uint32_t record, const Oid& oid);

  bool HasMore() const {
    return next_offset < end_offset || next_ref < end_ref;
  }

  std::shared_ptr<const Buffer> content{};  // empty: to be made (again)
  uint32_t record;
  uint32_t next_offset = 0;  // into OffsetChildren()
  uint32_t end_offset;
  uint32_t next_ref;  // for TakeRefChild()
  uint32_t end_ref;
};

// The roots, and frames that a busy thread gave away. Thread-safe.
class DeltaQueue {
 public:
  // `roots` must outlive this.
  explicit DeltaQueue(const std::vector<uint32_t>& roots) : roots_(roots) {}

  // The next root; nothing once all are taken.
  std::optional<uint32_t> NextRoot();

  // One more thread takes work. Those that start late, or not at all, are not
  // waited for.
  void Join();

  // The next frame for a thread that has nothing left and found no root;
  // nothing once no thread has.
  std::optional<DeltaFrame> Take();

  // Whether a thread waits for work.
  bool hungry() const { return hungry_; }

  void Give(DeltaFrame frame);

  // There is no more work for anybody.
  void Fail();

 private:
  const std::vector<uint32_t>& roots_;
  unsigned threads_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<DeltaFrame> given_;
  std::atomic<size_t> next_root_{0};
  unsigned idle_ = 0;
  bool failed_ = false;
  std::atomic<bool> hungry_{false};
};

}  // namespace backgraft::git
