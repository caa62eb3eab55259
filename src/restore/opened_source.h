// A source, opened: its bytes, its entries, and what its name says.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "archive/byte_stream.h"
#include "archive/part_reader.h"
#include "archive/peekable_source.h"
#include "archive/reader.h"
#include "archive/root.h"
#include "archive/sniff.h"
#include "base/error.h"
#include "restore/progress.h"
#include "restore/source_info.h"
#include "restore/source_limits.h"

namespace backgraft::restore {

class OpenedSource {
 public:
  // `name` is a path, a link or "-". Error(kBadSource) where there is nothing
  // that can be read, Error(kTransfer) or Error(kExpired) where a link cannot
  // be fetched. `progress` is told of the bytes that were read. With `part` its
  // entries are those of that part.
  OpenedSource(const std::string& name, const SourceLimits& limits,
               Progress& progress,
               std::optional<archive::Part> part = std::nullopt);
  ~OpenedSource();

  // What it is by its content; nothing for a directory.
  const std::optional<archive::SourceType>& type() const { return type_; }

  // Opened at the first call. Error(kBadSource) where the content is nothing
  // with entries.
  archive::Reader& reader();
  // The decompressed bytes of a source that is no archive, opened at the first
  // call.
  archive::ByteStream& bytes();
  // Reads and decompresses everything that is left, for a source that is no
  // archive. Error(kBadSource) where it is damaged or cut off.
  void CheckToEnd();
  // For messages: as the user gave it, a link without what is secret in it.
  const std::string& name() const { return name_; }
  // What the name says; known before anything was read.
  const SourceInfo& info() const { return info_; }

  // Does `use`, which reads this, and returns what it returns. Where the source
  // is refused in it without a hint, the error gets the command that shows what
  // the source is, if that can be read again.
  template <typename Use>
  auto Explaining(Use use) const {
    try {
      return use();
    } catch (const Error& refusal) {
      ThrowExplained(refusal);
      throw;
    }
  }

  // Closes the reader, hashes what it has not read, and returns everything
  // there is to know. Error(kBadSource) where its bytes are not those that the
  // limits ask for.
  SourceInfo Finish(const archive::Root& root);

  // Once it is finished: the files that are in no part of the source, or in one
  // that nobody takes. Nothing where no part was asked for.
  const std::vector<std::string>& passed_over() const { return passed_over_; }

 private:
  class CountingSource;

  // Unless there is nothing to explain.
  void ThrowExplained(const Error& refusal) const;

  std::string name_;
  const SourceLimits limits_;
  const std::optional<archive::Part> part_;
  SourceInfo info_;
  std::unique_ptr<CountingSource> bytes_;  // nothing for a directory
  std::unique_ptr<archive::PeekableSource> peekable_;
  std::optional<archive::SourceType> type_;
  std::unique_ptr<archive::Reader> reader_;
  archive::PartReader* part_reader_ = nullptr;  // the reader, with a part
  std::vector<std::string> passed_over_;
  std::unique_ptr<archive::ByteStream> stream_;
};

}  // namespace backgraft::restore
