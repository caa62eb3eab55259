// The last steps of every command that commits, in their order: nothing in the
// way, objects stored, read back, refs and files changed.
#pragma once

#include <cstdint>
#include <functional>

#include "git/object_reader.h"
#include "git/publication.h"
#include "git/repository.h"
#include "restore/progress.h"

namespace backgraft::restore {

// What PublicationPlan::written tells, as a stage of `progress`, which must
// outlive it.
std::function<void(uint64_t done, uint64_t total)> WritingFiles(
    Progress& progress);

// Carries `plan` out; a dry run only finds out what stands in the way.
// Parts of the plan are staged here, once nothing is found in the way.
// `objects` has everything that the plan leads to before `store` has made it
// part of the repository and proved it: that is called once nothing stands in
// the way and the index is locked. Throws what Publication and `store` throw;
// no ref and no file has changed then.
git::PublicationResult Publish(const git::Repository& repository,
                               const git::ObjectReader& objects,
                               const git::PublicationPlan& plan, bool dry_run,
                               const std::function<void()>& store,
                               Progress& progress);

}  // namespace backgraft::restore
