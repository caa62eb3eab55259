// zip files, strictly: central and local headers agree, entries lie one after
// the other with nothing between, checksums and sizes are right.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "archive/decoder.h"
#include "archive/file_window.h"
#include "archive/reader.h"
#include "archive/zip_directory.h"
#include "archive/zip_record.h"

namespace backgraft::archive {

class ZipReader : public Reader {
 public:
  // Reads the directory. Takes over `source`, spooling it where it has no
  // descriptor for positioned reading. `subject` as in refusal.h.
  ZipReader(std::unique_ptr<ByteSource> source, const Limits& limits,
            const std::string& subject);
  ~ZipReader() override;

  std::optional<Entry> Next() override;
  ByteSpan Read() override;
  std::string format() const override { return "zip"; }

 private:
  class Range;
  struct Content;  // the member being decompressed

  Entry MakeEntry(const ZipMember& member);
  void SetKind(const ZipMember& member, const std::string& raw, Entry* entry);
  // Checks the local record and everything up to `end`, where the next begins.
  void Begin(const ZipMember& member, uint64_t end);
  void CheckDescriptor(const ZipMember& member, uint64_t begin, uint64_t end);
  // The next piece of the member's content; checks the CRC and size at its end.
  ByteSpan Decompress();
  std::string ReadLinkTarget();

  const std::unique_ptr<ByteSource> source_;
  const Limits limits_;
  const std::string subject_;
  UniqueFd spooled_;
  std::unique_ptr<FileWindow> central_;
  std::unique_ptr<FileWindow> local_;
  ZipDirectory directory_;
  size_t next_ = 0;
  std::unique_ptr<std::byte[]> buffer_;
  std::unique_ptr<Content> content_;
};

}  // namespace backgraft::archive
