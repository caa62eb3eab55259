#include "git/pack_outline.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

#include "base/parallel.h"

namespace backgraft::git {
namespace {

// Of all entries; more than this is a lie.
constexpr uint64_t kMostBytes = uint64_t{1} << 62;
// Of the pack, before the pages are given back: one header in each is enough to
// have it mapped, and what is mapped counts as our memory.
constexpr size_t kReleaseEvery = size_t{4} << 20;
// Entries that a thread takes at once.
constexpr size_t kRun = 4096;

// Where the entries begin, ascending. Sorted by what share of the pack lies
// before them first: one by one, it would be the longest step of the outline.
std::optional<std::vector<uint64_t>> Offsets(const PackIndexView& index,
                                             size_t pack_size) {
  const size_t count = index.count();
  const size_t buckets = count / 4 + 1;
  const size_t width = pack_size / buckets + 1;
  std::vector<uint32_t> begins(buckets + 1, 0);
  for (size_t i = 0; i < count; ++i) {
    const std::optional<uint64_t> offset = index.OffsetAt(i);
    if (!offset || *offset >= pack_size) return std::nullopt;
    ++begins[static_cast<size_t>(*offset) / width + 1];
  }
  for (size_t i = 1; i <= buckets; ++i) begins[i] += begins[i - 1];
  std::vector<uint32_t> next(begins.begin(), begins.end() - 1);
  std::vector<uint64_t> offsets(count);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t offset = *index.OffsetAt(i);
    offsets[next[static_cast<size_t>(offset) / width]++] = offset;
  }
  for (size_t i = 0; i < buckets; ++i) {
    std::sort(offsets.begin() + begins[i], offsets.begin() + begins[i + 1]);
  }
  return offsets;
}

class Outliner {
 public:
  // `offsets` ascend; all must outlive this.
  Outliner(const MappedFile& file, const PackOptions& options,
           const std::vector<uint64_t>& offsets)
      : file_(file),
        pack_(file.bytes()),
        options_(options),
        offsets_(offsets) {}

  // False where an entry is not what the index has it for.
  bool Run() {
    const size_t end = pack_.size() - kPackTrailerSize;
    if (offsets_.empty() ? end != kPackHeaderSize
                         : offsets_.front() != kPackHeaderSize) {
      return false;
    }
    table_.records.resize(offsets_.size());
    RunParallel(options_.threads, offsets_.size(), kRun,
                [&](RangeQueue* queue) {
                  while (const auto run = queue->Next()) {
                    if (AddRun(run->first, run->second, end)) continue;
                    fits_ = false;
                    queue->Stop();
                  }
                });
    return fits_;
  }

  PackTable Take() { return std::move(table_); }
  uint64_t inflated_bytes() const { return inflated_bytes_; }

 private:
  bool AddRun(size_t first, size_t last, size_t end) {
    uint64_t inflated = 0;
    auto released = static_cast<size_t>(offsets_[first]);
    size_t next = released;
    for (size_t i = first; i < last; ++i) {
      const auto begin = static_cast<size_t>(offsets_[i]);
      next =
          i + 1 < offsets_.size() ? static_cast<size_t>(offsets_[i + 1]) : end;
      if (next <= begin || next > end) return false;
      if (!AddEntry(i, pack_.subspan(begin, next - begin), &inflated)) {
        return false;
      }
      if (begin - released > kReleaseEvery) {
        file_.DontNeed(released, begin - released);
        released = begin;
      }
    }
    file_.DontNeed(released, next - released);
    const std::lock_guard lock(mutex_);
    if (inflated > kMostBytes - inflated_bytes_) return false;
    inflated_bytes_ += inflated;
    return true;
  }

  bool AddEntry(size_t index, ByteSpan entry, uint64_t* inflated) {
    const std::optional<EntryHeader> header = ParseEntryHeader(entry);
    if (!header || header->size > SizeLimit(header->kind, options_.limits) ||
        header->size > kMostBytes - *inflated) {
      return false;
    }
    PackRecord& record = table_.records[index];
    record.offset = offsets_[index];
    record.size = header->size;
    record.kind = header->kind;
    record.oid = header->base;
    if (header->kind == EntryKind::kOfsDelta) {
      record.base = FindEntry(index, header->base_distance);
      if (record.base == kNoRecord) return false;
    }
    *inflated += record.size;
    return true;
  }

  // The one that begins `distance` bytes before the one at `index`.
  uint32_t FindEntry(size_t index, uint64_t distance) const {
    if (distance == 0 || distance > offsets_[index]) return kNoRecord;
    const uint64_t wanted = offsets_[index] - distance;
    const auto end = offsets_.begin() + static_cast<std::ptrdiff_t>(index);
    const auto found = std::lower_bound(offsets_.begin(), end, wanted);
    if (found == end || *found != wanted) return kNoRecord;
    return static_cast<uint32_t>(found - offsets_.begin());
  }

  const MappedFile& file_;
  const ByteSpan pack_;
  const PackOptions& options_;
  const std::vector<uint64_t>& offsets_;
  PackTable table_;
  std::atomic<bool> fits_ = true;
  std::mutex mutex_;
  uint64_t inflated_bytes_ = 0;
};

}  // namespace

std::optional<PackTable> OutlinePack(const MappedFile& pack,
                                     const PackIndexView& index,
                                     const PackOptions& options,
                                     ExpansionGuard* guard) {
  if (!index.IsOf(pack.bytes()) || index.count() > options.limits.objects) {
    return std::nullopt;
  }
  const auto offsets = Offsets(index, pack.bytes().size());
  if (!offsets) return std::nullopt;
  Outliner outliner(pack, options, *offsets);
  if (!outliner.Run()) return std::nullopt;
  guard->Add(outliner.inflated_bytes());
  PackTable table = outliner.Take();
  table.checksum = index.pack_checksum();
  return table;
}

}  // namespace backgraft::git
