#include "git/pack_table.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"

namespace backgraft::git {

uint32_t FindRecord(const PackTable& table, uint64_t start, uint64_t distance) {
  if (distance == 0 || distance > start) return kNoRecord;
  const std::vector<PackRecord>& records = table.records;
  auto found = std::lower_bound(
      records.begin(), records.end(), start - distance,
      [](const PackRecord& r, uint64_t offset) { return r.offset < offset; });
  if (found == records.end() || found->offset != start - distance) {
    return kNoRecord;
  }
  return static_cast<uint32_t>(found - records.begin());
}

uint64_t SizeLimit(EntryKind kind, const PackLimits& limits) {
  if (kind == EntryKind::kBlob) return limits.object_bytes;
  return std::min(limits.object_bytes, limits.memory_object_bytes);
}

void ExpansionGuard::Add(uint64_t bytes) {
  uint64_t total = total_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  const PackLimits& limits = options_.limits;
  if (total > limits.ratio_after && total / limits.ratio > pack_size_) {
    throw Error(ErrorKind::kBadSource,
                "pack " + Quote(options_.name) + " expands to more than " +
                    std::to_string(limits.ratio) + " times its size");
  }
}

void ThrowBadEntry(const PackOptions& options, uint64_t offset,
                   const std::string& what) {
  ThrowBadPack(options, what + " at offset " + std::to_string(offset));
}

void ThrowBadPack(const PackOptions& options, const std::string& what) {
  throw Error(ErrorKind::kBadSource,
              "pack " + Quote(options.name) + " is damaged: " + what);
}

}  // namespace backgraft::git
