// Compressed bytes on their way into a decoder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/byte_source.h"

namespace backgraft::archive {

class InputBuffer {
 public:
  // Reads from `source` in pieces of `capacity` bytes. `subject` as in
  // refusal.h. `source` must outlive this.
  InputBuffer(ByteSource& source, std::string subject, size_t capacity);

  // What has been read and not been consumed yet, reading more only where there
  // is nothing. Empty at the end. Borrowed until the next call.
  ByteSpan Available();
  // `bytes` of Available() are done with.
  void Consume(size_t bytes);
  // One byte, or -1 at the end.
  int Get();

  // Bytes consumed so far.
  uint64_t consumed() const { return consumed_; }
  const std::string& subject() const { return subject_; }

 private:
  ByteSource& source_;
  const std::string subject_;
  const size_t capacity_;
  std::unique_ptr<std::byte[]> bytes_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool at_end_ = false;
  uint64_t consumed_ = 0;
};

}  // namespace backgraft::archive
