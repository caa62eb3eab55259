#include "git/pack_batch.h"

#include "git/pack_entry.h"

namespace backgraft::git {

void PackBatch::Add(Deflater& deflater, const Oid& oid, ObjectType type,
                    ByteSpan content) {
  uint64_t start = bytes.size();
  AppendEntryHeader(static_cast<EntryKind>(type), content.size(), &bytes);
  deflater.Append(content, &bytes);
  objects.push_back({oid, type, content.size(), start, bytes.size() - start});
}

void PackBatch::AddDelta(Deflater& deflater, const Oid& oid, ObjectType type,
                         uint64_t size, const Oid& base, ByteSpan delta) {
  uint64_t start = bytes.size();
  AppendEntryHeader(EntryKind::kRefDelta, delta.size(), &bytes);
  ByteSpan name = std::as_bytes(std::span(base.bytes));
  bytes.insert(bytes.end(), name.begin(), name.end());
  deflater.Append(delta, &bytes);
  objects.push_back(
      {oid, type, size, start, bytes.size() - start, delta.size(), base});
}

void PackBatch::Add(const PackBatch& other) {
  for (PackedObject object : other.objects) {
    object.offset += bytes.size();
    objects.push_back(object);
  }
  bytes.insert(bytes.end(), other.bytes.begin(), other.bytes.end());
}

void PackBatch::Clear() {
  bytes.clear();
  objects.clear();
}

}  // namespace backgraft::git
