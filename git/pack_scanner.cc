#include "git/pack_scanner.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/error.h"
#include "base/interrupt.h"
#include "git/deflate.h"
#include "git/pack_contents.h"

namespace backgraft::git {
namespace {

// Contents gathered before the other thread gets them.
constexpr size_t kBatchBytes = size_t{512} << 10;
// Contents that wait for it, at the most.
constexpr size_t kQueuedBytes = size_t{8} << 20;
// An entry takes at least a header byte and an empty zlib stream.
constexpr uint64_t kMinimumEntry = 9;

uint32_t Big32(ByteSpan bytes) {
  uint32_t value = 0;
  for (std::byte byte : bytes.first(4)) {
    value = value << 8 | static_cast<uint32_t>(byte);
  }
  return value;
}

// Inflated objects on their way to be hashed, and the raw bytes of the pack
// they came from.
struct Batch {
  struct Item {
    uint32_t record;
    size_t begin;
    size_t size;
  };
  std::vector<Item> items;
  std::unique_ptr<std::byte[]> contents;
  size_t capacity = 0;
  size_t used = 0;
  ByteSpan raw;
};

// The second half of the pass, on a thread of its own: finding the entries is
// one inflate after the other, so hashing must not wait for it.
class Hasher {
 public:
  Hasher(PackRecord* records, const PackObjectSink& sink)
      : records_(records), sink_(sink) {
    try {
      thread_ = std::thread([this] { Run(); });
    } catch (const std::system_error&) {
      // No more threads to be had: Put() does the work.
    }
  }

  ~Hasher() { Stop(); }

  // A batch to fill; waits while too many are under way.
  std::unique_ptr<Batch> Take() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return queued_bytes_ < kQueuedBytes; });
    if (error_) std::rethrow_exception(error_);
    if (free_.empty()) return std::make_unique<Batch>();
    std::unique_ptr<Batch> batch = std::move(free_.back());
    free_.pop_back();
    return batch;
  }

  void Put(std::unique_ptr<Batch> batch) {
    if (!thread_.joinable()) return Process(*batch);
    std::lock_guard lock(mutex_);
    queued_bytes_ += batch->used;
    queue_.push_back(std::move(batch));
    work_.notify_one();
  }

  // Waits for all batches and returns the digest of all raw bytes.
  Sha1::Digest Finish() {
    Stop();
    if (error_) std::rethrow_exception(error_);
    return pack_sha_.Finish();
  }

 private:
  void Stop() {
    {
      std::lock_guard lock(mutex_);
      done_ = true;
      work_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
  }

  void Run() {
    for (;;) {
      std::unique_ptr<Batch> batch;
      {
        std::unique_lock lock(mutex_);
        work_.wait(lock, [&] { return done_ || !queue_.empty(); });
        if (queue_.empty()) return;
        batch = std::move(queue_.front());
        queue_.pop_front();
      }
      if (!error_) Process(*batch);
      std::lock_guard lock(mutex_);
      queued_bytes_ -= batch->used;
      room_.notify_one();
      if (batch->capacity > kBatchBytes) continue;
      batch->items.clear();
      batch->used = 0;
      free_.push_back(std::move(batch));
    }
  }

  void Process(const Batch& batch) {
    try {
      pack_sha_.Update(batch.raw);
      for (const Batch::Item& item : batch.items) {
        PackRecord& record = records_[item.record];
        std::string_view content =
            AsText(ByteSpan(batch.contents.get() + item.begin, item.size));
        record.oid = HashObject(record.type, content);
        sink_({record.type, record.oid, record.size, content});
      }
    } catch (...) {
      std::lock_guard lock(mutex_);
      error_ = std::current_exception();
    }
  }

  PackRecord* records_;
  const PackObjectSink& sink_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable room_;
  std::deque<std::unique_ptr<Batch>> queue_;
  size_t queued_bytes_ = 0;
  std::vector<std::unique_ptr<Batch>> free_;
  Sha1 pack_sha_;
  std::exception_ptr error_;
  bool done_ = false;
  std::thread thread_;  // last: it uses everything above
};

class Scanner {
 public:
  Scanner(const MappedFile& pack, const PackOptions& options,
          ExpansionGuard* guard, const PackObjectSink& sink)
      : pack_(pack),
        bytes_(pack.bytes()),
        options_(options),
        guard_(guard),
        sink_(sink) {}

  PackTable Scan() {
    uint32_t count = ReadHeader();
    // Never grows: the hasher writes into it meanwhile.
    table_.records.reserve(count);
    Hasher hasher(table_.records.data(), sink_);
    hasher_ = &hasher;
    batch_ = hasher.Take();
    size_t end = bytes_.size() - kPackTrailerSize;
    for (uint32_t i = 0; i < count; ++i) {
      if (pos_ >= end) ThrowBadPack(options_, "it ends too early");
      ScanEntry(end);
      if (pos_ - batch_start_ >= kBatchBytes) Flush();
    }
    if (pos_ != end) {
      ThrowBadEntry(options_, pos_, "bytes behind the last object");
    }
    Flush();
    table_.checksum = hasher.Finish();
    if (std::memcmp(table_.checksum.data(), bytes_.data() + end, 20) != 0) {
      ThrowBadPack(options_, "its checksum is wrong");
    }
    return std::move(table_);
  }

 private:
  uint32_t ReadHeader() {
    if (bytes_.size() < kPackHeaderSize + kPackTrailerSize) {
      ThrowBadPack(options_, "it ends too early");
    }
    if (AsText(bytes_.first(4)) != "PACK") {
      ThrowBadPack(options_, "it does not start as a pack");
    }
    uint32_t version = Big32(bytes_.subspan(4));
    if (version != 2 && version != 3) {
      ThrowBadPack(options_,
                   "its version " + std::to_string(version) + " is unknown");
    }
    uint32_t count = Big32(bytes_.subspan(8));
    uint64_t room = bytes_.size() - kPackHeaderSize - kPackTrailerSize;
    if (count > room / kMinimumEntry) {
      ThrowBadPack(options_, "it cannot hold " + std::to_string(count) +
                                 " objects in its size");
    }
    if (count > options_.limits.objects) {
      throw Error(ErrorKind::kBadSource,
                  "pack '" + options_.name + "' holds " +
                      std::to_string(count) + " objects, over the limit of " +
                      std::to_string(options_.limits.objects));
    }
    pos_ = kPackHeaderSize;
    return count;
  }

  void ScanEntry(size_t end) {
    size_t start = pos_;
    std::optional<EntryHeader> header =
        ParseEntryHeader(bytes_.subspan(start, end - start));
    if (!header) ThrowBadEntry(options_, start, "a malformed object header");
    auto index = static_cast<uint32_t>(table_.records.size());
    PackRecord record;
    record.offset = start;
    record.size = header->size;
    record.kind = header->kind;
    record.oid = header->base;
    if (header->kind == EntryKind::kOfsDelta) {
      record.base = FindBase(start, header->base_distance);
    }
    CheckSize(record);
    guard_->Add(record.size);
    table_.records.push_back(record);
    ByteSpan compressed =
        bytes_.subspan(start + header->length, end - start - header->length);
    size_t taken;
    if (IsDelta(record.kind)) {
      taken = InflateDelta(compressed, record.size);
    } else {
      auto type = static_cast<ObjectType>(record.kind);
      table_.records[index].type = type;
      table_.records[index].resolved = true;
      taken = type == ObjectType::kBlob && record.size > kLargeBlob
                  ? InflateLarge(compressed, index)
                  : InflateIntoBatch(compressed, index);
    }
    if (taken == 0) {
      ThrowBadEntry(options_, start, "an object that does not inflate");
    }
    pos_ = start + header->length + taken;
    table_.records[index].crc = EntryCrc(bytes_.subspan(start, pos_ - start));
  }

  void CheckSize(const PackRecord& record) {
    const uint64_t limit = SizeLimit(record.kind, options_.limits);
    if (record.size > limit) {
      ThrowBadEntry(options_, record.offset,
                    "an object of " + std::to_string(record.size) +
                        " bytes, over the limit of " + std::to_string(limit));
    }
  }

  uint32_t FindBase(size_t start, uint64_t distance) {
    if (distance == 0 || distance > start) {
      ThrowBadEntry(options_, start, "a delta whose base is outside the pack");
    }
    const uint32_t base = FindRecord(table_, start, distance);
    if (base == kNoRecord) {
      ThrowBadEntry(options_, start, "a delta whose base is no object");
    }
    return base;
  }

  // Deltas are inflated to find their end; what they hold is read again once
  // their base is known, which is cheaper than keeping it.
  size_t InflateDelta(ByteSpan compressed, uint64_t size) {
    if (size > delta_capacity_) {
      delta_ = std::make_unique_for_overwrite<std::byte[]>(size);
      delta_capacity_ = size;
    }
    return inflater_.InflateExactly(compressed,
                                    {delta_.get(), static_cast<size_t>(size)});
  }

  size_t InflateIntoBatch(ByteSpan compressed, uint32_t index) {
    auto size = static_cast<size_t>(table_.records[index].size);
    if (batch_->used + size > batch_->capacity) {
      if (batch_->used > 0) Flush();
      if (size > batch_->capacity) {
        batch_->capacity = std::max(size, kBatchBytes);
        batch_->contents =
            std::make_unique_for_overwrite<std::byte[]>(batch_->capacity);
      }
    }
    std::byte* to = batch_->contents.get() + batch_->used;
    size_t taken = inflater_.InflateExactly(compressed, {to, size});
    batch_->items.push_back({index, batch_->used, size});
    batch_->used += size;
    return taken;
  }

  size_t InflateLarge(ByteSpan compressed, uint32_t index) {
    PackRecord& record = table_.records[index];
    const size_t taken =
        HashLargeBlob(compressed, record.size, &inflater_, &record.oid);
    if (taken == 0) return 0;
    sink_({record.type, record.oid, record.size, std::nullopt});
    return taken;
  }

  // Everything before `pos_` goes to the hasher.
  void Flush() {
    ThrowIfInterrupted();
    batch_->raw = bytes_.subspan(batch_start_, pos_ - batch_start_);
    hasher_->Put(std::move(batch_));
    batch_ = hasher_->Take();
    // Batches still under way may touch these pages again; that is harmless.
    pack_.DontNeed(released_, batch_start_ - released_);
    released_ = batch_start_ / 65536 * 65536;
    batch_start_ = pos_;
  }

  const MappedFile& pack_;
  const ByteSpan bytes_;
  const PackOptions& options_;
  ExpansionGuard* guard_;
  const PackObjectSink& sink_;
  PackTable table_;
  Hasher* hasher_ = nullptr;
  std::unique_ptr<Batch> batch_;
  size_t batch_start_ = 0;
  size_t released_ = 0;
  size_t pos_ = 0;
  Inflater inflater_;
  std::unique_ptr<std::byte[]> delta_;
  size_t delta_capacity_ = 0;
};

}  // namespace

PackTable ScanPack(const MappedFile& pack, const PackOptions& options,
                   ExpansionGuard* guard, const PackObjectSink& sink) {
  return Scanner(pack, options, guard, sink).Scan();
}

}  // namespace backgraft::git
