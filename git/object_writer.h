// Writes many objects at once: into one new pack, undeltified, as fast as
// hashing and compressing on all cores goes. Nothing of it is visible in the
// repository before Install().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/io.h"
#include "git/content_cache.h"
#include "git/object_reader.h"
#include "git/oid.h"

namespace backgraft::git {

struct ObjectWriterOptions {
  // Computes every id and writes nothing at all.
  bool dry_run = false;
  // Workers that hash and compress; 0 takes one for each processor.
  unsigned threads = 0;
  // New blobs are kept as they are until Release(). A dry run, which otherwise
  // forgets what blobs hold, keeps them to the end, in a file without a name.
  bool hold_blobs = false;
};

// Reads see the new objects on top of the repository's.
//
// Failures inside workers surface at the next call of any method. Destroyed
// before Install(), it leaves nothing behind.
class ObjectWriter : public ObjectReader {
 public:
  // `objects` is what the objects are new relative to; `objects_dir` is where
  // the pack will go. `objects` must outlive this.
  ObjectWriter(const ObjectReader& objects, const std::string& objects_dir,
               const ObjectWriterOptions& options);
  ~ObjectWriter() override;

  // Called by a worker with the id, once it is known and the object is in the
  // pack or was there already. May be called on any thread, for several objects
  // at the same time.
  using Done = std::function<void(const Oid&)>;

  // What a blob holds; who keeps a reference lets others build on it for free.
  using Content = ContentCache::Content;

  // Queues a blob and returns; blocks while too many bytes are queued. `oid`,
  // where it is given, is believed.
  void AddBlob(Content content, Done done, std::optional<Oid> oid = {});
  void AddBlob(std::string content, Done done) {
    AddBlob(std::make_shared<const std::string>(std::move(content)),
            std::move(done));
  }

  // What an object, which is new, may be written as a delta against: an older
  // version of it, with its content where that is at hand (else null).
  struct Base {
    Oid oid;
    Content content;
  };

  // As AddBlob(), for a blob that is most likely to stay where `hold_blobs` is
  // set: what it becomes in the pack is made at once, where there is room, so
  // that neither the content nor that of `base` is needed afterwards.
  void AddLikelyBlob(Content content, std::optional<Base> base, Done done);

  // A blob that is too large to hold in memory: `read` is called until it
  // returns an empty span and delivers `size` bytes in all. Works on this
  // thread.
  Oid AddLargeBlob(uint64_t size, const std::function<ByteSpan()>& read);

  // Called on the thread of Release().
  using BaseOf = std::function<std::optional<Base>(const Oid&)>;

  // With `hold_blobs`: waits for everything queued, then queues what was held
  // and is not among `objects` by now, which may have grown, to be written;
  // nothing where no blob was added since the last Release(). Install() does it
  // too. Bases that were not new here at the last Release() are of no use: a
  // pack stands on its own.
  void Release(const BaseOf& base_of = {});

  // Takes back those of `oids` that are new: they will not be part of the
  // repository. Nothing that stays may need them, and none of them may be read
  // or added any more.
  void Forget(const std::vector<Oid>& oids);

  // Those of `oids` that are held: they are as if they had never been added,
  // and may be added again. Returns them.
  std::vector<Oid> TakeBack(const std::vector<Oid>& oids);

  // Forgets the blobs that were queued since the last Release(), or without one
  // everything that was added, as if it had been made anew. Nothing of it may
  // be read any more.
  void Discard();

  // `content` is what the blob `oid`, which was added here, holds: reading it
  // costs nothing from now on. Not to be called while others read.
  void KeepAtHand(const Oid& oid, Content content);

  // Writes an object on this thread, unless it is there already. `base`, if
  // given, is an older version of it.
  Oid Add(ObjectType type, std::string_view content,
          const std::optional<Oid>& base = {});

  bool is_dry_run() const;

  // Waits until everything queued is in the pack.
  void Drain();

  // Objects in the pack so far, and the bytes of their content.
  uint64_t object_count() const;
  uint64_t content_bytes() const;

  // Reads the pack back from its file and makes sure that every object comes
  // back as it went in (see PackFile); then makes pack and idx durable and
  // moves them into objects/pack. Returns the pack's checksum, nothing when no
  // object was new. After this only reads are allowed. Error(kBug) where an
  // object does not come back as it went in.
  std::optional<std::string> Install();

  bool Exists(const Oid& oid) const override;
  std::optional<Object> Find(const Oid& oid) const override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace backgraft::git
