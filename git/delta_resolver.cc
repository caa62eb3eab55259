#include "git/delta_resolver.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/parallel.h"

namespace backgraft::git {
namespace {

// Contents of bases that one thread keeps for deltas still to come. Beyond it
// they are dropped and made again when their turn comes.
constexpr size_t kHeldBytes = size_t{32} << 20;
// Of objects on bases above this, only one is made at a time.
constexpr size_t kBigObject = size_t{24} << 20;

// A base with deltas on it that are still to be resolved.
struct Frame {
  std::shared_ptr<const Buffer> content;  // empty: to be made (again)
  uint32_t record = 0;
  uint32_t next_offset = 0;  // into OffsetChildren()
  uint32_t end_offset = 0;
  uint32_t next_ref = 0;  // for TakeRefChild()
  uint32_t end_ref = 0;

  bool HasMore() const {
    return next_offset < end_offset || next_ref < end_ref;
  }
};

Frame MakeFrame(const DeltaTree& tree, uint32_t record, const Oid& oid) {
  Frame frame;
  frame.record = record;
  frame.end_offset = static_cast<uint32_t>(tree.OffsetChildren(record).size());
  std::tie(frame.next_ref, frame.end_ref) = tree.RefChildren(oid);
  return frame;
}

}  // namespace

// Work for the threads: the roots, and frames that a busy one gave away.
class DeltaResolver::Queue {
 public:
  explicit Queue(const std::vector<uint32_t>& roots) : roots_(roots) {}

  // The next root; nothing once all are taken.
  std::optional<uint32_t> NextRoot() {
    if (next_root_ >= roots_.size()) return std::nullopt;
    const size_t taken = next_root_.fetch_add(1);
    if (taken >= roots_.size()) return std::nullopt;
    return roots_[taken];
  }

  // One more thread takes work. Those that start late, or not at all, are not
  // waited for.
  void Join() {
    std::lock_guard lock(mutex_);
    ++threads_;
  }

  // The next frame for a thread that has nothing left and found no root;
  // nothing once no thread has.
  std::optional<Frame> Take() {
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
    Frame frame = std::move(given_.front());
    given_.pop_front();
    return frame;
  }

  // Whether a thread waits for work.
  bool hungry() const { return hungry_; }

  void Give(Frame frame) {
    std::lock_guard lock(mutex_);
    given_.push_back(std::move(frame));
    // Until the thread that wakes has taken it, nobody else need give.
    hungry_ = false;
    wake_.notify_one();
  }

  void Fail() {
    std::lock_guard lock(mutex_);
    failed_ = true;
    next_root_ = roots_.size();
    wake_.notify_all();
  }

 private:
  const std::vector<uint32_t>& roots_;
  unsigned threads_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Frame> given_;
  std::atomic<size_t> next_root_{0};
  unsigned idle_ = 0;
  bool failed_ = false;
  std::atomic<bool> hungry_{false};
};

// What one thread does: depth first through the deltas, with a stack of its
// own.
class DeltaResolver::Worker {
 public:
  Worker(DeltaResolver* resolver, Queue* queue, std::mutex* big)
      : resolver_(*resolver), queue_(*queue), big_(*big) {}

  void Run() {
    queue_.Join();
    try {
      while (TakeWork()) {
        while (!stack_.empty()) Step();
      }
    } catch (...) {
      queue_.Fail();
      throw;
    }
  }

 private:
  bool TakeWork() {
    if (const std::optional<uint32_t> root = queue_.NextRoot()) {
      ThrowIfInterrupted();
      BeginRoot(*root);
      return true;
    }
    std::optional<Frame> frame = queue_.Take();
    if (frame) stack_.push_back(std::move(*frame));
    return frame.has_value();
  }

  void Step() {
    ThrowIfInterrupted();
    if (!stack_.back().HasMore()) {
      stack_.pop_back();
      return;
    }
    uint32_t child = NextChild(&stack_.back());
    if (child == kNoRecord) return;
    std::shared_ptr<const Buffer> base = TopContent();
    // With its last delta taken, a base is not kept: a chain of any length
    // needs two objects.
    if (!stack_.back().HasMore()) stack_.pop_back();
    ResolveOne(child, *base);
    if (queue_.hungry()) GiveAway();
  }

  uint32_t NextChild(Frame* frame) {
    if (frame->next_ref < frame->end_ref) {
      uint32_t child = resolver_.tree_.TakeRefChild(frame->next_ref++);
      if (child != kNoRecord) {
        resolver_.table_->records[child].base = frame->record;
      }
      return child;
    }
    return resolver_.tree_.OffsetChildren(frame->record)[frame->next_offset++];
  }

  const std::shared_ptr<const Buffer>& TopContent() {
    Frame& top = stack_.back();
    if (!top.content) {
      top.content = resolver_.contents_.Rebuild(
          top.record, &scratch_,
          [&](uint32_t record) { return CachedContent(record); });
    }
    return top.content;
  }

  std::shared_ptr<const Buffer> CachedContent(uint32_t record) {
    if (record >= resolver_.pack_records_) return AddedBase(record);
    for (const Frame& frame : stack_) {
      if (frame.record == record) return frame.content;
    }
    return nullptr;
  }

  // A base that the pack lacks.
  std::shared_ptr<const Buffer> AddedBase(uint32_t record) {
    const Oid& oid = resolver_.table_->records[record].oid;
    std::optional<Object> object = resolver_.options_.bases->Find(oid);
    Require(object.has_value(), "a base has vanished");
    auto buffer = std::make_shared<Buffer>();
    buffer->Reset(object->content.size());
    if (buffer->size > 0) {
      std::memcpy(buffer->data.get(), object->content.data(), buffer->size);
    }
    return buffer;
  }

  void ResolveOne(uint32_t index, const Buffer& base) {
    std::unique_lock<std::mutex> big;
    if (base.size > kBigObject) big = std::unique_lock(big_);
    PackRecord& record = resolver_.table_->records[index];
    resolver_.contents_.Resolve(index, base.bytes(), &scratch_, &result_);
    resolver_.guard_->Add(result_.size);
    record.type = resolver_.table_->records[record.base].type;
    HashResult(index);
    Frame frame = MakeFrame(resolver_.tree_, index, record.oid);
    if (!frame.HasMore()) return;
    PushResult(std::move(frame));
  }

  // A root is an object that is no delta: it may be that nobody has read it.
  void BeginRoot(uint32_t index) {
    PackRecord& record = resolver_.table_->records[index];
    bool have_content = false;
    if (!record.resolved) {
      record.type = static_cast<ObjectType>(record.kind);
      if (record.type == ObjectType::kBlob && record.size > kLargeBlob) {
        record.oid = resolver_.contents_.HashLarge(index, &scratch_);
        FinishEntry(index);
        record.resolved = true;
        resolver_.sink_({record.type, record.oid, record.size, std::nullopt});
      } else {
        resolver_.contents_.Inflate(index, &scratch_, &result_);
        HashResult(index);
        have_content = true;
      }
    }
    Frame frame = MakeFrame(resolver_.tree_, index, record.oid);
    if (!frame.HasMore()) return;
    resolver_.CheckBaseSize(record);
    if (have_content) {
      PushResult(std::move(frame));
    } else {
      stack_.push_back(std::move(frame));
    }
  }

  // `result_` is the content of the record, whose type is known.
  void HashResult(uint32_t index) {
    PackRecord& record = resolver_.table_->records[index];
    FinishEntry(index);
    std::string_view content = AsText(result_.bytes());
    record.oid = HashObject(record.type, content);
    record.resolved = true;
    resolver_.sink_({record.type, record.oid, content.size(), content});
  }

  // The entry that was inflated last has to end where the next one begins: the
  // first pass may have believed an index.
  void FinishEntry(uint32_t index) {
    const ByteSpan entry = resolver_.EntryOf(index);
    PackRecord& record = resolver_.table_->records[index];
    if (scratch_.taken != entry.size()) {
      ThrowBadEntry(resolver_.options_, record.offset,
                    "an object that ends elsewhere");
    }
    record.crc = EntryCrc(entry);
  }

  void PushResult(Frame frame) {
    frame.content = std::make_shared<Buffer>(std::exchange(result_, {}));
    stack_.push_back(std::move(frame));
    DropOld();
  }

  void DropOld() {
    size_t held = 0;
    for (const Frame& frame : stack_) {
      if (frame.content) held += frame.content->size;
    }
    for (size_t i = 0; held > kHeldBytes && i + 1 < stack_.size(); ++i) {
      if (!stack_[i].content) continue;
      held -= stack_[i].content->size;
      stack_[i].content.reset();
    }
  }

  // The lowest frame has most on top of it.
  void GiveAway() {
    if (stack_.size() > 1) {
      queue_.Give(std::move(stack_.front()));
      stack_.erase(stack_.begin());
    } else if (stack_.size() == 1) {
      Frame& mine = stack_.front();
      uint32_t left = mine.end_offset - mine.next_offset;
      if (mine.next_ref < mine.end_ref || left < 2) return;
      Frame given = mine;
      given.next_offset = mine.end_offset = mine.next_offset + left / 2;
      queue_.Give(std::move(given));
    }
  }

  DeltaResolver& resolver_;
  Queue& queue_;
  std::mutex& big_;
  std::vector<Frame> stack_;
  PackContents::Scratch scratch_;
  Buffer result_;
};

DeltaResolver::DeltaResolver(const MappedFile& pack, const PackOptions& options,
                             ExpansionGuard* guard, const PackObjectSink& sink,
                             PackTable* table)
    : options_(options),
      pack_(pack.bytes()),
      guard_(guard),
      sink_(sink),
      table_(table),
      pack_records_(table->records.size()),
      tree_(table->records),
      contents_(pack, *table, options) {}

std::vector<uint32_t> DeltaResolver::Roots() const {
  std::vector<uint32_t> roots;
  for (size_t i = 0; i < table_->records.size(); ++i) {
    const PackRecord& record = table_->records[i];
    auto index = static_cast<uint32_t>(i);
    if (IsDelta(record.kind)) continue;
    if (!record.resolved || tree_.HasChildren(index, record.oid)) {
      roots.push_back(index);
    }
  }
  return roots;
}

void DeltaResolver::CheckBaseSize(const PackRecord& record) const {
  const uint64_t limit = options_.limits.memory_object_bytes;
  if (record.size > limit) {
    ThrowBadEntry(options_, record.offset,
                  "a delta's base of " + std::to_string(record.size) +
                      " bytes, over the limit of " + std::to_string(limit));
  }
}

ByteSpan DeltaResolver::EntryOf(uint32_t index) const {
  const uint64_t begin = table_->records[index].offset;
  const uint64_t end = index + size_t{1} < pack_records_
                           ? table_->records[index + size_t{1}].offset
                           : pack_.size() - kPackTrailerSize;
  return pack_.subspan(static_cast<size_t>(begin),
                       static_cast<size_t>(end - begin));
}

void DeltaResolver::Resolve(const std::vector<uint32_t>& roots) {
  unsigned threads = options_.threads != 0
                         ? options_.threads
                         : std::max(1u, std::thread::hardware_concurrency());
  Queue queue(roots);
  std::mutex big;
  RunParallel(threads, threads, 1,
              [&](RangeQueue*) { Worker(this, &queue, &big).Run(); });
}

}  // namespace backgraft::git
