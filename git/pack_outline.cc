#include "git/pack_outline.h"

#include <algorithm>
#include <vector>

namespace backgraft::git {
namespace {

// Of all entries; more than this is a lie.
constexpr uint64_t kMostBytes = uint64_t{1} << 62;
// Of the pack, before the pages are given back: one header in each is enough to
// have it mapped, and what is mapped counts as our memory.
constexpr size_t kReleaseEvery = size_t{8} << 20;

class Outliner {
 public:
  Outliner(const MappedFile& file, const PackOptions& options)
      : file_(file), pack_(file.bytes()), options_(options) {}

  // `offsets` ascend.
  bool Add(const std::vector<uint64_t>& offsets) {
    const size_t end = pack_.size() - kPackTrailerSize;
    if (offsets.empty() ? end != kPackHeaderSize
                        : offsets.front() != kPackHeaderSize) {
      return false;
    }
    table_.records.reserve(offsets.size());
    size_t released = 0;
    for (size_t i = 0; i < offsets.size(); ++i) {
      const auto begin = static_cast<size_t>(offsets[i]);
      const size_t next =
          i + 1 < offsets.size() ? static_cast<size_t>(offsets[i + 1]) : end;
      if (next <= begin || next > end) return false;
      if (!AddEntry(begin, pack_.subspan(begin, next - begin))) return false;
      if (begin - released > kReleaseEvery) {
        file_.DontNeed(released, begin - released);
        released = begin;
      }
    }
    return true;
  }

  PackTable Take() { return std::move(table_); }
  uint64_t inflated_bytes() const { return inflated_bytes_; }

 private:
  bool AddEntry(size_t begin, ByteSpan entry) {
    const std::optional<EntryHeader> header = ParseEntryHeader(entry);
    if (!header || !IsWithinLimits(*header)) return false;
    PackRecord record;
    record.offset = begin;
    record.size = header->size;
    record.kind = header->kind;
    record.oid = header->base;
    if (header->kind == EntryKind::kOfsDelta) {
      record.base = FindRecord(table_, begin, header->base_distance);
      if (record.base == kNoRecord) return false;
    }
    inflated_bytes_ += record.size;
    table_.records.push_back(record);
    return true;
  }

  bool IsWithinLimits(const EntryHeader& header) const {
    return header.size <= SizeLimit(header.kind, options_.limits) &&
           header.size <= kMostBytes - inflated_bytes_;
  }

  const MappedFile& file_;
  const ByteSpan pack_;
  const PackOptions& options_;
  PackTable table_;
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
  std::vector<uint64_t> offsets(index.count());
  for (uint32_t i = 0; i < index.count(); ++i) {
    const std::optional<uint64_t> offset = index.OffsetAt(i);
    if (!offset) return std::nullopt;
    offsets[i] = *offset;
  }
  std::sort(offsets.begin(), offsets.end());
  Outliner outliner(pack, options);
  if (!outliner.Add(offsets)) return std::nullopt;
  guard->Add(outliner.inflated_bytes());
  PackTable table = outliner.Take();
  table.checksum = index.pack_checksum();
  return table;
}

}  // namespace backgraft::git
