// A foreign history that has been verified as a whole: every object inflated,
// resolved, hashed and checked as `git fsck --strict --full` does, and nothing
// missing.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "git/foreign_objects.h"
#include "git/fsck_messages.h"
#include "git/history.h"
#include "git/object_reader.h"
#include "git/object_writer.h"
#include "git/pack_verifier.h"

namespace backgraft::git {

class ImportCheck;

struct ImportOptions {
  FsckOptions fsck;
  unsigned threads = 0;  // 0 takes one for each processor
  // Blobs larger than this are listed.
  uint64_t large_blob = UINT64_MAX;
  // InstallPacks() will be called: what it needs is made early, beside the
  // rest.
  bool will_install = false;
  // Told how many objects were verified so far, now and then, one call at a
  // time, on any thread. May throw. May be null.
  std::function<void(uint64_t)> progress;
};

// Reads see the imported objects alone. Thread-safe.
class ImportedHistory : public ObjectReader {
 public:
  // Verifies `objects`: all of them, and that everything reachable from `tips`
  // is among them or in `repository`, which also serves thin packs. All but
  // `options` must outlive this. Error(kBadSource) naming the object.
  ImportedHistory(ForeignObjects& objects, const std::vector<Oid>& tips,
                  const ObjectReader& repository, const ImportOptions& options);
  ~ImportedHistory() override;

  bool Exists(const Oid& oid) const override;
  std::optional<Object> Find(const Oid& oid) const override;

  // What fsck warns of.
  const std::vector<FsckMessage>& warnings() const { return warnings_; }
  uint64_t object_count() const;
  struct LargeBlob {
    Oid oid;
    uint64_t size;
  };
  const std::vector<LargeBlob>& large_blobs() const { return large_blobs_; }
  // Makes `history` know every imported commit.
  void Preload(History* history) const;

  // The objects that came in packs, for reading.
  const ObjectReader& packed() const;
  // Puts the others into `writer`.
  void AddLooseTo(ObjectWriter* writer) const;
  // Makes the packs part of the repository with this object directory, durably.
  // Error(kIo) leaves some of them there, which nothing refers to.
  void InstallPacks(const std::string& objects_dir);

 private:
  class Packs;
  // Shows every object to `check`. `hints`: by the source's own indexes, which
  // may lead to a refusal of what is sound.
  void ReadAll(const ObjectReader& repository, bool hints, ImportCheck* check);
  // As if ReadAll() had not been called.
  void Forget();
  // Begins to make the packs' indexes.
  void MakeIndexes();
  void Note(const PackedObjectView& object);
  std::optional<ObjectType> FindType(const Oid& oid) const;

  ForeignObjects& objects_;
  const ImportOptions options_;
  std::unique_ptr<Packs> packs_;
  std::vector<Oid> loose_;  // sorted
  std::vector<ObjectType> loose_types_;
  std::vector<FsckMessage> warnings_;

  std::mutex mutex_;
  std::atomic<uint64_t> noted_ = 0;
  std::vector<std::pair<Oid, HistoryCommit>> commits_;
  std::vector<LargeBlob> large_blobs_;
  // Of each pack, once they are being made. Last: that reads `packs_`.
  std::future<std::vector<std::string>> indexes_;
};

}  // namespace backgraft::git
