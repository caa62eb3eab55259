// The decompressed bytes of a source, made in a thread of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "archive/decoder.h"
#include "archive/limits.h"
#include "base/byte_source.h"
#include "base/read_ahead.h"

namespace backgraft::archive {

class ByteStream {
 public:
  // Takes over `source` (which may borrow from another that outlives this).
  // `subject` as in refusal.h. The ratio of `limits` is kept here.
  ByteStream(std::unique_ptr<ByteSource> source, Compression compression,
             const Limits& limits, std::string subject);

  // The next bytes, at most `most` of them, empty at the end. Borrowed until
  // the next call of anything here.
  ByteSpan Take(uint64_t most);
  // Copies until `out` is full or the stream ends; returns how many.
  size_t ReadFull(std::span<std::byte> out);

  // From another thread: a waiting Take() and all later ones throw Error(kIo).
  void Cancel() noexcept { ahead_.Cancel(); }

  const std::string& subject() const { return subject_; }
  // Bytes of the source that made what was taken, and the rest of its buffer.
  uint64_t consumed() const { return consumed_; }

 private:
  size_t Decode(std::span<std::byte> out);

  const std::string subject_;
  const Limits limits_;
  const Compression compression_;
  std::unique_ptr<ByteSource> source_;
  InputBuffer input_;
  std::unique_ptr<Decoder> decoder_;
  uint64_t decoded_ = 0;
  std::mutex mutex_;
  std::deque<uint64_t> positions_;  // in the source, of buffers not taken yet
  uint64_t consumed_ = 0;
  ByteSpan rest_;    // of the buffer lent by ahead_
  ReadAhead ahead_;  // last: its thread uses everything above
};

}  // namespace backgraft::archive
