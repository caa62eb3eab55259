// One pack being written: undeltified entries appended by several threads, read
// back and checked, then moved into place.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/io.h"
#include "base/sha.h"
#include "git/deflate.h"
#include "git/oid.h"

namespace backgraft::git {

// Where an object stands in the pack.
struct PackedObject {
  Oid oid;
  ObjectType type;
  uint64_t size;        // of the content
  uint64_t offset;      // of the entry in the pack
  uint64_t entry_size;  // bytes of the entry, header included
  // Of a delta: its bytes, inflated, and what it builds on, which is in the
  // same pack. 0 where the entry is the content itself.
  uint64_t delta_size = 0;
  Oid base{};
};

// Entries that wait for their place: filled by one thread, then appended at
// once.
struct PackBatch {
  std::vector<std::byte> bytes;
  std::vector<PackedObject> objects;  // offsets relative to `bytes`

  void Add(Deflater& deflater, const Oid& oid, ObjectType type,
           ByteSpan content);
  // An object of `size` bytes as a delta against `base`.
  void AddDelta(Deflater& deflater, const Oid& oid, ObjectType type,
                uint64_t size, const Oid& base, ByteSpan delta);
};

// The temporary file is made at the first append, as
// <objects_dir>/pack/tmp_pack_…, which git's own gc clears away should a crash
// leave it. Destroyed before Install(), it removes the file.
class PackFile {
 public:
  explicit PackFile(std::string objects_dir);
  ~PackFile();
  PackFile(const PackFile&) = delete;
  PackFile& operator=(const PackFile&) = delete;

  // Gives the batch its place and writes it; empties the batch. Thread-safe.
  void Append(PackBatch* batch);

  // One entry whose content comes in pieces: `produce` is given a sink for the
  // compressed bytes and returns the id. Returning nothing takes the entry
  // back. Blocks other appends meanwhile.
  void AppendStreamed(ObjectType type, uint64_t size,
                      const std::function<std::optional<Oid>(
                          const std::function<void(ByteSpan)>& sink)>& produce);

  // Removes the file and forgets everything. Called when no append is under
  // way.
  void Discard();

  // Takes out the objects of these ids, closing the gaps they leave in the
  // file. Called when no append is under way.
  void Drop(const std::unordered_set<Oid, OidHash>& oids);

  uint64_t object_count() const;

  // Where an object is; nothing for one that is not in the pack. Thread-safe.
  using FindObject = std::function<std::optional<PackedObject>(const Oid&)>;

  // The content of an object, through the deltas that it is made of, which
  // `find` finds; Error(kBug) where it does not come back as it went in.
  // Thread-safe.
  std::string ReadBack(const PackedObject& object,
                       const FindObject& find) const;

  // Where each object is, in the order of their places. Called when no append
  // is under way.
  const std::vector<PackedObject>& objects() const { return objects_; }

  // Reads the whole pack back from its file on `threads` threads: every entry
  // must inflate to its size and hash to its id (Error(kBug) otherwise). Then
  // makes pack and idx durable and visible. Returns the pack's checksum in hex.
  std::string Install(unsigned threads);

 private:
  void Open();
  void ReadAt(uint64_t offset, std::span<std::byte> out) const;
  // What the entry inflates to: the content, or the delta.
  std::string ReadEntry(const PackedObject& object) const;
  std::string IndexBytes(const Sha1::Digest& checksum,
                         const std::vector<uint32_t>& crcs) const;

  std::string objects_dir_;
  std::string pack_dir_;
  std::string temporary_;
  UniqueFd fd_;
  mutable std::mutex mutex_;
  uint64_t end_ = 0;
  std::vector<PackedObject> objects_;
};

}  // namespace backgraft::git
