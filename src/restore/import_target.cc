#include "restore/import_target.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/error.h"
#include "git/leftovers.h"

namespace backgraft::restore {

ImportTarget::ImportTarget(const git::Repository* repository, bool dry_run,
                           bool keep_contents)
    : repository_(repository),
      dry_run_(dry_run || repository == nullptr),
      layers_({repository != nullptr
                   ? static_cast<const git::ObjectReader*>(repository)
                   : &nothing_}),
      writer_(std::make_unique<git::ObjectWriter>(
          layers_, repository != nullptr ? repository->objects_dir() : "",
          git::ObjectWriterOptions{.dry_run = dry_run_,
                                   .hold_blobs = !dry_run_ || keep_contents})) {
}

ImportTarget::~ImportTarget() {
  // Its workers may still be asking the others for objects.
  writer_.reset();
  imported_.clear();
  // Empty by now, or not ours to empty.
  if (!quarantine_.empty()) rmdir(quarantine_.c_str());
}

Backup ImportTarget::Read(OpenedSource& source, Filters filters,
                          EarlierFiles* earlier) {
  if (!dry_run_ && quarantine_.empty()) {
    // The name under which git's own gc clears such directories away.
    std::string name =
        repository_->objects_dir() + "/" + git::kQuarantineName + "XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
      ThrowErrno(errno, "cannot write into", repository_->objects_dir());
    }
    quarantine_ = name;
  }
  return ReadBackup(source, filters, quarantine_, layers_, false, *writer_,
                    earlier);
}

const git::ImportedHistory& ImportTarget::Verify(
    const Backup& backup, const std::vector<git::Oid>& tips,
    const git::FsckOptions& fsck, Progress& progress, uint64_t large_blob) {
  Require(backup.history != nullptr,
          "a history is verified where there is one");
  progress.Begin("verifying the history", Unit::kObjects, std::nullopt);
  git::ImportOptions options;
  options.fsck = fsck;
  options.large_blob = large_blob;
  options.will_install = !dry_run_;
  options.progress = [&progress](uint64_t done) { progress.Update(done); };
  imported_.push_back(std::make_unique<git::ImportedHistory>(
      *backup.history->objects, tips, layers_, options));
  const git::ImportedHistory& imported = *imported_.back();
  if (dry_run_) {
    layers_.Add(&imported);
  } else {
    layers_.Add(&imported.packed());
    imported.AddLooseTo(writer_.get());
  }
  return imported;
}

git::History ImportTarget::History() const {
  git::History history =
      repository_ != nullptr
          ? git::History(*writer_, git::ShallowCommits(*repository_))
          : git::History(*writer_, {});
  for (const auto& imported : imported_) imported->Preload(&history);
  return history;
}

void ImportTarget::Forget(const std::vector<git::Oid>& oids) {
  std::vector<git::Oid> unused;
  for (const git::Oid& oid : oids) {
    if (std::none_of(
            imported_.begin(), imported_.end(),
            [&](const auto& imported) { return imported->Exists(oid); })) {
      unused.push_back(oid);
    }
  }
  writer_->Forget(unused);
}

void ImportTarget::Install() {
  Require(!dry_run_, "a dry run installs nothing");
  for (const auto& imported : imported_) {
    imported->InstallPacks(repository_->objects_dir());
  }
  // The writer asks for every file of the backup: most are in those packs.
  repository_->RefreshObjects();
  writer_->Install();
  repository_->RefreshObjects();
}

}  // namespace backgraft::restore
