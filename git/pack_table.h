// What is known of a foreign pack while it is verified: shared by the steps of
// the verification (pack_scanner, delta_resolver, pack_verifier), nobody else's
// business.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/io.h"
#include "base/sha.h"
#include "git/oid.h"
#include "git/pack_entry.h"
#include "git/pack_verifier.h"

namespace backgraft::git {

inline constexpr uint32_t kNoRecord = UINT32_MAX;
inline constexpr size_t kPackHeaderSize = 12;
inline constexpr size_t kPackTrailerSize = 20;
// Blobs above this are hashed in pieces and never held.
inline constexpr uint64_t kLargeBlob = uint64_t{16} << 20;

// One entry. 48 bytes, because there are millions.
struct PackRecord {
  uint64_t offset = 0;
  uint64_t size = 0;          // inflated: of the content, or of the delta
  Oid oid{};                  // a ref delta's base until the delta is resolved
  uint32_t crc = 0;           // of the entry's bytes
  uint32_t base = kNoRecord;  // a delta's, once known
  EntryKind kind{};
  ObjectType type{};  // only when `resolved`
  bool resolved = false;
};

// The whole pack. `records` are in the order of offsets, bases added to a thin
// pack behind them.
struct PackTable {
  std::vector<PackRecord> records;
  Sha1::Digest checksum{};
};

// The record of the entry that begins `distance` bytes before `start`;
// kNoRecord where none does.
uint32_t FindRecord(const PackTable& table, uint64_t start, uint64_t distance);

// How large the inflated bytes of an entry may be.
uint64_t SizeLimit(EntryKind kind, const PackLimits& limits);

// Counts what has come out of a pack and refuses bombs. Thread-safe.
class ExpansionGuard {
 public:
  ExpansionGuard(const PackOptions& options, uint64_t pack_size)
      : options_(options), pack_size_(pack_size) {}
  // Throws Error(kBadSource) once the limits are passed.
  void Add(uint64_t bytes);

 private:
  const PackOptions& options_;
  const uint64_t pack_size_;
  std::atomic<uint64_t> total_{0};
};

// Throws Error(kBadSource): "pack '<name>' is damaged: <what> at offset <n>".
[[noreturn]] void ThrowBadEntry(const PackOptions& options, uint64_t offset,
                                const std::string& what);
// The same without an offset.
[[noreturn]] void ThrowBadPack(const PackOptions& options,
                               const std::string& what);

}  // namespace backgraft::git
