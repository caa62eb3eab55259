#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "archive/budget.h"
#include "archive/entry_name.h"
#include "archive/reader.h"
#include "archive/refusal.h"
#include "base/error.h"
#include "base/escape.h"

namespace backgraft::archive {
namespace {

constexpr size_t kBufferBytes = size_t{1} << 20;

struct DirDeleter {
  void operator()(DIR* dir) const noexcept { closedir(dir); }
};
using Dir = std::unique_ptr<DIR, DirDeleter>;

class DirectoryReader : public Reader {
 public:
  DirectoryReader(const std::string& path, const Limits& limits)
      : limits_(limits), subject_(Quote(path)), budget_(limits, subject_) {
    UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) Fail(errno, subject_);
    Push(std::move(fd), "");
  }

  std::optional<Entry> Next() override;
  ByteSpan Read() override;
  std::string format() const override { return "directory"; }

 private:
  // A name to be delivered, or a directory to go down into. The latter sorts
  // with the slash that all paths below it have, so that paths come in the byte
  // order of the whole.
  struct Step {
    std::string key;
    bool descend;
  };
  struct Level {
    UniqueFd fd;
    std::string prefix;       // "" or "a/b/"
    std::vector<Step> steps;  // last one first
  };

  // What cannot be opened is the source's fault, what breaks is not.
  [[noreturn]] static void Fail(int error_number, const std::string& subject) {
    const bool source = error_number == EACCES || error_number == EPERM ||
                        error_number == ENOENT || error_number == ENOTDIR ||
                        error_number == ELOOP;
    throw Error(source ? ErrorKind::kBadSource : ErrorKind::kIo,
                subject + ": cannot read: " + strerror(error_number));
  }

  void Push(UniqueFd fd, std::string prefix);
  void Descend(const std::string& key);
  Entry MakeEntry(const std::string& name);
  void OpenFile(int at, const std::string& name, Entry* entry);
  void CheckUnchanged();

  const Limits limits_;
  const std::string subject_;
  Budget budget_;
  std::vector<Level> levels_;
  UniqueFd file_;
  struct stat file_status_ {};
  std::string current_;
  uint64_t left_ = 0;
  std::unique_ptr<std::byte[]> buffer_;
};

void DirectoryReader::Push(UniqueFd fd, std::string prefix) {
  const std::string subject =
      prefix.empty() ? subject_ : EntrySubject(subject_, prefix);
  // The stream closes its descriptor; the level keeps one of its own.
  UniqueFd listed(fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  if (!listed) Fail(errno, subject);
  const Dir dir(fdopendir(listed.get()));
  if (!dir) Fail(errno, subject);
  listed.release();
  Level level{std::move(fd), std::move(prefix), {}};
  uint64_t names = 0;
  for (;;) {
    errno = 0;
    const dirent* item = readdir(dir.get());
    if (item == nullptr) {
      if (errno != 0) Fail(errno, subject);
      break;
    }
    const std::string name = item->d_name;
    if (name == "." || name == "..") continue;
    // A listing is held in memory: the limit counts before it grows.
    budget_.Expect(++names);
    bool directory = item->d_type == DT_DIR;
    if (item->d_type == DT_UNKNOWN) {
      struct stat status;
      if (fstatat(level.fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) !=
          0) {
        Fail(errno, EntrySubject(subject_, level.prefix + name));
      }
      directory = S_ISDIR(status.st_mode);
    }
    level.steps.push_back({name, false});
    if (directory) level.steps.push_back({name + "/", true});
  }
  std::sort(level.steps.begin(), level.steps.end(),
            [](const Step& a, const Step& b) { return a.key > b.key; });
  levels_.push_back(std::move(level));
}

std::optional<Entry> DirectoryReader::Next() {
  file_.Reset();
  left_ = 0;
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.steps.empty()) {
      levels_.pop_back();
      continue;
    }
    const Step step = std::move(level.steps.back());
    level.steps.pop_back();
    if (step.descend) {
      Descend(step.key);
      continue;
    }
    return MakeEntry(step.key);
  }
  if (budget_.entries() == 0) Refuse(subject_, "the directory is empty");
  return std::nullopt;
}

void DirectoryReader::Descend(const std::string& key) {
  const Level& level = levels_.back();
  const std::string name = key.substr(0, key.size() - 1);
  UniqueFd fd(openat(level.fd.get(), name.c_str(),
                     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) Fail(errno, EntrySubject(subject_, level.prefix + name));
  Push(std::move(fd), level.prefix + key);
}

Entry DirectoryReader::MakeEntry(const std::string& name) {
  const Level& level = levels_.back();
  Entry entry;
  entry.path = PlainPath(level.prefix + name, limits_, subject_);
  const std::string subject = EntrySubject(subject_, entry.path);
  struct stat status;
  if (fstatat(level.fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) !=
      0) {
    Fail(errno, subject);
  }
  entry.mode = status.st_mode & 07777;
  entry.mtime = status.st_mtim.tv_sec;
  switch (status.st_mode & S_IFMT) {
    case S_IFREG:
      OpenFile(level.fd.get(), name, &entry);
      break;
    case S_IFDIR:
      entry.kind = EntryKind::kDirectory;
      break;
    case S_IFLNK: {
      entry.kind = EntryKind::kSymlink;
      std::string target(size_t{limits_.path_bytes} + 1, '\0');
      const ssize_t size = readlinkat(level.fd.get(), name.c_str(),
                                      target.data(), target.size());
      if (size < 0) Fail(errno, subject);
      target.resize(static_cast<size_t>(size));
      CheckSymlinkTarget(target, limits_, subject);
      entry.link_target = std::move(target);
      break;
    }
    case S_IFIFO:
      entry.kind = EntryKind::kFifo;
      break;
    case S_IFSOCK:
      entry.kind = EntryKind::kSocket;
      break;
    default:
      entry.kind = EntryKind::kDevice;
  }
  budget_.Add(entry.path, entry.size);
  return entry;
}

void DirectoryReader::OpenFile(int at, const std::string& name, Entry* entry) {
  const std::string subject = EntrySubject(subject_, entry->path);
  // O_NONBLOCK: should a fifo take the file's place, it must not block.
  file_ = UniqueFd(
      openat(at, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file_) Fail(errno, subject);
  if (fstat(file_.get(), &file_status_) != 0) Fail(errno, subject);
  if (!S_ISREG(file_status_.st_mode)) {
    Refuse(subject, "the file changed while it was read");
  }
  entry->mode = file_status_.st_mode & 07777;
  entry->executable = (file_status_.st_mode & S_IXUSR) != 0;
  entry->mtime = file_status_.st_mtim.tv_sec;
  entry->size = static_cast<uint64_t>(file_status_.st_size);
  left_ = entry->size;
  current_ = entry->path;
}

ByteSpan DirectoryReader::Read() {
  if (left_ == 0) {
    if (file_) CheckUnchanged();
    file_.Reset();
    return {};
  }
  if (!buffer_) {
    buffer_ = std::make_unique_for_overwrite<std::byte[]>(kBufferBytes);
  }
  const auto wanted =
      static_cast<size_t>(std::min<uint64_t>(kBufferBytes, left_));
  const size_t size = ReadFull(file_.get(), {buffer_.get(), wanted}, current_);
  if (size < wanted) {
    Refuse(EntrySubject(subject_, current_),
           "the file became shorter while it was read");
  }
  left_ -= size;
  return {buffer_.get(), size};
}

void DirectoryReader::CheckUnchanged() {
  struct stat now;
  if (fstat(file_.get(), &now) != 0) {
    Fail(errno, EntrySubject(subject_, current_));
  }
  if (now.st_size != file_status_.st_size ||
      now.st_mtim.tv_sec != file_status_.st_mtim.tv_sec ||
      now.st_mtim.tv_nsec != file_status_.st_mtim.tv_nsec) {
    Refuse(EntrySubject(subject_, current_),
           "the file changed while it was read");
  }
}

}  // namespace

std::unique_ptr<Reader> OpenDirectory(const std::string& path,
                                      const Limits& limits) {
  return std::make_unique<DirectoryReader>(path, limits);
}

}  // namespace backgraft::archive
