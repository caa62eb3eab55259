#include "git/pack_contents.h"

#include <algorithm>

#include "base/error.h"
#include "git/delta.h"

namespace backgraft::git {
namespace {

// Bytes of the pack a thread reads before it gives the pages back: what is
// mapped counts as our memory.
constexpr size_t kReleaseEvery = size_t{12} << 20;

}  // namespace

void Buffer::Reset(size_t bytes) {
  if (bytes > capacity || data == nullptr) {
    data = std::make_unique_for_overwrite<std::byte[]>(bytes);
    capacity = bytes;
  }
  size = bytes;
}

void PackContents::Inflate(uint32_t record, Scratch* scratch, Buffer* out) {
  const PackRecord& r = table_.records[record];
  ByteSpan entry = pack_.bytes().subspan(r.offset);
  std::optional<EntryHeader> header = ParseEntryHeader(entry);
  out->Reset(static_cast<size_t>(r.size));
  size_t taken = 0;
  if (header && header->size == r.size) {
    taken = scratch->inflater.InflateExactly(entry.subspan(header->length),
                                             out->room());
  }
  Taken(r, header ? header->length : 0, taken, scratch);
}

Oid PackContents::HashLarge(uint32_t record, Scratch* scratch) {
  const PackRecord& r = table_.records[record];
  ByteSpan entry = pack_.bytes().subspan(r.offset);
  std::optional<EntryHeader> header = ParseEntryHeader(entry);
  Oid oid;
  size_t taken = 0;
  if (header) {
    taken = HashLargeBlob(entry.subspan(header->length), r.size,
                          &scratch->inflater, &oid);
  }
  Taken(r, header ? header->length : 0, taken, scratch);
  return oid;
}

void PackContents::Taken(const PackRecord& record, size_t length, size_t taken,
                         Scratch* scratch) {
  if (taken == 0) {
    ThrowBadEntry(options_, record.offset, "an object that does not inflate");
  }
  scratch->taken = length + taken;
  scratch->read += scratch->taken;
  if (scratch->read > kReleaseEvery) {
    pack_.DontNeed(0, pack_.bytes().size());
    scratch->read = 0;
  }
}

size_t HashLargeBlob(ByteSpan compressed, uint64_t size, Inflater* inflater,
                     Oid* oid) {
  Sha1 sha;
  sha.Update(AsBytes(ObjectHeader(ObjectType::kBlob, size)));
  const size_t taken = inflater->InflateStream(
      compressed, size, [&](ByteSpan piece) { sha.Update(piece); });
  *oid = Oid{sha.Finish()};
  return taken;
}

void ApplyPackDelta(const PackOptions& options, uint64_t offset, ByteSpan delta,
                    ByteSpan base, Buffer* out) {
  std::optional<DeltaHeader> header = ParseDeltaHeader(delta);
  if (!header) ThrowBadEntry(options, offset, "a malformed delta");
  if (header->base_size != base.size()) {
    ThrowBadEntry(options, offset, "a delta for a base of another size");
  }
  uint64_t limit =
      std::min(options.limits.memory_object_bytes, options.limits.object_bytes);
  if (header->result_size > limit) {
    ThrowBadEntry(options, offset,
                  "an object of " + std::to_string(header->result_size) +
                      " bytes, over the limit of " + std::to_string(limit));
  }
  out->Reset(static_cast<size_t>(header->result_size));
  if (!ApplyDelta(base, delta.subspan(header->length), out->room())) {
    ThrowBadEntry(options, offset, "a delta that does not fit its base");
  }
}

void PackContents::Resolve(uint32_t record, ByteSpan base, Scratch* scratch,
                           Buffer* out) {
  Inflate(record, scratch, &scratch->delta);
  ApplyPackDelta(options_, table_.records[record].offset,
                 scratch->delta.bytes(), base, out);
}

std::shared_ptr<const Buffer> PackContents::Rebuild(uint32_t record,
                                                    Scratch* scratch,
                                                    const Cached& cached) {
  std::vector<uint32_t> chain;
  std::shared_ptr<const Buffer> content;
  for (;; record = table_.records[record].base) {
    if (cached) content = cached(record);
    if (content) break;
    if (!IsDelta(table_.records[record].kind)) {
      auto plain = std::make_shared<Buffer>();
      Inflate(record, scratch, plain.get());
      content = std::move(plain);
      break;
    }
    chain.push_back(record);
    Require(table_.records[record].base != kNoRecord,
            "a delta was read before its base was known");
  }
  for (; !chain.empty(); chain.pop_back()) {
    auto result = std::make_shared<Buffer>();
    Resolve(chain.back(), content->bytes(), scratch, result.get());
    content = std::move(result);
  }
  return content;
}

}  // namespace backgraft::git
