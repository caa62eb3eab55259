#include "restore/publish.h"

#include <utility>

namespace backgraft::restore {

std::function<void(uint64_t, uint64_t)> WritingFiles(Progress& progress) {
  return [&progress, begun = false](uint64_t done, uint64_t total) mutable {
    if (!std::exchange(begun, true)) {
      progress.Begin("writing files", Unit::kFiles, total);
    }
    progress.Update(done);
  };
}

git::PublicationResult Publish(const git::Repository& repository,
                               const git::ObjectReader& objects,
                               const git::PublicationPlan& plan, bool dry_run,
                               const std::function<void()>& store,
                               Progress& progress) {
  if (dry_run || plan.parts != nullptr) {
    git::PublicationResult preview =
        git::Publication::Preview(repository, objects, plan);
    // They may take long, which git need not wait for.
    if (plan.parts != nullptr) plan.parts->Stage();
    if (dry_run) return preview;
  }
  git::PublicationPlan watched = plan;
  watched.written = WritingFiles(progress);
  // What stands in the way is found before a single object is stored.
  git::Publication publication =
      git::Publication::Prepare(repository, objects, watched);
  progress.Begin("verifying", Unit::kObjects, std::nullopt);
  store();
  return publication.Publish();
}

}  // namespace backgraft::restore
