// Verifies a foreign pack before anything of it becomes part of a repository.
// The pack is hostile: nothing in it is believed, its own .idx is not looked
// at.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/sha.h"
#include "git/object_reader.h"
#include "git/oid.h"

namespace backgraft::git {

// What a pack may ask of us before it is refused.
struct PackLimits {
  uint64_t objects = 50'000'000;
  // Content of one object.
  uint64_t object_bytes = UINT64_MAX;
  // Content of one object that has to be held in memory: a tree, commit or tag,
  // a delta, its base and its result. git deltifies nothing above 512 MiB.
  uint64_t memory_object_bytes = uint64_t{256} << 20;
  // Content of all objects : size of the pack, looked at once `ratio_after`
  // bytes came out.
  uint64_t ratio = 1000;
  uint64_t ratio_after = uint64_t{1} << 30;
};

// What is known of a pack's file before it is verified.
struct PackHints {
  // The .idx that came with it, or null. It says where entries begin, which
  // spares a pass over the pack.
  std::shared_ptr<const std::string> index;
  // Computed by us, of everything but the trailer, while the file was written.
  Sha1::Digest checksum{};
};

struct PackOptions {
  std::string name = "pack";  // for messages, not escaped
  PackLimits limits{};
  unsigned threads = 0;  // 0 takes one for each processor
  // Where the missing bases of a thin pack come from; none: a thin pack is
  // refused. Must outlive the call.
  const ObjectReader* bases = nullptr;
  // Where the index in it tells lies, objects may seem damaged that are not:
  // verify again without hints what is refused with them.
  std::optional<PackHints> hints{};
};

// One verified object, borrowed for the time of the call.
struct PackedObjectView {
  ObjectType type;
  Oid oid;
  uint64_t size;
  // Nothing for a blob that is too large to hold (over 16 MiB).
  std::optional<std::string_view> content;
};

// Called once for each object of the pack, from several threads at the same
// time and in no order. May throw; VerifyPack() then throws that.
using PackObjectSink = std::function<void(const PackedObjectView&)>;

// A pack in which every object inflates, resolves and hashes. Reads out of the
// file, which must stay as it is meanwhile. Reading is thread-safe, one object
// at a time.
class VerifiedPack : public ObjectReader {
 public:
  VerifiedPack(VerifiedPack&&) noexcept;
  VerifiedPack& operator=(VerifiedPack&&) noexcept;
  ~VerifiedPack() override;

  // Bases added to a thin pack are counted.
  uint64_t object_count() const;
  // The trailer: names the pack.
  const Sha1::Digest& checksum() const;
  // The bytes of its .idx.
  std::string Index() const;

  bool Exists(const Oid& oid) const override;
  std::optional<Object> Find(const Oid& oid) const override;
  // The type of an object, without reading it.
  std::optional<ObjectType> FindType(const Oid& oid) const;

 private:
  friend VerifiedPack VerifyPack(const std::string&, const PackOptions&,
                                 const PackObjectSink&);
  struct Impl;
  explicit VerifiedPack(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Verifies the pack file at `path`: header, every entry, every delta, the id of
// every object (computed, as a pack holds none), no object twice, the trailer,
// nothing behind it. The bases that a thin pack lacks are appended to the file
// as git index-pack --fix-thin does; otherwise it is not changed.
//
// Throws Error(kBadSource) naming the object (its offset, or its id where that
// is known) for anything wrong with the pack. The file may have been appended
// to then and is of no use any more. Memory: about 100 bytes for each object,
// some objects for each thread, whatever the depth of deltas.
VerifiedPack VerifyPack(const std::string& path, const PackOptions& options,
                        const PackObjectSink& sink);

}  // namespace backgraft::git
