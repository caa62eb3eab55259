#include "restore/publish.h"

namespace backgraft::restore {

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
  // What stands in the way is found before a single object is stored.
  git::Publication publication =
      git::Publication::Prepare(repository, objects, plan);
  progress.Begin("verifying", Unit::kObjects, std::nullopt);
  store();
  progress.Begin("writing files", Unit::kFiles, std::nullopt);
  return publication.Publish();
}

}  // namespace backgraft::restore
