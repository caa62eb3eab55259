// What one thread of an ObjectWriter does with the blobs it is given.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "git/claimed_objects.h"
#include "git/delta_bases.h"
#include "git/entry_writer.h"
#include "git/held_blobs.h"
#include "git/object_reader.h"
#include "git/object_writer.h"
#include "git/oid.h"
#include "git/pack_batch.h"
#include "git/pack_file.h"
#include "git/pack_places.h"

namespace backgraft::git {

// What all threads of an ObjectWriter share: the objects that are new, and
// where they go.
struct NewObjects {
  NewObjects(const ObjectReader& older, const std::string& objects_dir,
             const ObjectWriterOptions& options);

  const ObjectReader& objects;  // what they are new relative to
  const bool dry_run;
  const std::unique_ptr<HeldBlobs> held;  // null: nothing is held
  PackFile pack;
  ClaimedObjects claimed;
  DeltaBases bases;
  PackPlaces places;

  // Whether the object is new, in which case the caller has to write it. Of
  // `fresh` ones Discard() may rid us.
  bool Claim(const Oid& oid, uint64_t size, bool fresh);
  // A pack stands on its own: what the repository has is no base, nor what may
  // turn out not to be needed.
  bool MayBuildOn(const Oid& base) const;
  // Reads the content of an object that others may build on; waits for nobody.
  // Must not be used for longer than this is there.
  DeltaBases::Read BaseReader();
};

struct BlobJob {
  ObjectWriter::Content content{};
  ObjectWriter::Done done{};
  std::optional<ObjectWriter::Base> base{};
  HeldBlobs::Entry entry{};  // made already; nothing else counts then
  std::optional<Oid> oid{};  // where it is known
  bool is_likely = false;    // as AddLikelyBlob() has it
  bool is_released = false;  // claimed already, and not to be held any more
  bool must_hash = false;    // although the id is known

  size_t bytes() const { return entry ? entry->bytes.size() : content->size(); }
};

// Throws where a blob that was held in a file is another one now.
void RequireSame(const Oid& held, const Oid& came_back);

// Not thread-safe (one for each thread).
class BlobWorker {
 public:
  // Compressed bytes gathered before they are written.
  static constexpr size_t kBatchBytes = size_t{512} << 10;

  // `shared` must outlive this.
  explicit BlobWorker(NewObjects& shared)
      : shared_(shared), entries_(shared.bases, shared.BaseReader()) {}

  // Holds the blobs, or writes them.
  void Work(std::vector<BlobJob>& jobs);

 private:
  void Process(BlobJob* job);
  void AppendFull();
  // What a blob that is held becomes; null where there is no room for it.
  HeldBlobs::Entry MakeAhead(const Oid& oid, BlobJob* job);

  NewObjects& shared_;
  EntryWriter entries_;
  PackBatch batch_;
  PackBatch ahead_;  // for one entry
};

}  // namespace backgraft::git
