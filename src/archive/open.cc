#include "archive/peekable_source.h"
#include "archive/reader.h"
#include "archive/refusal.h"
#include "archive/sniff.h"
#include "archive/tar_reader.h"
#include "archive/zip_reader.h"
#include "base/escape.h"

namespace backgraft::archive {

std::unique_ptr<Reader> OpenArchive(ByteSource& source, const Limits& limits) {
  const std::string subject = Quote(source.name());
  auto peekable = std::make_unique<PeekableSource>(source);
  if (peekable->Peek(1).empty()) RefuseDamage(subject, "it is empty");
  const SourceType type = Sniff(*peekable);
  switch (type.container) {
    case Container::kTar:
      return std::make_unique<TarReader>(
          std::make_unique<ByteStream>(std::move(peekable), type.compression,
                                       limits, subject),
          limits, type.format());
    case Container::kZip:
      if (type.compression != Compression::kNone) {
        Refuse(subject, "it is " + type.looks_like +
                            ": only one layer of compression is read");
      }
      return std::make_unique<ZipReader>(std::move(peekable), limits, subject);
    case Container::kBundle:
      Refuse(subject,
             "it is " + type.looks_like + ", which cannot be read yet");
    case Container::kSql:
      Refuse(subject, "it is " + type.looks_like + ", not an archive of files");
    case Container::kPage:
      Refuse(subject, "it is " + type.looks_like +
                          ", not an archive: the download may have failed");
    case Container::kUnknown:
      break;
  }
  if (type.compression != Compression::kNone) {
    // Damage at the very start hides what is inside: let the decoder tell.
    ByteStream stream(std::move(peekable), type.compression, limits, subject);
    stream.Take(1);
  }
  Refuse(subject, "it looks like " + type.looks_like +
                      ", which is no archive that can be read (tar, plain or "
                      "with gzip, bzip2, xz or zstd, and zip are)");
}

}  // namespace backgraft::archive
