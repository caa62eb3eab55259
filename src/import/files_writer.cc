#include "import/files_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "base/error.h"
#include "base/escape.h"
#include "base/filesystem_sync.h"
#include "base/interrupt.h"
#include "import/tree_handle.h"

namespace backgraft::imports {
namespace {

constexpr uint64_t kLarge = uint64_t{1} << 20;
constexpr size_t kBatchBytes = size_t{512} << 10;
constexpr size_t kBatchFiles = 128;
constexpr size_t kMostWaiting = size_t{8} << 20;
constexpr uint64_t kLookEvery = uint64_t{64} << 20;
constexpr unsigned kMostThreads = 4;

unsigned CurrentUmask() {
  const mode_t mask = umask(0);
  umask(mask);
  return mask;
}

void Rewind(int fd, const std::string& shown) {
  if (lseek(fd, 0, SEEK_SET) != 0) ThrowErrno(errno, "cannot read", shown);
}

// Whether `content` is what the descriptor holds from here on.
bool Holds(int fd, ByteSpan content, const std::string& shown) {
  std::array<std::byte, 64 << 10> buffer;
  while (!content.empty()) {
    const size_t most = std::min(buffer.size(), content.size());
    const ByteSpan piece = content.first(most);
    if (ReadFull(fd, std::span(buffer).first(most), shown) != most ||
        std::memcmp(buffer.data(), piece.data(), most) != 0) {
      return false;
    }
    content = content.subspan(most);
  }
  return true;
}

}  // namespace

std::optional<FilesOwner> OwnerToGive(uint32_t user, uint32_t group) {
  if (user == geteuid() && group == getegid()) return std::nullopt;
  return FilesOwner{user, group};
}

Sha256::Digest DigestOf(int fd, const std::string& shown) {
  Sha256 hash;
  std::array<std::byte, 64 << 10> buffer;
  while (const size_t size = ReadFull(fd, buffer, shown)) {
    hash.Update(ByteSpan(buffer).first(size));
    ThrowIfInterrupted();
  }
  return hash.Finish();
}

FilesWriter::FilesWriter(int root, std::string shown,
                         std::optional<FilesOwner> owner, bool digests)
    : root_(root),
      shown_(std::move(shown)),
      owner_(owner),
      digests_(digests),
      umask_(CurrentUmask()),
      early_(root, shown_),
      workers_(
          std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads),
          kMostWaiting, [this] {
            return [this](std::vector<Job>& jobs) {
              Parent parent;
              for (const Job& job : jobs) WriteSmall(job, &parent);
            };
          }) {}

void FilesWriter::Reserve(uint64_t bytes, uint64_t files) {
  if (until_look_ <= bytes || free_files_ < files || free_bytes_ < bytes) {
    struct statvfs space;
    if (fstatvfs(root_, &space) != 0) {
      ThrowErrno(errno, "cannot look at", shown_);
    }
    free_bytes_ = uint64_t{space.f_bavail} * space.f_frsize;
    // Some file systems make inodes as they need them, and say 0.
    free_files_ = space.f_files == 0 ? UINT64_MAX : space.f_favail;
    until_look_ = std::max(kLookEvery, bytes + 1);
  }
  if (free_bytes_ < bytes || free_files_ < files) {
    throw Error(ErrorKind::kIo,
                "there is no room beside " + Quote(shown_) + " for " +
                    std::to_string(bytes) + " bytes more: " +
                    std::to_string(free_bytes_) + " bytes and " +
                    std::to_string(free_files_) + " files are free",
                {"make room: df " + Quote(shown_)});
  }
  free_bytes_ -= bytes;
  free_files_ -= std::min(free_files_, files);
  until_look_ -= bytes;
}

void FilesWriter::MakeDirectory(const std::string& path) {
  if (path.empty() || made_.contains(path)) return;
  MakeDirectory(Split(path).directory);
  const auto [directory, name] = Split(path);
  const UniqueFd parent(OpenBeneath(root_, directory, O_PATH | O_DIRECTORY));
  if (!parent || mkdirat(parent.get(), name.c_str(), 0700) != 0) {
    ThrowErrno(errno, "cannot make", Shown(path));
  }
  made_.insert(path);
}

UniqueFd FilesWriter::Create(Parent* parent, const std::string& path,
                             unsigned mode) const {
  auto [directory, name] = Split(path);
  if (!parent->fd || parent->path != directory) {
    parent->fd = UniqueFd(OpenBeneath(root_, directory, O_PATH | O_DIRECTORY));
    if (!parent->fd) ThrowErrno(errno, "cannot open", Shown(directory));
    parent->path = std::move(directory);
  }
  UniqueFd fd(OpenBeneath(parent->fd.get(), name,
                          O_RDWR | O_CREAT | O_EXCL | O_NOCTTY, mode));
  if (!fd) ThrowErrno(errno, "cannot write", Shown(path));
  return fd;
}

void FilesWriter::Finish(int fd, const std::string& path,
                         const ListedFile& file) const {
  if (owner_ && fchown(fd, owner_->user, owner_->group) != 0) {
    ThrowErrno(errno, "cannot give to the directory's owner", Shown(path));
  }
  if ((file.mode & umask_) != 0 && fchmod(fd, file.mode) != 0) {
    ThrowErrno(errno, "cannot set the mode of", Shown(path));
  }
  const std::array<timespec, 2> times = {timespec{0, UTIME_OMIT},
                                         timespec{file.mtime, 0}};
  if (futimens(fd, times.data()) != 0) {
    ThrowErrno(errno, "cannot set the time of", Shown(path));
  }
}

void FilesWriter::FailProof(const std::string& path) const {
  throw Error(ErrorKind::kIo, "what was written beside " + Quote(shown_) +
                                  " is not what was read: " + Quote(path));
}

void FilesWriter::WriteSmall(const Job& job, Parent* parent) {
  const ByteSpan content = AsBytes(job.content);
  if (digests_) {
    Sha256 hash;
    hash.Update(content);
    job.file->digest = hash.Finish();
  }
  const UniqueFd fd = Create(parent, job.path, job.file->mode);
  WriteAll(fd.get(), content, Shown(job.path));
  Rewind(fd.get(), Shown(job.path));
  if (!Holds(fd.get(), content, Shown(job.path))) FailProof(job.path);
  job.file->proved = true;
  Finish(fd.get(), job.path, *job.file);
  early_.Wrote(content.size());
}

void FilesWriter::WriteLarge(const std::string& path, ListedFile* file,
                             archive::Reader& reader) {
  Sha256 hash;
  Parent parent;
  const UniqueFd fd = Create(&parent, path, file->mode);
  for (ByteSpan piece; !(piece = reader.Read()).empty();) {
    ThrowIfInterrupted();
    hash.Update(piece);
    WriteAll(fd.get(), piece, Shown(path));
  }
  file->digest = hash.Finish();
  Rewind(fd.get(), Shown(path));
  if (DigestOf(fd.get(), Shown(path)) != file->digest) FailProof(path);
  file->proved = true;
  Finish(fd.get(), path, *file);
  early_.Wrote(file->size);
}

void FilesWriter::Write(const std::string& path, ListedFile* file,
                        archive::Reader& reader) {
  workers_.Rethrow();
  Reserve(file->size, 1);
  MakeDirectory(Split(path).directory);
  if (file->size >= kLarge) {
    WriteLarge(path, file, reader);
    return;
  }
  Job job{path, {}, file};
  job.content.reserve(static_cast<size_t>(file->size));
  for (ByteSpan piece; !(piece = reader.Read()).empty();) {
    job.content.append(AsText(piece));
  }
  batch_bytes_ += job.content.size();
  batch_.push_back(std::move(job));
  if (batch_bytes_ >= kBatchBytes || batch_.size() >= kBatchFiles) Flush();
}

void FilesWriter::Flush() {
  if (batch_.empty()) return;
  workers_.Add(std::move(batch_), batch_bytes_);
  batch_.clear();
  batch_bytes_ = 0;
}

void FilesWriter::Drain() {
  Flush();
  workers_.Drain();
}

void FilesWriter::Sync() {
  early_.Finish();
  // One call instead of an fsync of each file.
  SyncFilesystem(root_, shown_);
}

Sha256::Digest FilesWriter::DigestAt(const std::string& path) const {
  const UniqueFd fd(OpenBeneath(root_, path, O_RDONLY));
  if (!fd) ThrowErrno(errno, "cannot read", Shown(path));
  return DigestOf(fd.get(), Shown(path));
}

void FilesWriter::Copy(const std::string& from, const std::string& path,
                       ListedFile* file) {
  Reserve(file->size, 1);
  MakeDirectory(Split(path).directory);
  const UniqueFd in(OpenBeneath(root_, from, O_RDONLY));
  if (!in) ThrowErrno(errno, "cannot read", Shown(from));
  Parent parent;
  const UniqueFd out = Create(&parent, path, file->mode);
  Sha256 hash;
  std::array<std::byte, 64 << 10> buffer;
  while (const size_t size = ReadFull(in.get(), buffer, Shown(from))) {
    const ByteSpan piece = ByteSpan(buffer).first(size);
    hash.Update(piece);
    WriteAll(out.get(), piece, Shown(path));
    ThrowIfInterrupted();
  }
  Rewind(out.get(), Shown(path));
  if (DigestOf(out.get(), Shown(path)) != hash.Finish()) FailProof(path);
  file->proved = true;
  Finish(out.get(), path, *file);
}

void FilesWriter::Symlink(const std::string& path, const ListedFile& file) {
  const auto [directory, name] = Split(path);
  MakeDirectory(directory);
  const UniqueFd parent(OpenBeneath(root_, directory, O_PATH | O_DIRECTORY));
  const std::array<timespec, 2> times = {timespec{0, UTIME_OMIT},
                                         timespec{file.mtime, 0}};
  if (!parent ||
      symlinkat(file.link.c_str(), parent.get(), name.c_str()) != 0 ||
      utimensat(parent.get(), name.c_str(), times.data(),
                AT_SYMLINK_NOFOLLOW) != 0 ||
      (owner_ && fchownat(parent.get(), name.c_str(), owner_->user,
                          owner_->group, AT_SYMLINK_NOFOLLOW) != 0)) {
    ThrowErrno(errno, "cannot make the link", Shown(path));
  }
}

void FilesWriter::FinishDirectory(const std::string& path,
                                  const ListedFile& file) {
  const UniqueFd fd = OpenDirectoryBeneath(root_, path, shown_);
  if (owner_ && fchown(fd.get(), owner_->user, owner_->group) != 0) {
    ThrowErrno(errno, "cannot give to the directory's owner", Shown(path));
  }
  if (fchmod(fd.get(), file.mode) != 0) {
    ThrowErrno(errno, "cannot set the mode of", Shown(path));
  }
  if (file.implied) return;
  const std::array<timespec, 2> times = {timespec{0, UTIME_OMIT},
                                         timespec{file.mtime, 0}};
  if (futimens(fd.get(), times.data()) != 0) {
    ThrowErrno(errno, "cannot set the time of", Shown(path));
  }
}

}  // namespace backgraft::imports
