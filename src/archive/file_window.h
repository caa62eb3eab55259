// Positioned reading of a file through a small buffer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/io.h"

namespace backgraft::archive {

class FileWindow {
 public:
  // `fd` is borrowed and holds `size` bytes. `subject` as in refusal.h.
  FileWindow(int fd, uint64_t size, std::string subject)
      : fd_(fd), size_(size), subject_(std::move(subject)) {}

  // The bytes [offset, offset + length), borrowed until the next call.
  // Error(kBadSource) where the file does not have them.
  ByteSpan At(uint64_t offset, size_t length);

  int fd() const { return fd_; }
  uint64_t size() const { return size_; }
  const std::string& subject() const { return subject_; }

 private:
  const int fd_;
  const uint64_t size_;
  const std::string subject_;
  std::vector<std::byte> bytes_;
  uint64_t begin_ = 0;
};

// pread(2) until `buffer` is full or the file ends; returns how many.
// `subject` is for Error(kIo).
size_t ReadAt(int fd, uint64_t offset, std::span<std::byte> buffer,
              const std::string& subject);

}  // namespace backgraft::archive
