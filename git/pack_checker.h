// Whether the objects of a pack that we wrote come back from its bytes as they
// went in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/io.h"
#include "git/deflate.h"
#include "git/pack_batch.h"

namespace backgraft::git {

// An object that was compared when its entry was made must have the entry it
// had then, every delta among them; every other one is inflated and compared
// with its id.
class PackChecker {
 public:
  // Both must outlive this. Error(kBug) where a delta has no base.
  PackChecker(const MappedFile& pack, const std::vector<PackedObject>& objects);

  // On `threads` threads, one of which does `beside` first. Returns the CRC-32
  // of each object's entry, in the order of `objects`. Error(kBug) where an
  // object is not what went in.
  std::vector<uint32_t> Check(unsigned threads,
                              const std::function<void()>& beside);

 private:
  // What one thread works with.
  struct Tools {
    Inflater inflater;
    uint64_t touched = 0;  // bytes of the pack since they were let go
  };

  void CheckObject(const PackedObject& object, ByteSpan entry, Tools* tools);
  void LetGo(size_t bytes, Tools* tools);

  const MappedFile& pack_;
  const std::vector<PackedObject>& objects_;
  std::vector<uint32_t> crcs_;
};

}  // namespace backgraft::git
