// Where sources are taken in with their whole history: nothing of them is part
// of the repository before Install().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "git/fsck_messages.h"
#include "git/history.h"
#include "git/imported_history.h"
#include "git/object_layers.h"
#include "git/object_writer.h"
#include "git/repository.h"
#include "restore/backup.h"
#include "restore/progress.h"

namespace backgraft::restore {

class ImportTarget {
 public:
  // `repository` may be null: then there is nothing to begin with, and nothing
  // is ever written. A dry run writes nothing either; what new blobs hold can
  // be read in it only where `keep_contents` is set. Must outlive this.
  ImportTarget(const git::Repository* repository, bool dry_run,
               bool keep_contents = false);
  ~ImportTarget();
  ImportTarget(const ImportTarget&) = delete;
  ImportTarget& operator=(const ImportTarget&) = delete;

  // As ReadBackup(), with its packs in a quarantine beside the repository's
  // objects (nameless files where nothing is to be written).
  // `earlier` as there; may be null.
  Backup Read(OpenedSource& source, Filters filters,
              EarlierFiles* earlier = nullptr);

  // Verifies the whole history of `backup` (Error(kBadSource)) and that
  // everything reachable from `tips` is there; from now on objects() sees it.
  // Blobs over `large_blob` bytes are listed by the result. `backup` must
  // outlive this.
  const git::ImportedHistory& Verify(const Backup& backup,
                                     const std::vector<git::Oid>& tips,
                                     const git::FsckOptions& fsck,
                                     Progress& progress,
                                     uint64_t large_blob = UINT64_MAX);

  // The repository's objects, those of verified histories, and what is written.
  git::ObjectWriter& writer() { return *writer_; }
  // A history over all of them, which knows the imported commits.
  git::History History() const;

  // Takes back what was written for files that are not recorded after all;
  // `oids` may name what a verified history needs, which stays.
  void Forget(const std::vector<git::Oid>& oids);

  // Makes packs and written objects part of the repository, durably.
  void Install();

 private:
  const git::Repository* repository_;
  const bool dry_run_;
  git::NoObjects nothing_;
  git::ObjectLayers layers_;
  std::string quarantine_;  // made with the first source; "": none
  std::vector<std::unique_ptr<git::ImportedHistory>> imported_;
  std::unique_ptr<git::ObjectWriter> writer_;
};

}  // namespace backgraft::restore
