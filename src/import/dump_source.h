// The text of a dump out of whatever holds it: a file of its own or an archive,
// compressed or not.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "archive/limits.h"
#include "archive/reader.h"
#include "archive/sniff.h"
#include "base/io.h"
#include "source/file_source.h"

namespace backgraft::archive {
class ByteStream;
class MemberSource;
}  // namespace backgraft::archive

namespace backgraft::imports {

class DumpSource {
 public:
  // `name` is a path, a link or "-", `member` the dump's path in an archive of
  // several. What it is is decided by its content. `warn` is told what a link
  // says of itself; it may be null. Error(kBadSource) where it
  // holds no dump, Error(kRefused) with the list where it holds several.
  DumpSource(const std::string& name, const std::optional<std::string>& member,
             const archive::Limits& limits,
             const std::function<void(const std::string&)>& warn);
  ~DumpSource();

  // The next bytes of the text, empty at its end, borrowed until the next call.
  // Once empty, everything else in the source was checked as well. Throws what
  // reading throws.
  ByteSpan Read();

  // From another thread: a waiting Read() and all later ones throw Error(kIo).
  void Cancel() noexcept;

  const std::string& subject() const { return subject_; }  // quoted
  // As `--json` names it: "sql", "sql.gz", "tar.gz", …
  const std::string& format() const { return format_; }
  const std::optional<std::string>& member() const { return member_; }
  // Bytes of the source, where that is known, and those that were read, which
  // is for the thread that reads.
  std::optional<uint64_t> size() const;
  uint64_t done() const;
  // Of the source's bytes, in hexadecimal; only once Read() returned nothing.
  std::string sha256();

 private:
  class Counted;
  void OpenMember(const std::string& path);
  void FindMember(const archive::Limits& limits);

  std::string subject_;
  std::string format_;
  std::string path_;  // what is opened: the name, or a copy of standard input
  UniqueFd spooled_;
  std::optional<std::string> member_;
  const archive::Limits limits_;
  std::unique_ptr<Counted> bytes_;
  std::unique_ptr<archive::PeekableSource> peekable_;
  std::unique_ptr<archive::Reader> reader_;
  std::unique_ptr<archive::MemberSource> entry_;
  std::unique_ptr<archive::PeekableSource> entry_peekable_;
  bool ended_ = false;
  std::unique_ptr<archive::ByteStream> stream_;  // last: its thread uses them
};

}  // namespace backgraft::imports
