// One pack being written: entries appended by several threads, read back and
// checked, then moved into place.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/early_sync.h"
#include "base/io.h"
#include "base/sha.h"
#include "git/oid.h"
#include "git/pack_batch.h"

namespace backgraft::git {

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

  // Reads the whole pack back from its file on `threads` threads: what was
  // compared when it was made must have the CRC-32 it had then, every other
  // entry must inflate to its size and hash to its id (Error(kBug) otherwise).
  // Then makes pack and idx durable and visible. Returns the pack's checksum in
  // hex.
  std::string Install(unsigned threads);

 private:
  void Open();
  void ReadAt(uint64_t offset, std::span<std::byte> out) const;
  // The checksum of all that was written.
  Sha1::Digest Sum() const;
  // What the entry inflates to: the content, or the delta.
  std::string ReadEntry(const PackedObject& object) const;
  std::string IndexBytes(const Sha1::Digest& checksum,
                         const std::vector<uint32_t>& crcs) const;

  std::string objects_dir_;
  std::string pack_dir_;
  std::string temporary_;
  UniqueFd fd_;
  std::optional<EarlySync> early_;  // of what is behind `fd_`
  mutable std::mutex mutex_;
  uint64_t end_ = 0;
  std::vector<PackedObject> objects_;
};

}  // namespace backgraft::git
