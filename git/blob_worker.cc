#include "git/blob_worker.h"

#include "base/error.h"

namespace backgraft::git {

void RequireSame(const Oid& held, const Oid& came_back) {
  Require(held == came_back, "a blob that was held did not come back");
}

NewObjects::NewObjects(const ObjectReader& older,
                       const std::string& objects_dir,
                       const ObjectWriterOptions& options)
    : objects(older),
      dry_run(options.dry_run),
      held(options.hold_blobs
               ? std::make_unique<HeldBlobs>(dry_run ? "" : objects_dir)
               : nullptr),
      pack(objects_dir) {}

bool NewObjects::Claim(const Oid& oid, uint64_t size, bool fresh) {
  // What many sources share is mostly ours already; this asks no disk.
  if (claimed.Contains(oid) || objects.Exists(oid)) return false;
  return claimed.Add(oid, size, fresh);
}

bool NewObjects::MayBuildOn(const Oid& base) const {
  return claimed.Contains(base) && !held->Contains(base);
}

DeltaBases::Read NewObjects::BaseReader() {
  return [this](const Oid& oid) -> ContentCache::Content {
    const auto object = places.Find(oid);
    if (!object) return nullptr;
    return std::make_shared<const std::string>(pack.ReadBack(
        *object, [this](const Oid& base) { return places.Find(base); }));
  };
}

void BlobWorker::Work(std::vector<BlobJob>& jobs) {
  for (BlobJob& job : jobs) Process(&job);
  shared_.pack.Append(&batch_);
}

void BlobWorker::Process(BlobJob* job) {
  if (job->entry) {
    batch_.Add(*job->entry);
    AppendFull();
    return;
  }
  const Oid oid = job->oid && !job->must_hash
                      ? *job->oid
                      : HashObject(ObjectType::kBlob, *job->content);
  if (job->must_hash) RequireSame(*job->oid, oid);
  if (!job->is_released && !shared_.Claim(oid, job->content->size(), true)) {
    job->done(oid);
    return;
  }
  if (shared_.held && !job->is_released) {
    HeldBlobs::Entry entry;
    if (job->is_likely) entry = MakeAhead(oid, job);
    shared_.held->Add(oid, std::move(job->content), std::move(entry));
  } else if (!shared_.dry_run) {
    entries_.Write(oid, ObjectType::kBlob, *job->content, job->base, &batch_);
    AppendFull();
  }
  job->done(oid);
}

void BlobWorker::AppendFull() {
  if (batch_.bytes.size() >= kBatchBytes) shared_.pack.Append(&batch_);
}

HeldBlobs::Entry BlobWorker::MakeAhead(const Oid& oid, BlobJob* job) {
  if (shared_.dry_run || !shared_.held->HasRoomForEntry()) return nullptr;
  if (job->base && !shared_.MayBuildOn(job->base->oid)) job->base.reset();
  ahead_.Clear();
  entries_.Write(oid, ObjectType::kBlob, *job->content, job->base, &ahead_);
  return std::make_shared<const PackBatch>(ahead_);
}

}  // namespace backgraft::git
