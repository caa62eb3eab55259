#include "git/entry_writer.h"

namespace backgraft::git {

void EntryWriter::Write(const Oid& oid, ObjectType type,
                        std::string_view content, ObjectWriter::Content shared,
                        const std::optional<ObjectWriter::Base>& base,
                        PackBatch* batch) {
  std::optional<DeltaBases::Delta> delta;
  if (base) {
    delta = bases_.Encode(encoder_, base->oid, AsBytes(content),
                          [&](const Oid& id) {
                            return base->content ? base->content : read_(id);
                          });
  }
  if (delta) {
    batch->AddDelta(deflater_, oid, type, content.size(), base->oid,
                    delta->bytes);
    bases_.Note(oid, base->oid);
    batch->made.back().base = std::move(delta->base);
  } else {
    batch->Add(deflater_, oid, type, AsBytes(content));
  }
  batch->made.back().from = std::move(shared);
}

}  // namespace backgraft::git
