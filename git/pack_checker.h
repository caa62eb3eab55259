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
#include "base/sha.h"
#include "git/deflate.h"
#include "git/pack_file.h"

namespace backgraft::git {

// Error(kBug) naming the object.
[[noreturn]] void ThrowMismatch(const PackedObject& object);

// What the bytes of an entry inflate to: the content, or the delta.
std::string InflateEntry(const PackedObject& object, ByteSpan entry);

// The content of `object`, which is a delta of these bytes (header included)
// against `base`.
std::string ApplyEntryDelta(const PackedObject& object, ByteSpan base,
                            ByteSpan delta);

// Every object is made from its entry and compared with its id, one that others
// build on before those that do: each once, whatever their number.
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
  struct Scratch {
    Inflater inflater;
    Sha1 sha;
    std::vector<std::byte> buffer;
    std::vector<Base> stack;
    uint64_t touched = 0;  // bytes of the pack since they were let go
  };

  ByteSpan EntryOf(const PackedObject& object) const;
  // The object that `index` names, which is no delta, and all that build on it.
  void CheckFrom(uint32_t index, Scratch* scratch);
  void CheckWhole(uint32_t index, Scratch* scratch);
  std::string MakeDelta(uint32_t index, ByteSpan base, Scratch* scratch);
  void NoteChecked(uint32_t index, Scratch* scratch);

  const MappedFile& pack_;
  const std::vector<PackedObject>& objects_;
  std::vector<uint32_t> roots_;  // no deltas, in the order of the pack
  // Of each object: the first that builds on it, and the next that builds on
  // the same one. Empty where the pack has no deltas.
  std::vector<uint32_t> first_child_, next_sibling_;
  std::vector<uint32_t> crcs_;
  std::atomic<size_t> checked_ = 0;
};

}  // namespace backgraft::git
