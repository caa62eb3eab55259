// Single objects of a pack by way of its .idx, which is believed only as a
// hint: what Find() returns has been hashed.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "git/object_reader.h"
#include "git/pack_verifier.h"

namespace backgraft::git {

// For looking at a few objects of a foreign pack that is not verified yet, or
// for one of the repository's own. Reads out of the file, which must stay as it
// is meanwhile. Thread-safe.
class IndexedPack : public ObjectReader {
 public:
  // Null where `index` is no sound .idx of version 2 for this pack (nothing of
  // it is wrong by itself, and it names the pack's trailer and as many objects
  // as the pack's header) or where the pack has no header: VerifyPack() says
  // what is wrong then. The objects of the pack are not looked at. Error(kIo)
  // where the pack cannot be read. `options.bases` must outlive this.
  static std::unique_ptr<IndexedPack> Open(
      const std::string& pack_path, std::shared_ptr<const std::string> index,
      const PackOptions& options);
  // A pack of the repository's own with the .idx beside it ("pack-….pack" and
  // "pack-….idx"), of which no more is read than what git would read to open
  // them. It is one of `sharers` packs that together take the memory of one.
  // Null where they are none or not of version 2.
  static std::unique_ptr<IndexedPack> OpenOwn(const std::string& pack_path,
                                              const std::string& index_path,
                                              const PackOptions& options,
                                              size_t sharers);
  ~IndexedPack() override;

  // Whether the .idx says so.
  bool Exists(const Oid& oid) const override;

  // Nothing where the .idx does not know the object. Throws Error(kBadSource)
  // where what is found does not hash to `oid`, is damaged, stands on a cycle
  // of deltas or a missing base, or is over the limits. No recursion; memory:
  // three objects and 16 bytes for each delta on the way.
  std::optional<Object> Find(const Oid& oid) const override;

 private:
  struct Impl;
  explicit IndexedPack(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace backgraft::git
