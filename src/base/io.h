// File descriptors and the few system calls every layer needs. All failures are
// Error(kIo) naming the path and the reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace backgraft {

using ByteSpan = std::span<const std::byte>;

// The bytes of `text`, borrowed.
inline ByteSpan AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

// `bytes` as text, borrowed.
inline std::string_view AsText(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Owns a file descriptor.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      Reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { Reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  // Closes without looking at the result: for descriptors that were only read,
  // or whose writes have been synced already.
  void Reset();

 private:
  int fd_ = -1;
};

// open(2) with O_CLOEXEC added; throws. `mode` is for O_CREAT.
UniqueFd OpenFile(const std::string& path, int flags, unsigned mode = 0666);

// Reads until `buffer` is full or the file ends; returns the bytes read.
// Restarts after EINTR. `path` is for the message.
size_t ReadFull(int fd, std::span<std::byte> buffer, const std::string& path);

// Writes everything, restarting after EINTR and short writes.
void WriteAll(int fd, ByteSpan bytes, const std::string& path);
void WriteAllAt(int fd, ByteSpan bytes, uint64_t offset,
                const std::string& path);

// fsync(2); throws when the kernel could not make the bytes durable.
void SyncFile(int fd, const std::string& path);
// Lets the kernel begin to write what is in [offset, offset+size) to the disk,
// which a later fsync then need not wait for. Only a hint.
void BeginWriteBack(int fd, uint64_t offset, uint64_t size);
// fsync of the directory `path`: makes names in it durable.
void SyncDirectory(const std::string& path);

// The whole file. Throws when it cannot be read.
std::string ReadFile(const std::string& path);
// False where nothing is at `path` (ENOENT, ENOTDIR); otherwise as ReadFile().
bool ReadFileIfExists(const std::string& path, std::string* out);

// Removes the file at `path`; one that is not there (ENOENT, ENOTDIR) is as
// good.
void RemoveFile(const std::string& path);

// Replaces `path` by a file with these bytes: a temporary file beside it,
// synced, renamed over it, directory synced. On failure `path` is as before and
// the temporary file is gone.
void WriteFileDurably(const std::string& path, std::string_view bytes,
                      unsigned mode = 0666);

// A read-only mapping of a whole file.
class MappedFile {
 public:
  MappedFile() = default;
  explicit MappedFile(const std::string& path);
  MappedFile(int fd, const std::string& path);
  MappedFile(MappedFile&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~MappedFile();

  ByteSpan bytes() const {
    return {static_cast<const std::byte*>(data_), size_};
  }
  // Tells the kernel that [offset, offset+size) is not needed any more, which
  // keeps the peak memory of one pass over a large file small.
  void DontNeed(size_t offset, size_t size) const;

 private:
  void Map(int fd, const std::string& path);
  void* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace backgraft
