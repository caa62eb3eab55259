#include "git/entry_writer.h"

namespace backgraft::git {

void EntryWriter::Write(const Oid& oid, ObjectType type,
                        std::string_view content,
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
  } else {
    batch->Add(deflater_, oid, type, AsBytes(content));
  }
  if (content.size() > EntryChecker::kMostBytes) return;
  PackedObject& made = batch->objects.back();
  made.crc = checker_.Check(
      made, ByteSpan(batch->bytes).subspan(static_cast<size_t>(made.offset)),
      delta ? AsBytes(*delta->base) : ByteSpan(), AsBytes(content));
}

}  // namespace backgraft::git
