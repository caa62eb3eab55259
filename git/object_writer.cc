#include "git/object_writer.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/batch_workers.h"
#include "base/error.h"
#include "git/claimed_objects.h"
#include "git/delta_bases.h"
#include "git/entry_writer.h"
#include "git/held_blobs.h"
#include "git/pack_file.h"
#include "git/pack_places.h"
#include "git/recent_objects.h"

namespace backgraft::git {
namespace {

// Content that waits for a worker, at the most.
constexpr size_t kQueueBytes = size_t{32} << 20;
// Jobs are handed over in batches: waking a thread costs more than hashing a
// small file.
constexpr size_t kHandOverBytes = size_t{256} << 10;
constexpr size_t kHandOverJobs = 64;
// Compressed bytes gathered before they are written.
constexpr size_t kBatchBytes = size_t{512} << 10;
// Objects written by Add() that are kept for reading, at the most.
constexpr size_t kRecentBytes = size_t{32} << 20;

struct Job {
  ObjectWriter::Content content;
  ObjectWriter::Done done;
  std::optional<ObjectWriter::Base> base;
  std::optional<Oid> oid;    // where it is known
  bool is_released = false;  // claimed already, and not to be held any more
  bool must_hash = false;    // although the id is known
};

// Of a blob that was held in a file.
void RequireSame(const Oid& held, const Oid& came_back) {
  Require(held == came_back, "a blob that was held did not come back");
}

}  // namespace

class ObjectWriter::Impl {
 public:
  Impl(const ObjectReader& objects, const std::string& objects_dir,
       const ObjectWriterOptions& options)
      : objects_(objects),
        options_(options),
        thread_count_(options.threads != 0
                          ? options.threads
                          : std::max(1u, std::thread::hardware_concurrency())),
        pack_(objects_dir),
        // A dry run has no pack to read them back from.
        recent_(options.dry_run ? SIZE_MAX : kRecentBytes),
        workers_(thread_count_, kQueueBytes, [this] { return MakeWork(); }) {
    if (options.hold_blobs) {
      held_ = std::make_unique<HeldBlobs>(options.dry_run ? "" : objects_dir);
    }
  }

  void AddBlob(Content content, Done done, std::optional<Oid> oid) {
    Queue({.content = std::move(content),
           .done = std::move(done),
           .base = {},
           .oid = oid});
  }

  void Queue(Job job) {
    pending_bytes_ += job.content->size();
    pending_.push_back(std::move(job));
    if (pending_bytes_ >= kHandOverBytes || pending_.size() >= kHandOverJobs) {
      HandOver();
    }
  }

  Oid AddLargeBlob(uint64_t size, const std::function<ByteSpan()>& read,
                   bool released = false) {
    std::string header = "blob " + std::to_string(size) + '\0';
    Sha1 sha;
    sha.Update(AsBytes(header));
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
      return released || Claim(oid, size, true);
    };
    if (held_ && !released) {
      held_->AddStreamed(
          [&](const std::function<void(ByteSpan)>& sink) -> std::optional<Oid> {
            for (ByteSpan piece = next(); !piece.empty(); piece = next()) {
              sink(piece);
            }
            if (!finish()) return std::nullopt;
            return oid;
          });
      return oid;
    }
    if (options_.dry_run) {
      while (!next().empty()) {
      }
      finish();
      return oid;
    }
    pack_.AppendStreamed(
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
    Drain();
    released_ = true;
    claimed_.TakeFresh();
    if (!held_ || options_.dry_run) return;
    places_.Note(pack_.objects());
    for (const Oid& oid : held_->List()) {
      const uint64_t size = held_->SizeOf(oid);
      if (objects_.Exists(oid)) {
        claimed_.Remove(oid);
        continue;
      }
      if (size <= kQueueBytes) {
        QueueHeld(oid, base_of ? base_of(oid) : std::nullopt);
        continue;
      }
      held_->With(oid, [&](ByteSpan content) {
        auto next = [&content] {
          ByteSpan piece = content.first(std::min(content.size(), kBatchBytes));
          content = content.subspan(piece.size());
          return piece;
        };
        RequireSame(oid, AddLargeBlob(size, next, true));
      });
    }
    held_->Clear();
    HandOver();
  }

  void Forget(const std::vector<Oid>& oids) {
    Drain();
    for (const Oid& oid : oids) {
      if (!claimed_.Remove(oid)) continue;
      if (!held_ || !held_->Remove(oid)) forgotten_.insert(oid);
    }
  }

  void Discard() {
    Drain();
    if (released_) {
      DiscardFresh();
      return;
    }
    if (held_) held_->Clear();
    pack_.Discard();
    recent_.Clear();
    at_hand_.clear();
    places_.Clear();
    claimed_.Clear();
    bases_.Clear();
  }

  void KeepAtHand(const Oid& oid, Content content) {
    at_hand_.insert_or_assign(oid, std::move(content));
  }

  Oid Add(ObjectType type, std::string_view content,
          const std::optional<Oid>& base) {
    workers_.Rethrow();
    Oid oid = HashObject(type, content);
    if (!Claim(oid, content.size(), false)) return oid;
    recent_.Add(oid, type, content);
    if (options_.dry_run) return oid;
    std::lock_guard lock(own_mutex_);
    std::optional<Base> older;
    if (base) older = Base{*base, nullptr};
    own_entries_.Write(oid, type, content, nullptr, older, &own_batch_);
    // Of blobs, who needs them again keeps them.
    if (options_.hold_blobs && type == ObjectType::kTree) {
      bases_.Keep(oid, content);
    }
    if (own_batch_.bytes.size() >= kBatchBytes) pack_.Append(&own_batch_);
    return oid;
  }

  bool is_dry_run() const { return options_.dry_run; }

  void Drain() {
    HandOver();
    workers_.Drain();
    std::lock_guard lock(own_mutex_);
    pack_.Append(&own_batch_);
  }

  uint64_t object_count() const { return claimed_.count(); }
  uint64_t content_bytes() const { return claimed_.bytes(); }

  std::optional<std::string> Install() {
    Release({});
    Drain();
    workers_.Stop();
    DropForgotten();
    if (options_.dry_run || pack_.object_count() == 0) return std::nullopt;
    return pack_.Install(thread_count_);
  }

  bool Exists(const Oid& oid) const {
    return claimed_.Contains(oid) || objects_.Exists(oid);
  }

  std::optional<Object> Find(const Oid& oid) {
    if (!claimed_.Contains(oid)) return objects_.Find(oid);
    if (const auto kept = at_hand_.find(oid); kept != at_hand_.end()) {
      return Object{ObjectType::kBlob, *kept->second};
    }
    if (auto object = recent_.Find(oid)) return object;
    if (auto content = held_ ? held_->Find(oid) : std::nullopt) {
      return Object{ObjectType::kBlob, std::move(*content)};
    }
    if (options_.dry_run) return std::nullopt;
    PackedObject object = Locate(oid);
    return Object{object.type, pack_.ReadBack(object, [this](const Oid& base) {
                    return std::make_optional(Locate(base));
                  })};
  }

 private:
  void QueueHeld(const Oid& oid, std::optional<Base> base) {
    // A pack stands on its own: what the repository has is no base.
    if (base && (!claimed_.Contains(base->oid) || held_->Contains(base->oid))) {
      base.reset();
    }
    bool was_in_memory;
    Content content = held_->Share(oid, &was_in_memory);
    Queue({.content = std::move(content),
           .done = [](const Oid&) {},
           .base = std::move(base),
           .oid = oid,
           .is_released = true,
           .must_hash = !was_in_memory});
  }

  // Whether the object is new, in which case the caller has to write it. Of
  // `fresh` ones Discard() may rid us.
  bool Claim(const Oid& oid, uint64_t size, bool fresh) {
    // What many sources share is mostly ours already; this asks no disk.
    if (claimed_.Contains(oid) || objects_.Exists(oid)) return false;
    return claimed_.Add(oid, size, fresh);
  }

  // What is in the pack already stays: others that were released may need it.
  void DiscardFresh() {
    for (const Oid& oid : claimed_.TakeFresh()) {
      const bool held = held_ && held_->Remove(oid);
      if (held || options_.dry_run) claimed_.Remove(oid);
    }
  }

  // Reads the content of an object that others may build on; waits for nobody.
  DeltaBases::Read BaseReader() {
    return [this](const Oid& oid) -> Content {
      const auto object = places_.Find(oid);
      if (!object) return nullptr;
      return std::make_shared<const std::string>(pack_.ReadBack(
          *object, [this](const Oid& base) { return places_.Find(base); }));
    };
  }

  void DropForgotten() {
    if (forgotten_.empty()) return;
    pack_.Drop(forgotten_);
    // What stays has moved.
    places_.Clear();
  }

  // Where a claimed object is in the pack.
  PackedObject Locate(const Oid& oid) {
    if (auto place = places_.Find(oid)) return *place;
    // It has been appended since the last look, or is about to be.
    Drain();
    places_.Note(pack_.objects());
    auto place = places_.Find(oid);
    Require(place.has_value(), "a claimed object was not written");
    return *place;
  }

  void HandOver() {
    if (pending_.empty()) return;
    workers_.Add(std::exchange(pending_, {}), std::exchange(pending_bytes_, 0));
  }

  // What one worker does with a batch of jobs.
  BatchWorkers<Job>::Work MakeWork() {
    auto entries = std::make_shared<EntryWriter>(bases_, BaseReader());
    auto batch = std::make_shared<PackBatch>();
    return [this, entries, batch](std::vector<Job>& jobs) {
      for (Job& job : jobs) Process(&job, entries.get(), batch.get());
      pack_.Append(batch.get(), entries->checker());
    };
  }

  void Process(Job* job, EntryWriter* entries, PackBatch* batch) {
    const Oid oid = job->oid && !job->must_hash
                        ? *job->oid
                        : HashObject(ObjectType::kBlob, *job->content);
    if (job->must_hash) RequireSame(*job->oid, oid);
    if (!job->is_released && !Claim(oid, job->content->size(), true)) {
      job->done(oid);
      return;
    }
    if (held_ && !job->is_released) {
      held_->Add(oid, std::move(job->content));
    } else if (!options_.dry_run) {
      const std::string_view content = *job->content;
      entries->Write(oid, ObjectType::kBlob, content, std::move(job->content),
                     job->base, batch);
      if (batch->bytes.size() >= kBatchBytes) {
        pack_.Append(batch, entries->checker());
      }
    }
    job->done(oid);
  }

  const ObjectReader& objects_;
  const ObjectWriterOptions options_;
  const unsigned thread_count_;
  std::unique_ptr<HeldBlobs> held_;  // null: nothing is held
  PackFile pack_;

  ClaimedObjects claimed_;
  bool released_ = false;
  std::unordered_set<Oid, OidHash> forgotten_;  // in the pack all the same

  // What the caller's thread gathers and writes itself.
  std::vector<Job> pending_;
  size_t pending_bytes_ = 0;
  std::mutex own_mutex_;
  DeltaBases bases_;
  EntryWriter own_entries_{bases_, BaseReader()};
  PackBatch own_batch_;

  PackPlaces places_;
  RecentObjects recent_;                               // written by Add()
  std::unordered_map<Oid, Content, OidHash> at_hand_;  // blobs

  BatchWorkers<Job> workers_;  // last: its threads use everything above
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
void ObjectWriter::KeepAtHand(const Oid& oid, Content content) {
  impl_->KeepAtHand(oid, std::move(content));
}
void ObjectWriter::Release(const BaseOf& base_of) { impl_->Release(base_of); }
void ObjectWriter::Forget(const std::vector<Oid>& oids) { impl_->Forget(oids); }
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
