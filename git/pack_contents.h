// Reads single objects of a pack whose entries are known, through any depth of
// deltas and without recursion.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "git/deflate.h"
#include "git/pack_table.h"

namespace backgraft::git {

// Bytes of an object, uninitialised when made.
struct Buffer {
  std::unique_ptr<std::byte[]> data;
  size_t size = 0;
  size_t capacity = 0;

  // Makes room for `bytes`; what was in it is lost.
  void Reset(size_t bytes);
  ByteSpan bytes() const { return {data.get(), size}; }
  std::span<std::byte> room() { return {data.get(), size}; }
};

// Applies `delta`, of the entry at `offset`, to `base`. Throws
// Error(kBadSource) where it does not fit or the result is over the limits.
void ApplyPackDelta(const PackOptions& options, uint64_t offset, ByteSpan delta,
                    ByteSpan base, Buffer* out);

// The id of a blob that is too large to hold, inflated from the start of
// `compressed`. Returns the bytes it took, 0 where it is damaged or has not
// `size` bytes.
size_t HashLargeBlob(ByteSpan compressed, uint64_t size, Inflater* inflater,
                     Oid* oid);

class PackContents {
 public:
  // The references must outlive this.
  PackContents(const MappedFile& pack, const PackTable& table,
               const PackOptions& options)
      : pack_(pack), table_(table), options_(options) {}

  // Applies the delta at `record` to `base`. Throws Error(kBadSource) where it
  // does not fit. Thread-safe with a scratch for each thread.
  struct Scratch {
    Inflater inflater;
    Buffer delta;
    size_t read = 0;   // bytes of the file since pages were last given back
    size_t taken = 0;  // bytes of the entry that was inflated last
  };
  void Resolve(uint32_t record, ByteSpan base, Scratch* scratch, Buffer* out);

  // What the entry at `record` inflates to: the content, or the delta.
  void Inflate(uint32_t record, Scratch* scratch, Buffer* out);

  // The id of a blob over kLargeBlob that is no delta.
  Oid HashLarge(uint32_t record, Scratch* scratch);

  // The whole content of `record`, whose base and the base's bases must be
  // known. `cached` may offer the content of a record on the way; an empty
  // pointer where it has none.
  using Cached = std::function<std::shared_ptr<const Buffer>(uint32_t)>;
  std::shared_ptr<const Buffer> Rebuild(uint32_t record, Scratch* scratch,
                                        const Cached& cached = {});

 private:
  // Notes that the entry of `record` is `length` bytes of header and `taken` of
  // compressed ones; none is one that does not inflate.
  void Taken(const PackRecord& record, size_t length, size_t taken,
             Scratch* scratch);

  const MappedFile& pack_;
  const PackTable& table_;
  const PackOptions& options_;
};

}  // namespace backgraft::git
