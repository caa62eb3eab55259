#include "archive/file_window.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "archive/refusal.h"
#include "base/error.h"

namespace backgraft::archive {

size_t ReadAt(int fd, uint64_t offset, std::span<std::byte> buffer,
              const std::string& subject) {
  size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t got = pread(fd, buffer.data() + done, buffer.size() - done,
                              static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(ErrorKind::kIo,
                  subject + ": cannot read: " + strerror(errno));
    }
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

ByteSpan FileWindow::At(uint64_t offset, size_t length) {
  if (offset > size_ || length > size_ - offset) {
    RefuseDamage(subject_, "the archive is cut off or damaged");
  }
  if (offset < begin_ || offset + length > begin_ + bytes_.size()) {
    constexpr size_t kAhead = size_t{64} << 10;
    const auto wanted = static_cast<size_t>(
        std::min<uint64_t>(std::max(length, kAhead), size_ - offset));
    bytes_.resize(wanted);
    begin_ = offset;
    bytes_.resize(ReadAt(fd_, offset, bytes_, subject_));
    if (bytes_.size() < wanted) {
      Refuse(subject_, "the file became shorter while it was read");
    }
  }
  return ByteSpan(bytes_).subspan(static_cast<size_t>(offset - begin_), length);
}

}  // namespace backgraft::archive
