// Everything that is asked of imported objects, in one place: git fsck's rules,
// that nothing they name is missing, and that they do not contradict what the
// repository has.
#pragma once

#include <vector>

#include "git/connectivity.h"
#include "git/fsck.h"
#include "git/object_reader.h"
#include "git/pack_verifier.h"
#include "git/reference_set.h"

namespace backgraft::git {

class ImportCheck {
 public:
  // `repository` must outlive this.
  ImportCheck(FsckOptions options, const ObjectReader& repository)
      : fsck_(std::move(options)), repository_(repository) {}

  // Shows it one imported object: the sink for VerifyPack(), also for loose
  // ones. Thread-safe. Throws Error(kBadSource) where the repository has an
  // object of this id with another content (a blob without content is compared
  // by type and id only).
  void Add(const PackedObjectView& object);

  // Once all objects were shown: throws Error(kBadSource) for the first thing
  // git fsck --strict --full would call an error, and where something reachable
  // from `tips` is missing. Returns the warnings.
  std::vector<FsckMessage> Finish(const std::vector<Oid>& tips,
                                  const ImportedObjects& imported);

 private:
  Fsck fsck_;
  ReferenceSet references_;
  const ObjectReader& repository_;
};

}  // namespace backgraft::git
