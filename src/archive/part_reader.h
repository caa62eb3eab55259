// One part of a source that holds several, as if it were a source of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "archive/reader.h"

namespace backgraft::archive {

// Paths are those of entries in the source.
struct Part {
  std::string directory;  // where it is; "" is the source itself
  // What is below it and belongs to other parts: files or directories.
  std::vector<std::string> without;
  // What is passed over without being noted, because others take it.
  std::vector<std::string> elsewhere;
};

class PartReader : public Reader {
 public:
  PartReader(std::unique_ptr<Reader> source, Part part)
      : source_(std::move(source)), part_(std::move(part)) {}

  // Begins with an entry for the part's own root. Error(kBadSource), beside
  // what the source's reader has, where the part's directory or one above it
  // is also something else.
  std::optional<Entry> Next() override;
  ByteSpan Read() override;
  std::string format() const override { return source_->format(); }

  // Entries that are no directories and were left out, in their order.
  const std::vector<std::string>& passed_over() const { return passed_over_; }

 private:
  bool Holds(const std::string& path) const;
  std::string Below(const std::string& path) const;
  void Note(const Entry& entry);

  const std::unique_ptr<Reader> source_;
  const Part part_;
  bool begun_ = false;
  std::vector<std::string> passed_over_;
};

}  // namespace backgraft::archive
