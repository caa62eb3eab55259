// A source of bytes held in memory, and reading an archive out of one.
#pragma once

#include <string>
#include <vector>

#include "archive/entry.h"
#include "archive/limits.h"
#include "base/byte_source.h"

namespace backgraft::archive {

// Like a pipe: no size, no descriptor. Delivers `chunk` bytes at a time.
class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string bytes, size_t chunk = SIZE_MAX)
      : bytes_(std::move(bytes)), chunk_(chunk) {}
  size_t Read(std::span<std::byte> buffer) override;
  const std::string& name() const override { return name_; }

 private:
  const std::string bytes_;
  const size_t chunk_;
  const std::string name_ = "backup";
  size_t at_ = 0;
};

struct ReadEntry {
  Entry entry;
  std::string content;
};

// Every entry with its content. Throws what the reader throws.
std::vector<ReadEntry> ReadArchive(const std::string& bytes,
                                   const Limits& limits = {});

// The message that reading `bytes` is refused with. "" where it is not refused,
// and "<kind> ..." where the failure is of another kind than kBadSource.
std::string Refusal(const std::string& bytes, const Limits& limits = {});
// Its hints, joined.
std::string RefusalHint(const std::string& bytes, const Limits& limits);

// `bytes` through gzip(1), bzip2(1), xz(1), zstd(1).
std::string CompressWith(const std::string& program, const std::string& bytes);

}  // namespace backgraft::archive
