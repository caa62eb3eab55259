#include "base/io.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/error.h"
#include "base/interrupt.h"

namespace backgraft {

void UniqueFd::Reset() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

UniqueFd OpenFile(const std::string& path, int flags, unsigned mode) {
  int fd;
  do {
    fd = open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) ThrowErrno(errno, "cannot open", path);
  return UniqueFd(fd);
}

size_t ReadFull(int fd, std::span<std::byte> buffer, const std::string& path) {
  size_t done = 0;
  while (done < buffer.size()) {
    ssize_t n = read(fd, buffer.data() + done, buffer.size() - done);
    if (n < 0) {
      if (errno == EINTR) {
        ThrowIfInterrupted();
        continue;
      }
      ThrowErrno(errno, "cannot read", path);
    }
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  return done;
}

void WriteAll(int fd, ByteSpan bytes, const std::string& path) {
  while (!bytes.empty()) {
    ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      ThrowErrno(errno, "cannot write", path);
    }
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
}

void WriteAllAt(int fd, ByteSpan bytes, uint64_t offset,
                const std::string& path) {
  while (!bytes.empty()) {
    ssize_t n =
        pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0) {
      if (errno == EINTR) continue;
      ThrowErrno(errno, "cannot write", path);
    }
    bytes = bytes.subspan(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
}

void SyncFile(int fd, const std::string& path) {
  while (fsync(fd) != 0) {
    if (errno == EINTR) continue;
    ThrowErrno(errno, "cannot make durable", path);
  }
}

void BeginWriteBack(int fd, uint64_t offset, uint64_t size) {
  sync_file_range(fd, static_cast<off64_t>(offset), static_cast<off64_t>(size),
                  SYNC_FILE_RANGE_WRITE);
}

void RemoveFile(const std::string& path) {
  if (unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR)
    ThrowErrno(errno, "cannot remove", path);
}

void SyncDirectory(const std::string& path) {
  UniqueFd fd = OpenFile(path, O_RDONLY | O_DIRECTORY);
  SyncFile(fd.get(), path);
}

namespace {

std::string ReadOpen(int fd, const std::string& path) {
  struct stat st;
  if (fstat(fd, &st) != 0) ThrowErrno(errno, "cannot read", path);
  std::string out;
  // One byte more than the size finds the end of a file that does not grow
  // without a second round.
  size_t chunk = S_ISREG(st.st_mode) ? static_cast<size_t>(st.st_size) + 1
                                     : size_t{64} << 10;
  for (;;) {
    size_t old = out.size();
    out.resize(old + chunk);
    std::span<char> room(out.data() + old, chunk);
    size_t n = ReadFull(fd, std::as_writable_bytes(room), path);
    out.resize(old + n);
    if (n < chunk) return out;
    chunk = size_t{64} << 10;
  }
}

}  // namespace

std::string ReadFile(const std::string& path) {
  UniqueFd fd = OpenFile(path, O_RDONLY);
  return ReadOpen(fd.get(), path);
}

bool ReadFileIfExists(const std::string& path, std::string* out) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return false;
    ThrowErrno(errno, "cannot open", path);
  }
  UniqueFd owner(fd);
  *out = ReadOpen(fd, path);
  return true;
}

void WriteFileDurably(const std::string& path, std::string_view bytes,
                      unsigned mode) {
  std::string temporary = path + ".backgraft-tmp" + std::to_string(getpid());
  UniqueFd fd = OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL, mode);
  try {
    WriteAll(fd.get(), AsBytes(bytes), temporary);
    SyncFile(fd.get(), temporary);
    if (rename(temporary.c_str(), path.c_str()) != 0) {
      ThrowErrno(errno, "cannot write", path);
    }
  } catch (...) {
    unlink(temporary.c_str());
    throw;
  }
  size_t slash = path.rfind('/');
  SyncDirectory(slash == std::string::npos ? "."
                : slash == 0               ? "/"
                                           : path.substr(0, slash));
}

MappedFile::MappedFile(const std::string& path) {
  UniqueFd fd = OpenFile(path, O_RDONLY);
  Map(fd.get(), path);
}

MappedFile::MappedFile(int fd, const std::string& path) { Map(fd, path); }

void MappedFile::Map(int fd, const std::string& path) {
  struct stat st;
  if (fstat(fd, &st) != 0) ThrowErrno(errno, "cannot read", path);
  size_ = static_cast<size_t>(st.st_size);
  if (size_ == 0) return;
  void* data = mmap(nullptr, size_, PROT_READ, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED) {
    size_ = 0;
    ThrowErrno(errno, "cannot read", path);
  }
  data_ = data;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) munmap(data_, size_);
}

void MappedFile::DontNeed(size_t offset, size_t size) const {
  if (data_ == nullptr) return;
  auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  size_t begin = (offset + page - 1) / page * page;
  size_t end = (offset + size) / page * page;
  // Advice only: a failure costs memory, not correctness.
  if (end > begin) {
    madvise(static_cast<char*>(data_) + begin, end - begin, MADV_DONTNEED);
  }
}

}  // namespace backgraft
