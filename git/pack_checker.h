// Whether the objects of a pack that we wrote come back from its bytes as they
// went in.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/io.h"
#include "base/sha.h"
#include "git/content_cache.h"
#include "git/deflate.h"
#include "git/pack_file.h"

namespace backgraft::git {

// Error(kBug) naming the object.
[[noreturn]] void ThrowMismatch(const PackedObject& object);

// What the bytes of an entry inflate to: the content, or the delta.
std::string InflateEntry(const PackedObject& object, ByteSpan entry);

// The content of an object through the deltas that it is made of, without
// recursion. `inflate` gives what an entry holds; `cached` may know contents.
std::string ResolveDeltas(
    const PackedObject& object, const PackFile::FindObject& find,
    const std::function<std::string(const PackedObject&)>& inflate,
    const std::function<ContentCache::Content(const Oid&)>& cached);

class PackChecker {
 public:
  // Both must outlive this.
  PackChecker(const MappedFile& pack, const std::vector<PackedObject>& objects);

  struct Scratch {
    Inflater inflater;
    Sha1 sha;
    std::vector<std::byte> buffer;
  };
  // Compares the object with its id and returns the CRC-32 of its entry.
  // Error(kBug) where it is not what went in. Thread-safe with a scratch for
  // each thread.
  uint32_t Check(const PackedObject& object, Scratch* scratch);

 private:
  ByteSpan EntryOf(const PackedObject& object) const;
  void CheckWhole(const PackedObject& object, Scratch* scratch);
  void CheckDelta(const PackedObject& object, Scratch* scratch);

  const MappedFile& pack_;
  // What others build on.
  std::unordered_map<Oid, const PackedObject*, OidHash> bases_;
  ContentCache contents_{size_t{24} << 20};
};

}  // namespace backgraft::git
