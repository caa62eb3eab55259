#include "source/partial_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "base/error.h"
#include "base/sha.h"
#include "base/spool.h"
#include "source/link.h"

namespace backgraft::source {
namespace {

constexpr int64_t kKeptSeconds = int64_t{14} * 24 * 3600;

std::string CacheDirectory() {
  const char* cache = getenv("XDG_CACHE_HOME");
  // Relative ones are invalid by the standard that names the variable.
  if (cache != nullptr && *cache == '/') {
    std::error_code ignored;
    std::filesystem::create_directories(cache, ignored);
    return std::string(cache) + "/backgraft";
  }
  const char* home = getenv("HOME");
  if (home == nullptr || *home != '/') return {};
  std::string directory = std::string(home) + "/.cache";
  // Nobody wants a home made by this; where there is none, mkdir fails.
  static_cast<void>(mkdir(directory.c_str(), 0700));
  return directory + "/backgraft";
}

// Downloads that nobody came back for.
void Prune(const std::string& directory) {
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, ignored)) {
    struct stat status;
    if (lstat(entry.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
        time(nullptr) - status.st_mtime < kKeptSeconds) {
      continue;
    }
    const UniqueFd fd(
        open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (fd && flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
      static_cast<void>(unlink(entry.path().c_str()));
    }
  }
}

std::string KeyOf(const std::string& link) {
  Sha256 hash;
  hash.Update(AsBytes(ShownName(link)));
  return Hex(hash.Finish());
}

bool SameFile(int fd, const std::string& path) {
  struct stat ours, there;
  return fstat(fd, &ours) == 0 && lstat(path.c_str(), &there) == 0 &&
         ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

}  // namespace

std::string ContentVersion::Validator() const {
  if (!etag.empty() && !etag.starts_with("W/")) return etag;
  return last_modified;
}

PartialFile::PartialFile(const std::string& link) {
  const std::string directory = CacheDirectory();
  if (!directory.empty() && OpenNamed(directory, KeyOf(link))) return;
  const char* temporary = getenv("TMPDIR");
  path_ = temporary != nullptr && *temporary != '\0' ? temporary : "/tmp";
  fd_ = OpenNamelessFile("");
}

bool PartialFile::OpenNamed(const std::string& directory,
                            const std::string& key) {
  struct stat status;
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return false;
  // Another user's directory is no place for our bytes.
  if (lstat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
      status.st_uid != geteuid()) {
    return false;
  }
  Prune(directory);
  path_ = directory + "/" + key + ".part";
  UniqueFd fd(
      open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd || fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      flock(fd.get(), LOCK_EX | LOCK_NB) != 0 || !SameFile(fd.get(), path_)) {
    return false;
  }
  fd_ = std::move(fd);
  named_ = true;
  kept_bytes_ = static_cast<uint64_t>(status.st_size);
  if (kept_bytes_ > 0) ReadNotes();
  return true;
}

void PartialFile::ReadNotes() {
  std::string text;
  ContentVersion version;
  std::string total;
  bool good = ReadFileIfExists(notes_path(), &text);
  std::istringstream lines(text);
  good = good && std::getline(lines, version.etag) &&
         std::getline(lines, version.last_modified) &&
         std::getline(lines, total);
  uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(total.data(), total.data() + total.size(), number);
  good = good && error == std::errc() && end == total.data() + total.size();
  version.total = number;
  // What is whole, or longer, was not left by an interruption.
  if (!good || version.Validator().empty() || kept_bytes_ >= number) {
    kept_bytes_ = 0;
    return;
  }
  kept_version_ = version;
}

void PartialFile::Restart(const ContentVersion& version) {
  kept_bytes_ = 0;
  if (ftruncate(fd_.get(), 0) != 0) ThrowErrno(errno, "cannot write", path_);
  if (!named_) return;
  if (version.Validator().empty() || !version.total) {
    static_cast<void>(unlink(notes_path().c_str()));
    return;
  }
  const UniqueFd notes =
      OpenFile(notes_path(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
  WriteAll(notes.get(),
           AsBytes(version.etag + "\n" + version.last_modified + "\n" +
                   std::to_string(*version.total) + "\n"),
           notes_path());
}

void PartialFile::Remove() noexcept {
  if (!named_) return;
  named_ = false;
  static_cast<void>(unlink((path_ + ".version").c_str()));
  static_cast<void>(unlink(path_.c_str()));
}

}  // namespace backgraft::source
