// The objects of a foreign repository as its files came: packs, their indexes,
// loose objects. Nothing in them has been believed yet; what is read is checked
// against its id.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/io.h"
#include "base/spool.h"
#include "git/object_reader.h"
#include "git/oid.h"
#include "git/pack_verifier.h"

namespace backgraft::git {

// Errors name files as the source has them.
class ForeignObjects : public ObjectReader {
 public:
  // Gives the next piece of a file, borrowed, empty at its end.
  using Pull = std::function<ByteSpan()>;

  // Packs are kept as files in `directory`, which must exist as long as this
  // does; "" keeps them in files without names. `source_name` is for messages.
  ForeignObjects(std::string directory, std::string source_name);
  // Removes the files that were not moved away.
  ~ForeignObjects() override;
  ForeignObjects(const ForeignObjects&) = delete;
  ForeignObjects& operator=(const ForeignObjects&) = delete;

  // objects/pack/<name>.pack and <name>.idx.
  void AddPack(const std::string& name, const Pull& pull);
  void AddPackIndex(const std::string& name, std::string bytes);
  // objects/ab/cdef…, which is said to hold `oid`.
  void AddLoose(const Oid& oid, const Pull& pull);

  struct Pack {
    std::string name;  // "pack-1f2e…"
    // The name of its file, to be moved away with; empty where it has none.
    std::string named;
    // One without a name: its file, or where it is among others.
    UniqueFd fd;
    Spool::Place place;
    // Of all its bytes but the trailer; nothing where the trailer is another.
    std::optional<Sha1::Digest> checksum;
  };
  std::deque<Pack>& packs() { return packs_; }
  // A file that holds the pack alone. `path` is good as long as this lives; a
  // mapping of it outlives this.
  struct PackBytes {
    std::string path;
    UniqueFd fd;  // of a copy
  };
  PackBytes Open(const Pack& pack) const;
  // What is known of a pack before it is verified; nothing where that is
  // nothing. As long as this lives.
  std::optional<PackHints> HintsOf(const Pack& pack) const;

  // Loose objects: their ids, sorted, and what they hold. Read() checks the id
  // and throws Error(kBadSource) for damage; a blob over 16 MiB has no content
  // then.
  std::vector<Oid> LooseIds() const;
  struct LooseObject {
    ObjectType type;
    uint64_t size;
    std::optional<std::string> content;
  };
  LooseObject ReadLoose(const Oid& oid) const;
  // The content of a large one, in pieces.
  void StreamLoose(const Oid& oid,
                   const std::function<void(ByteSpan)>& write) const;

  // Throws Error(kBadSource) where something was damaged on the way: the
  // checksums of packs and all loose objects are looked at, but not what is in
  // the packs.
  void CheckDamage() const;

  // Reading without having looked at everything: by the source's own pack
  // indexes as far as they turn out true, otherwise after a look at the whole
  // pack. A pack's own checksum is compared at the first call.
  // Error(kBadSource) for damage. `bases` serves thin packs. Thread-safe.
  bool Exists(const Oid& oid) const override;
  std::optional<Object> Find(const Oid& oid) const override;
  void SetBases(const ObjectReader* bases) { bases_ = bases; }

 private:
  // Where the next piece of the newest pack goes.
  void Write(Pack* pack, ByteSpan piece);
  void OpenPacks() const;
  void CheckChecksum(const Pack& pack) const;
  std::string LooseName(const Oid& oid) const;

  const std::string directory_;
  const std::string source_name_;
  const ObjectReader* bases_ = nullptr;
  std::deque<Pack> packs_;
  // By name, without ".idx".
  std::map<std::string, std::shared_ptr<const std::string>> indexes_;
  Spool loose_bytes_;
  Spool more_packs_;  // those that get no descriptor of their own
  std::unordered_map<Oid, Spool::Place, OidHash> loose_;

  mutable std::mutex mutex_;
  mutable bool opened_ = false;
  mutable std::vector<std::unique_ptr<ObjectReader>> readers_;
};

}  // namespace backgraft::git
