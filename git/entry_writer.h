// Makes the entries of a pack.
#pragma once

#include <optional>
#include <string_view>

#include "git/deflate.h"
#include "git/delta_bases.h"
#include "git/delta_encoder.h"
#include "git/entry_checker.h"
#include "git/object_writer.h"
#include "git/oid.h"
#include "git/pack_batch.h"

namespace backgraft::git {

// Reusable, not thread-safe (one for each thread).
class EntryWriter {
 public:
  // `bases` must outlive this; `read` as DeltaBases::Encode() has it.
  EntryWriter(DeltaBases& bases, DeltaBases::Read read)
      : bases_(bases), read_(std::move(read)) {}

  // Puts an object into `batch`, as a delta where that is worth while, and
  // makes sure that the entry gives back what went in, Error(kBug) otherwise;
  // but for a large one, which is left to PackFile::Install().
  void Write(const Oid& oid, ObjectType type, std::string_view content,
             const std::optional<ObjectWriter::Base>& base, PackBatch* batch);

 private:
  DeltaBases& bases_;
  const DeltaBases::Read read_;
  Deflater deflater_;
  DeltaEncoder encoder_;
  EntryChecker checker_;
};

}  // namespace backgraft::git
