// The index of a pack: object id to offset, version 2 (gitformat-pack).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/sha.h"
#include "git/oid.h"

namespace backgraft::git {

struct PackIndexEntry {
  Oid oid;
  uint32_t crc = 0;     // CRC-32 of the entry's bytes in the pack, header
                        // included
  uint64_t offset = 0;  // of the entry in the pack, in bytes
};

// The bytes of the .idx file of a pack that holds these objects, in any order,
// and ends with `pack_checksum`. Offsets of 2 GiB and more go to the 64-bit
// table. No id may occur twice (Error(kBug)).
std::string WriteIndex(std::vector<PackIndexEntry> entries,
                       const Sha1::Digest& pack_checksum);

// The same of `count` entries that are in the order of their ids; `entry_at` is
// asked for each of them several times.
std::string WriteSortedIndex(
    size_t count, const std::function<PackIndexEntry(size_t)>& entry_at,
    const Sha1::Digest& pack_checksum);

}  // namespace backgraft::git
