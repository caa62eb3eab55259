#include "git/object_writer.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/batch_workers.h"
#include "base/error.h"
#include "git/blob_worker.h"
#include "git/entry_checker.h"
#include "git/entry_writer.h"
#include "git/recent_objects.h"

namespace backgraft::git {
namespace {

// Content that waits for a worker, at the most.
constexpr size_t kQueueBytes = size_t{32} << 20;
// Jobs are handed over in batches: waking a thread costs more than hashing a
// small file.
constexpr size_t kHandOverBytes = size_t{256} << 10;
constexpr size_t kHandOverJobs = 64;
// Objects written by Add() that are kept for reading, at the most.
constexpr size_t kRecentBytes = size_t{32} << 20;

}  // namespace

class ObjectWriter::Impl {
 public:
  Impl(const ObjectReader& objects, const std::string& objects_dir,
       const ObjectWriterOptions& options)
      : thread_count_(options.threads != 0
                          ? options.threads
                          : std::max(1u, std::thread::hardware_concurrency())),
        new_(objects, objects_dir, options),
        // A dry run has no pack to read them back from.
        recent_(options.dry_run ? SIZE_MAX : kRecentBytes),
        workers_(thread_count_, kQueueBytes, [this] {
          return [worker = std::make_shared<BlobWorker>(new_)](
                     std::vector<BlobJob>& jobs) { worker->Work(jobs); };
        }) {}

  void AddBlob(Content content, Done done, std::optional<Oid> oid) {
    added_ = true;
    Queue({.content = std::move(content), .done = std::move(done), .oid = oid});
  }

  void AddLikelyBlob(Content content, std::optional<Base> base, Done done) {
    added_ = true;
    Queue({.content = std::move(content),
           .done = std::move(done),
           .base = std::move(base),
           .is_likely = true});
  }

  void Queue(BlobJob job) {
    pending_bytes_ += job.bytes();
    pending_.push_back(std::move(job));
    if (pending_bytes_ >= kHandOverBytes || pending_.size() >= kHandOverJobs) {
      HandOver();
    }
  }

  Oid AddLargeBlob(uint64_t size, const std::function<ByteSpan()>& read,
                   bool released = false) {
    added_ = added_ || !released;
    Sha1 sha;
    sha.Update(AsBytes(ObjectHeader(ObjectType::kBlob, size)));
    uint64_t seen = 0;
    auto next = [&] {
      ByteSpan piece = read();
      sha.Update(piece);
      seen += piece.size();
      return piece;
    };
    Oid oid;
    auto finish = [&] {
      Require(seen == size, "a blob is not as large as announced");
      oid = Oid{sha.Finish()};
      return released || new_.Claim(oid, size, true);
    };
    if (new_.held && !released) {
      new_.held->AddStreamed(
          [&](const std::function<void(ByteSpan)>& sink) -> std::optional<Oid> {
            for (ByteSpan piece = next(); !piece.empty(); piece = next()) {
              sink(piece);
            }
            if (!finish()) return std::nullopt;
            return oid;
          });
      return oid;
    }
    if (new_.dry_run) {
      while (!next().empty()) {
      }
      finish();
      return oid;
    }
    new_.pack.AppendStreamed(
        ObjectType::kBlob, size,
        [&](const std::function<void(ByteSpan)>& sink) -> std::optional<Oid> {
          Deflater deflater;
          deflater.Stream(next, sink);
          if (!finish()) return std::nullopt;
          return oid;
        });
    return oid;
  }

  void Release(const BaseOf& base_of) {
    if (released_ && !added_) return;
    added_ = false;
    Drain();
    released_ = true;
    new_.claimed.TakeFresh();
    if (!new_.held || new_.dry_run) return;
    new_.places.Note(new_.pack.objects());
    for (const Oid& oid : new_.held->List()) {
      if (new_.objects.Exists(oid)) {
        new_.claimed.Remove(oid);
        continue;
      }
      if (HeldBlobs::Entry entry = new_.held->FindEntry(oid)) {
        Queue({.entry = std::move(entry)});
        continue;
      }
      const uint64_t size = new_.held->SizeOf(oid);
      if (size <= kQueueBytes) {
        QueueHeld(oid, base_of ? base_of(oid) : std::nullopt);
        continue;
      }
      new_.held->With(oid, [&](ByteSpan content) {
        auto next = [&content] {
          ByteSpan piece =
              content.first(std::min(content.size(), BlobWorker::kBatchBytes));
          content = content.subspan(piece.size());
          return piece;
        };
        RequireSame(oid, AddLargeBlob(size, next, true));
      });
    }
    new_.held->Clear();
    HandOver();
  }

  void Forget(const std::vector<Oid>& oids) {
    Drain();
    for (const Oid& oid : oids) {
      if (!new_.claimed.Remove(oid)) continue;
      if (!new_.held || !new_.held->Remove(oid)) forgotten_.insert(oid);
    }
  }

  std::vector<Oid> TakeBack(const std::vector<Oid>& oids) {
    Drain();
    std::vector<Oid> taken;
    for (const Oid& oid : oids) {
      if (!new_.held || !new_.held->Remove(oid)) continue;
      new_.claimed.Remove(oid);
      taken.push_back(oid);
    }
    return taken;
  }

  void Discard() {
    Drain();
    if (released_) {
      DiscardFresh();
      return;
    }
    if (new_.held) new_.held->Clear();
    new_.pack.Discard();
    recent_.Clear();
    at_hand_.clear();
    new_.places.Clear();
    new_.claimed.Clear();
    new_.bases.Clear();
  }

  void KeepAtHand(const Oid& oid, Content content) {
    at_hand_.insert_or_assign(oid, std::move(content));
  }

  Oid Add(ObjectType type, std::string_view content,
          const std::optional<Oid>& base) {
    workers_.Rethrow();
    Oid oid = HashObject(type, content);
    if (!new_.Claim(oid, content.size(), false)) return oid;
    recent_.Add(oid, type, content);
    if (new_.dry_run) return oid;
    std::lock_guard lock(own_mutex_);
    std::optional<Base> older;
    if (base) older = Base{*base, nullptr};
    own_entries_.Write(oid, type, content, older, &own_batch_);
    // Of blobs, who needs them again keeps them.
    if (new_.held && type == ObjectType::kTree) {
      new_.bases.Keep(oid, content);
    }
    if (own_batch_.bytes.size() >= BlobWorker::kBatchBytes)
      new_.pack.Append(&own_batch_);
    return oid;
  }

  bool is_dry_run() const { return new_.dry_run; }

  void Drain() {
    HandOver();
    workers_.Drain();
    std::lock_guard lock(own_mutex_);
    new_.pack.Append(&own_batch_);
  }

  uint64_t object_count() const { return new_.claimed.count(); }
  uint64_t content_bytes() const { return new_.claimed.bytes(); }

  std::optional<std::string> Install() {
    Release({});
    Drain();
    workers_.Stop();
    DropForgotten();
    if (new_.dry_run || new_.pack.object_count() == 0) return std::nullopt;
    return new_.pack.Install(thread_count_);
  }

  bool Exists(const Oid& oid) const {
    return new_.claimed.Contains(oid) || new_.objects.Exists(oid);
  }

  std::optional<Object> Find(const Oid& oid) {
    if (!new_.claimed.Contains(oid)) return new_.objects.Find(oid);
    if (const auto kept = at_hand_.find(oid); kept != at_hand_.end()) {
      return Object{ObjectType::kBlob, *kept->second};
    }
    if (auto object = recent_.Find(oid)) return object;
    if (auto content = new_.held ? new_.held->Find(oid) : std::nullopt) {
      return Object{ObjectType::kBlob, std::move(*content)};
    }
    if (const auto entry = new_.held ? new_.held->FindEntry(oid) : nullptr) {
      return Object{ObjectType::kBlob, ContentOf(*entry)};
    }
    if (new_.dry_run) return std::nullopt;
    PackedObject object = Locate(oid);
    return Object{object.type,
                  new_.pack.ReadBack(object, [this](const Oid& base) {
                    return std::make_optional(Locate(base));
                  })};
  }

 private:
  void QueueHeld(const Oid& oid, std::optional<Base> base) {
    if (base && !new_.MayBuildOn(base->oid)) base.reset();
    bool was_in_memory;
    Content content = new_.held->Share(oid, &was_in_memory);
    Queue({.content = std::move(content),
           .done = [](const Oid&) {},
           .base = std::move(base),
           .oid = oid,
           .is_released = true,
           .must_hash = !was_in_memory});
  }

  // What the entry of a blob that is held makes.
  std::string ContentOf(const PackBatch& entry) {
    const PackedObject& object = entry.objects.front();
    std::string inflated = InflateEntry(object, entry.bytes);
    if (object.delta_size == 0) return inflated;
    const std::optional<Object> base = Find(object.base);
    Require(base.has_value(), "what a blob builds on is gone");
    return ApplyEntryDelta(object, AsBytes(base->content), AsBytes(inflated));
  }

  // What is in the pack already stays: others that were released may need it.
  void DiscardFresh() {
    for (const Oid& oid : new_.claimed.TakeFresh()) {
      const bool held = new_.held && new_.held->Remove(oid);
      if (held || new_.dry_run) new_.claimed.Remove(oid);
    }
  }

  void DropForgotten() {
    if (forgotten_.empty()) return;
    new_.pack.Drop(forgotten_);
    // What stays has moved.
    new_.places.Clear();
  }

  // Where a claimed object is in the pack.
  PackedObject Locate(const Oid& oid) {
    if (auto place = new_.places.Find(oid)) return *place;
    // It has been appended since the last look, or is about to be.
    Drain();
    new_.places.Note(new_.pack.objects());
    auto place = new_.places.Find(oid);
    Require(place.has_value(), "a claimed object was not written");
    return *place;
  }

  void HandOver() {
    if (pending_.empty()) return;
    workers_.Add(std::exchange(pending_, {}), std::exchange(pending_bytes_, 0));
  }

  const unsigned thread_count_;
  NewObjects new_;
  bool released_ = false;
  bool added_ = false;  // a blob, since the last Release()
  std::unordered_set<Oid, OidHash> forgotten_;  // in the pack all the same

  // What the caller's thread gathers and writes itself.
  std::vector<BlobJob> pending_;
  size_t pending_bytes_ = 0;
  std::mutex own_mutex_;
  EntryWriter own_entries_{new_.bases, new_.BaseReader()};
  PackBatch own_batch_;

  RecentObjects recent_;                               // written by Add()
  std::unordered_map<Oid, Content, OidHash> at_hand_;  // blobs

  BatchWorkers<BlobJob> workers_;  // last: its threads use everything above
};

ObjectWriter::ObjectWriter(const ObjectReader& objects,
                           const std::string& objects_dir,
                           const ObjectWriterOptions& options)
    : impl_(std::make_unique<Impl>(objects, objects_dir, options)) {}
ObjectWriter::~ObjectWriter() = default;

void ObjectWriter::AddBlob(Content content, Done done, std::optional<Oid> oid) {
  impl_->AddBlob(std::move(content), std::move(done), oid);
}
Oid ObjectWriter::AddLargeBlob(uint64_t size,
                               const std::function<ByteSpan()>& read) {
  return impl_->AddLargeBlob(size, read);
}
void ObjectWriter::AddLikelyBlob(Content content, std::optional<Base> base,
                                 Done done) {
  impl_->AddLikelyBlob(std::move(content), std::move(base), std::move(done));
}
void ObjectWriter::KeepAtHand(const Oid& oid, Content content) {
  impl_->KeepAtHand(oid, std::move(content));
}
void ObjectWriter::Release(const BaseOf& base_of) { impl_->Release(base_of); }
void ObjectWriter::Forget(const std::vector<Oid>& oids) { impl_->Forget(oids); }
std::vector<Oid> ObjectWriter::TakeBack(const std::vector<Oid>& oids) {
  return impl_->TakeBack(oids);
}
void ObjectWriter::Discard() { impl_->Discard(); }
Oid ObjectWriter::Add(ObjectType type, std::string_view content,
                      const std::optional<Oid>& base) {
  return impl_->Add(type, content, base);
}
bool ObjectWriter::is_dry_run() const { return impl_->is_dry_run(); }
void ObjectWriter::Drain() { impl_->Drain(); }
uint64_t ObjectWriter::object_count() const { return impl_->object_count(); }
uint64_t ObjectWriter::content_bytes() const { return impl_->content_bytes(); }
std::optional<std::string> ObjectWriter::Install() { return impl_->Install(); }
bool ObjectWriter::Exists(const Oid& oid) const { return impl_->Exists(oid); }
std::optional<Object> ObjectWriter::Find(const Oid& oid) const {
  return impl_->Find(oid);
}

}  // namespace backgraft::git
