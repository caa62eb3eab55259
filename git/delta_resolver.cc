#include "git/delta_resolver.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/parallel.h"
#include "git/delta_queue.h"
#include "git/object_hasher.h"

namespace backgraft::git {
namespace {

// Contents of bases that one thread keeps for deltas still to come. Beyond it
// they are dropped and made again when their turn comes.
constexpr size_t kHeldBytes = size_t{32} << 20;
// Of objects on bases above this, only one is made at a time.
constexpr size_t kBigObject = size_t{24} << 20;
// Buffers up to this are used again, some of them.
constexpr size_t kSpareBytes = size_t{1} << 20;
constexpr size_t kSpareBuffers = 32;

// An object that is made, on its way to be hashed.
struct Made {
  uint32_t record = 0;
  std::shared_ptr<const Buffer> content;
};

}  // namespace

// What one thread does: depth first through the deltas, with a stack of its
// own.
class DeltaResolver::Worker {
 public:
  Worker(DeltaResolver* resolver, DeltaQueue* queue, std::mutex* big)
      : resolver_(*resolver),
        queue_(*queue),
        big_(*big),
        hasher_([this](Made made, const Oid& oid) {
          NoteId(std::move(made), oid);
        }) {}

  void Run() {
    queue_.Join();
    try {
      while (TakeWork()) {
        while (!stack_.empty()) Step();
      }
      hasher_.Flush();
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
    std::optional<DeltaFrame> frame = queue_.Take();
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
    LetGo(std::move(base));
    if (queue_.hungry()) GiveAway();
  }

  uint32_t NextChild(DeltaFrame* frame) {
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
    DeltaFrame& top = stack_.back();
    if (!top.content) {
      top.content = resolver_.contents_.Rebuild(
          top.record, &scratch_,
          [&](uint32_t record) { return CachedContent(record); });
    }
    return top.content;
  }

  std::shared_ptr<const Buffer> CachedContent(uint32_t record) {
    if (record >= resolver_.pack_records_) return AddedBase(record);
    for (const DeltaFrame& frame : stack_) {
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
    std::shared_ptr<Buffer> made = TakeSpare();
    resolver_.contents_.Resolve(index, base.bytes(), &scratch_, made.get());
    resolver_.guard_->Add(made->size);
    record.type = resolver_.table_->records[record.base].type;
    TakeIn(index, std::move(made));
  }

  // A root is an object that is no delta: it may be that nobody has read it.
  void BeginRoot(uint32_t index) {
    PackRecord& record = resolver_.table_->records[index];
    if (!record.resolved) {
      record.type = static_cast<ObjectType>(record.kind);
      if (record.type != ObjectType::kBlob || record.size <= kLargeBlob) {
        std::shared_ptr<Buffer> made = TakeSpare();
        resolver_.contents_.Inflate(index, &scratch_, made.get());
        TakeIn(index, std::move(made));
        return;
      }
      record.oid = resolver_.contents_.HashLarge(index, &scratch_);
      FinishEntry(index);
      record.resolved = true;
      resolver_.sink_({record.type, record.oid, record.size, std::nullopt});
    }
    DeltaFrame frame(resolver_.tree_, index, record.oid);
    if (!frame.HasMore()) return;
    resolver_.CheckBaseSize(record.offset, record.size);
    stack_.push_back(std::move(frame));
  }

  // A buffer for the next object.
  std::shared_ptr<Buffer> TakeSpare() {
    if (spare_.empty()) return std::make_shared<Buffer>();
    std::shared_ptr<Buffer> spare = std::move(spare_.back());
    spare_.pop_back();
    return spare;
  }

  // `content` is that of the record, whose type is known. Its id is found in
  // its time; at once, where deltas are looked for by the ids of their bases.
  void TakeIn(uint32_t index, std::shared_ptr<const Buffer> content) {
    PackRecord& record = resolver_.table_->records[index];
    FinishEntry(index);
    const std::string_view text = AsText(content->bytes());
    const bool has_id_deltas = resolver_.tree_.has_id_deltas();
    if (has_id_deltas) NoteId({index, content}, HashObject(record.type, text));
    DeltaFrame frame(resolver_.tree_, index, record.oid);
    if (!has_id_deltas) hasher_.Add(record.type, text, {index, content});
    if (!frame.HasMore()) return;
    resolver_.CheckBaseSize(record.offset, content->size);
    frame.content = std::move(content);
    stack_.push_back(std::move(frame));
    DropOld();
  }

  void NoteId(Made made, const Oid& oid) {
    PackRecord& record = resolver_.table_->records[made.record];
    record.oid = oid;
    record.resolved = true;
    const std::string_view content = AsText(made.content->bytes());
    resolver_.sink_({record.type, oid, content.size(), content});
    LetGo(std::move(made.content));
  }

  // A buffer that nobody else has is used again: asking for memory by the
  // object keeps the threads waiting for each other.
  void LetGo(std::shared_ptr<const Buffer> buffer) {
    if (buffer.use_count() != 1 || buffer->capacity > kSpareBytes ||
        spare_.size() >= kSpareBuffers) {
      return;
    }
    // Another thread may have been the last one that read it.
    std::atomic_thread_fence(std::memory_order_acquire);
    spare_.push_back(std::const_pointer_cast<Buffer>(std::move(buffer)));
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

  void DropOld() {
    size_t held = 0;
    for (const DeltaFrame& frame : stack_) {
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
      DeltaFrame& mine = stack_.front();
      uint32_t left = mine.end_offset - mine.next_offset;
      if (mine.next_ref < mine.end_ref || left < 2) return;
      DeltaFrame given = mine;
      given.next_offset = mine.end_offset = mine.next_offset + left / 2;
      queue_.Give(std::move(given));
    }
  }

  DeltaResolver& resolver_;
  DeltaQueue& queue_;
  std::mutex& big_;
  std::vector<DeltaFrame> stack_;
  PackContents::Scratch scratch_;
  std::vector<std::shared_ptr<Buffer>> spare_;
  ObjectHasher<Made> hasher_;
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

void DeltaResolver::CheckBaseSize(uint64_t offset, uint64_t size) const {
  const uint64_t limit = options_.limits.memory_object_bytes;
  if (size > limit) {
    ThrowBadEntry(options_, offset,
                  "a delta's base of " + std::to_string(size) +
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
  DeltaQueue queue(roots);
  std::mutex big;
  RunParallel(threads, threads, 1,
              [&](RangeQueue*) { Worker(this, &queue, &big).Run(); });
}

}  // namespace backgraft::git
