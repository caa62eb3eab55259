// Reading a foreign .idx of version 2 (gitformat-pack).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/sha.h"
#include "git/oid.h"

namespace backgraft::git {

class PackIndexView {
 public:
  // Nothing unless it is whole: magic, size, a fanout that fits the ids, ids in
  // their order and each once, its own checksum, and every offset within an
  // entry's reach in a pack of `pack_size` bytes.
  static std::optional<PackIndexView> Parse(std::string bytes,
                                            uint64_t pack_size);

  uint32_t count() const { return count_; }
  // The trailer of the pack it is for.
  Sha1::Digest pack_checksum() const;
  // Where the entry of this object is said to be.
  std::optional<uint64_t> FindOffset(const Oid& oid) const;

 private:
  bool IsSound(uint64_t pack_size);
  uint32_t Fanout(size_t first_byte) const;
  Oid OidAt(size_t position) const;
  // Nothing where it points behind the table of large offsets.
  std::optional<uint64_t> OffsetAt(size_t position) const;

  std::string bytes_;
  uint32_t count_ = 0;
  size_t large_count_ = 0;
};

}  // namespace backgraft::git
