// Packs and deltas made byte by byte, good and bad ones.
#pragma once

#include <cstdint>
#include <string>

#include "git/oid.h"

namespace backgraft::testing {

// A zlib stream.
std::string Deflate(const std::string& content);

// The header of a pack entry of this kind (gitformat-pack) and size.
std::string EntryHeaderBytes(int kind, uint64_t size);

class PackForge {
 public:
  // Each returns the offset of the new entry.
  uint64_t Add(git::ObjectType type, const std::string& content);
  uint64_t AddOfsDelta(uint64_t base_offset, const std::string& delta);
  uint64_t AddRefDelta(const git::Oid& base, const std::string& delta);
  uint64_t AddRaw(const std::string& bytes);

  // The pack: header of this version and count (where it is not the number of
  // entries), entries, checksum.
  std::string Finish(uint32_t version = 2) const;
  std::string FinishWithCount(uint32_t count, uint32_t version = 2) const;

 private:
  std::string entries_;
  uint32_t count_ = 0;
};

// A delta of these sizes and instructions.
std::string Delta(uint64_t base_size, uint64_t result_size,
                  const std::string& instructions);
// Instructions.
std::string CopyOp(uint32_t offset, uint32_t size);
std::string InsertOp(const std::string& bytes);

// A delta that makes `result` of `base`: their common start is copied, the rest
// inserted.
std::string DeltaOf(const std::string& base, const std::string& result);

}  // namespace backgraft::testing
