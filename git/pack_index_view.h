// Reading a .idx of version 2 (gitformat-pack).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/io.h"
#include "base/sha.h"
#include "git/oid.h"

namespace backgraft::git {

class PackIndexView {
 public:
  // Nothing unless it is whole: magic, size, a fanout that fits the ids, ids in
  // their order and each once, its own checksum, and every offset within an
  // entry's reach in a pack of `pack_size` bytes.
  static std::optional<PackIndexView> Parse(
      std::shared_ptr<const std::string> bytes, uint64_t pack_size);

  // The same of a file of the repository's own, of which only magic, size and
  // fanout are looked at, as git does: what FindOffset() says may be wrong.
  static std::optional<PackIndexView> Trust(MappedFile file);

  uint32_t count() const { return count_; }
  // The trailer of the pack it is for.
  Sha1::Digest pack_checksum() const;
  // Whether `pack` has the header and the trailer that this tells of.
  bool IsOf(ByteSpan pack) const;
  // Where the entry of the object at `position` (in the order of ids) is said
  // to be; nothing where that points behind the table of large offsets.
  std::optional<uint64_t> OffsetAt(size_t position) const;
  // Where the entry of this object is said to be.
  std::optional<uint64_t> FindOffset(const Oid& oid) const;

 private:
  PackIndexView(std::shared_ptr<const void> owner, std::string_view bytes)
      : owner_(std::move(owner)), bytes_(bytes) {}
  // Reads the counts on the way.
  bool HasShape();
  bool IsSound(uint64_t pack_size);
  uint32_t Fanout(size_t first_byte) const;
  Oid OidAt(size_t position) const;

  std::shared_ptr<const void> owner_;
  std::string_view bytes_;
  uint32_t count_ = 0;
  size_t large_count_ = 0;
};

}  // namespace backgraft::git
