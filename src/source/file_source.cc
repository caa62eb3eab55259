#include "source/file_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "base/escape.h"
#include "base/read_ahead.h"
#include "base/sha.h"

namespace backgraft::source {
namespace {

constexpr size_t kBuffers = 4;
constexpr size_t kBufferBytes = size_t{256} << 10;

[[noreturn]] void Refuse(const std::string& name, const char* reason) {
  throw Error(ErrorKind::kBadSource, Quote(name) + ": " + reason,
              {"see what it is: ls -ld " + Quote(name)});
}

[[noreturn]] void RefuseEmpty(const std::string& name) {
  throw Error(ErrorKind::kBadSource, Quote(name) + ": it is empty",
              {kGetItAgain});
}

// What is wrong with the name is the source's fault; what is wrong with the
// machine is not.
[[noreturn]] void FailToOpen(int error_number, const std::string& name) {
  constexpr std::array kMachine = {EIO, EMFILE, ENFILE, ENOMEM, EINTR};
  if (std::find(kMachine.begin(), kMachine.end(), error_number) !=
      kMachine.end()) {
    ThrowErrno(error_number, "cannot open", name);
  }
  std::vector<std::string> hints;
  if (name != "-") {
    const std::string directory = name.substr(0, name.rfind('/') + 1);
    hints.push_back("see what is there: ls -la " +
                    Quote(directory.empty() ? "." : directory));
  }
  throw Error(
      ErrorKind::kBadSource,
      "cannot open " + Quote(name) + ": " + std::string(strerror(error_number)),
      std::move(hints));
}

void CheckKind(const struct stat& status, const std::string& name) {
  switch (status.st_mode & S_IFMT) {
    case S_IFREG:
      if (status.st_size == 0) RefuseEmpty(name);
      return;
    case S_IFIFO:
    case S_IFSOCK:
      return;
    case S_IFDIR:
      Refuse(name, "it is a directory");
    default:
      Refuse(name, "it is a device, not a file");
  }
}

class FileSource : public HashingSource {
 public:
  FileSource(UniqueFd fd, std::string name);

  size_t Read(std::span<std::byte> buffer) override;
  std::optional<uint64_t> size() const override {
    if (!regular_) return std::nullopt;
    return static_cast<uint64_t>(status_.st_size);
  }
  int random_access_fd() const override { return regular_ ? fd_.get() : -1; }
  void Cancel() noexcept override {
    // A file never keeps anybody waiting, and stays readable for sha256().
    if (!regular_) ahead_->Cancel();
  }
  const std::string& name() const override { return name_; }
  std::string sha256() override;

 private:
  size_t Produce(std::span<std::byte> buffer);
  void WaitForInput();
  void Interrupt();
  void CheckUnchanged();

  const UniqueFd fd_;
  const std::string name_;
  struct stat status_ {};
  bool regular_ = false;
  UniqueFd interrupt_;  // an eventfd(2) that ends WaitForInput()
  uint64_t read_ = 0;   // in the thread
  Sha256 hash_;         // in the thread
  std::string digest_;  // written by the thread before it ends
  ByteSpan rest_;
  std::unique_ptr<ReadAhead> ahead_;  // last: its thread uses the above
};

FileSource::FileSource(UniqueFd fd, std::string name)
    : fd_(std::move(fd)), name_(std::move(name)) {
  if (fstat(fd_.get(), &status_) != 0) {
    ThrowErrno(errno, "cannot look at", name_);
  }
  CheckKind(status_, name_);
  // Standard input may be a file that somebody has read a part of already: then
  // only what follows is the source, and offsets would be wrong.
  regular_ = S_ISREG(status_.st_mode) && lseek(fd_.get(), 0, SEEK_CUR) == 0;
  if (regular_) {
    // Advice: there is nothing to do where it is not taken.
    static_cast<void>(posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_SEQUENTIAL));
  } else {
    interrupt_ = UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!interrupt_) ThrowErrno(errno, "cannot read", name_);
  }
  ahead_ = std::make_unique<ReadAhead>(
      kBuffers, kBufferBytes,
      [this](std::span<std::byte> buffer) { return Produce(buffer); },
      [this] { Interrupt(); });
}

void FileSource::Interrupt() {
  if (!interrupt_) return;
  const uint64_t one = 1;
  // Fails only where the counter is not zero: then it has been written already.
  static_cast<void>(!write(interrupt_.get(), &one, sizeof one));
}

void FileSource::WaitForInput() {
  for (;;) {
    std::array<pollfd, 2> waiting{pollfd{fd_.get(), POLLIN, 0},
                                  pollfd{interrupt_.get(), POLLIN, 0}};
    if (poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      ThrowErrno(errno, "cannot read", name_);
    }
    if (waiting[1].revents != 0) {
      throw Error(ErrorKind::kIo, "reading was cancelled");
    }
    return;
  }
}

// Fills the buffer, so that whoever takes it has something to work on.
size_t FileSource::Produce(std::span<std::byte> buffer) {
  size_t done = 0;
  while (done < buffer.size()) {
    if (interrupt_) WaitForInput();
    const ssize_t got =
        read(fd_.get(), buffer.data() + done, buffer.size() - done);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) ThrowErrno(errno, "cannot read", name_);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  read_ += done;
  hash_.Update(buffer.first(done));
  if (done == 0) {
    if (read_ == 0) RefuseEmpty(name_);
    CheckUnchanged();
    const Sha256::Digest digest = hash_.Finish();
    digest_ = Hex(digest);
  }
  return done;
}

void FileSource::CheckUnchanged() {
  if (!regular_) return;
  struct stat now;
  if (fstat(fd_.get(), &now) != 0) ThrowErrno(errno, "cannot look at", name_);
  if (read_ != static_cast<uint64_t>(status_.st_size) ||
      now.st_size != status_.st_size ||
      now.st_mtim.tv_sec != status_.st_mtim.tv_sec ||
      now.st_mtim.tv_nsec != status_.st_mtim.tv_nsec) {
    Refuse(name_, "the file changed while it was read");
  }
}

size_t FileSource::Read(std::span<std::byte> buffer) {
  if (rest_.empty()) rest_ = ahead_->Next();
  const size_t size = std::min(buffer.size(), rest_.size());
  if (size > 0) std::memcpy(buffer.data(), rest_.data(), size);
  rest_ = rest_.subspan(size);
  return size;
}

std::string FileSource::sha256() {
  do {
    rest_ = ahead_->Next();
  } while (!rest_.empty());
  return digest_;
}

}  // namespace

bool IsDirectory(const std::string& name) {
  struct stat status;
  return name != "-" && stat(name.c_str(), &status) == 0 &&
         S_ISDIR(status.st_mode);
}

std::unique_ptr<HashingSource> Open(const std::string& name) {
  if (name == "-") {
    UniqueFd fd(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
    if (!fd) FailToOpen(errno, name);
    return std::make_unique<FileSource>(std::move(fd), name);
  }
  // Looked at before it is opened: opening a device can do things.
  struct stat status;
  if (stat(name.c_str(), &status) != 0) FailToOpen(errno, name);
  CheckKind(status, name);
  UniqueFd fd(open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) FailToOpen(errno, name);
  return std::make_unique<FileSource>(std::move(fd), name);
}

void RewindInput(const std::string& name) {
  if (name == "-" && lseek(STDIN_FILENO, 0, SEEK_SET) != 0) {
    ThrowErrno(errno, "cannot read again", name);
  }
}

}  // namespace backgraft::source
