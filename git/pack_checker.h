// Whether the objects of a pack that we wrote come back from its bytes as they
// went in.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/io.h"
#include "base/scratch.h"
#include "base/sha.h"
#include "git/deflate.h"
#include "git/pack_file.h"

namespace backgraft::git {

// An object that was compared when it was written must have the entry it had
// then. Every other one is made from its entry and compared with its id, one
// that others build on before those that do: each once, whatever their number.
class PackChecker {
 public:
  // Both must outlive this.
  PackChecker(const MappedFile& pack, const std::vector<PackedObject>& objects);

  // On `threads` threads, one of which does `beside` first. Returns the CRC-32
  // of each object's entry, in the order of `objects`. Error(kBug) where an
  // object is not what went in.
  std::vector<uint32_t> Check(unsigned threads,
                              const std::function<void()>& beside);

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  // An object that others build on, and the next of them.
  struct Base {
    std::string content;
    uint32_t next;
  };
  // What one thread works with.
  struct Tools {
    Inflater inflater;
    Sha1 sha;
    Scratch buffer;
    std::vector<Base> stack;
    uint64_t touched = 0;  // bytes of the pack since they were let go
  };

  ByteSpan EntryOf(const PackedObject& object) const;
  // Fills `first_child_` and `next_sibling_` with the deltas among `made`.
  void LinkDeltas(const std::vector<uint32_t>& made);
  // The object that `index` names, which is no delta, and all that build on it
  // and are to be made.
  void CheckFrom(uint32_t index, Tools* tools);
  // Returns the content where it is kept at hand, until the next call.
  ByteSpan CheckWhole(uint32_t index, Tools* tools);
  std::string MakeDelta(uint32_t index, ByteSpan base, Tools* tools);
  void NoteChecked(uint32_t index, Tools* tools);

  const MappedFile& pack_;
  const std::vector<PackedObject>& objects_;
  std::vector<uint32_t> compared_;  // when they were written
  std::vector<uint32_t> roots_;     // to be made, and no deltas
  // Of each object: the first that builds on it, and the next that builds on
  // the same one. Empty where no delta is to be made.
  std::vector<uint32_t> first_child_, next_sibling_;
  std::vector<uint32_t> crcs_;
  std::atomic<size_t> checked_ = 0;
};

}  // namespace backgraft::git
