// tar archives, strictly: where readers are known to differ, we refuse.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "archive/budget.h"
#include "archive/byte_stream.h"
#include "archive/pax.h"
#include "archive/reader.h"
#include "archive/tar_header.h"

namespace backgraft::archive {

class TarReader : public Reader {
 public:
  // `format` is what format() returns: "tar", "tar.gz", ...
  TarReader(std::unique_ptr<ByteStream> stream, const Limits& limits,
            std::string format);

  std::optional<Entry> Next() override;
  ByteSpan Read() override;
  std::string format() const override { return format_; }

 private:
  // What headers before an entry's own say about it.
  struct Extension {
    std::optional<PaxRecords> pax;
    std::optional<std::string> gnu_path;
    std::optional<std::string> gnu_link;
    bool empty() const { return !pax && !gnu_path && !gnu_link; }
  };

  // False at the end of the stream.
  bool ReadBlock(TarBlock* block);
  // Reads the body of a header that is about another entry.
  std::string ReadBody(const TarHeader& header);
  std::string ReadGnuName(const TarHeader& header, const Extension& extension);
  // True where `header` is about other entries and has been dealt with.
  bool ReadExtension(const TarHeader& header, Extension* extension);
  void ReadGlobal(const TarHeader& header, const Extension& extension);
  Entry MakeEntry(const TarHeader& header, const Extension& extension);
  void SetKind(const TarHeader& header, bool slash, Entry* entry);
  void SkipContent();
  void SkipPadding();
  void CheckEnd();
  const std::string& subject() const { return stream_->subject(); }

  const std::unique_ptr<ByteStream> stream_;
  const Limits limits_;
  const std::string format_;
  Budget budget_;
  std::optional<int64_t> global_mtime_;
  std::string current_;  // path of the entry being read, for messages
  uint64_t left_ = 0;    // of its content
  size_t padding_ = 0;   // behind its content
  bool at_end_ = false;
};

}  // namespace backgraft::archive
