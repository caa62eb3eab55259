#include "restore/new_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "base/escape.h"

namespace backgraft::restore {
namespace {

namespace fs = std::filesystem;

constexpr char kMark[] = ".backgraft-";
constexpr size_t kRandom = 6;  // letters that mkdtemp() chooses

std::string WithoutTrailingSlashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

bool IsThere(const std::string& path) {
  struct stat st;
  return lstat(path.c_str(), &st) == 0;
}

// Nothing to be done about what cannot be removed: it is ours, and whoever asks
// is failing already.
void RemoveContents(const std::string& directory) noexcept {
  std::error_code ignored;
  fs::directory_iterator entries(directory, ignored);
  if (ignored) return;
  for (const fs::directory_entry& entry : entries) {
    fs::remove_all(entry.path(), ignored);
  }
}

UniqueFd Lock(const std::string& directory) {
  UniqueFd fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd && flock(fd.get(), LOCK_EX | LOCK_NB) != 0) fd.Reset();
  return fd;
}

}  // namespace

bool IsFree(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (status.type() == fs::file_type::not_found) return true;
  const bool directory = fs::is_directory(path, error);
  if (error) ThrowErrno(error.value(), "cannot read", path);
  if (!directory) {
    throw Error(ErrorKind::kRefused, Quote(path) + " is no directory");
  }
  const bool empty = fs::is_empty(path, error);
  if (error) ThrowErrno(error.value(), "cannot read", path);
  return empty;
}

NewDirectory::NewDirectory(const std::string& path)
    : place_(WithoutTrailingSlashes(path)) {
  if (IsThere(place_)) {
    work_ = place_;
    return;
  }
  const size_t slash = place_.rfind('/');
  parent_ = slash == std::string::npos ? "."
            : slash == 0               ? "/"
                                       : place_.substr(0, slash);
  name_ = place_.substr(slash + 1);
  try {
    MakeParents();
    SweepLeftovers();
    MakeStaging();
  } catch (...) {
    for (auto made = parents_.rbegin(); made != parents_.rend(); ++made) {
      rmdir(made->c_str());
    }
    throw;
  }
}

NewDirectory::~NewDirectory() {
  if (published_) return;
  RemoveContents(work_);
  if (work_ == place_) return;
  rmdir(work_.c_str());
  for (auto made = parents_.rbegin(); made != parents_.rend(); ++made) {
    rmdir(made->c_str());
  }
}

void NewDirectory::MakeParents() {
  for (size_t slash = parent_.find('/', 1);;
       slash = parent_.find('/', slash + 1)) {
    const std::string directory = parent_.substr(0, slash);
    if (mkdir(directory.c_str(), 0777) == 0) {
      parents_.push_back(directory);
    } else if (errno != EEXIST) {
      ThrowErrno(errno, "cannot make", directory);
    }
    if (slash == std::string::npos) return;
  }
}

void NewDirectory::SweepLeftovers() const {
  const std::string prefix = "." + name_ + kMark;
  std::error_code error;
  fs::directory_iterator entries(parent_, error);
  if (error) return;  // MakeStaging() tells why, if it matters
  std::vector<std::string> leftovers;
  for (const fs::directory_entry& entry : entries) {
    const std::string name = entry.path().filename().native();
    if (name.starts_with(prefix) && name.size() == prefix.size() + kRandom) {
      leftovers.push_back(entry.path().native());
    }
  }
  for (const std::string& leftover : leftovers) {
    if (UniqueFd dead = Lock(leftover)) fs::remove_all(leftover, error);
  }
}

void NewDirectory::MakeStaging() {
  std::string name = parent_ + "/." + name_ + kMark + "XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    ThrowErrno(errno, "cannot make a directory in", parent_);
  }
  work_ = name;
  lock_ = Lock(work_);
  const mode_t mask = umask(0);
  umask(mask);
  if (!lock_ || fchmod(lock_.get(), 0777 & ~mask) != 0) {
    const int why = errno;
    rmdir(work_.c_str());
    ThrowErrno(why, "cannot make a directory in", parent_);
  }
}

void NewDirectory::Publish() {
  if (work_ != place_) {
    if (renameat2(AT_FDCWD, work_.c_str(), AT_FDCWD, place_.c_str(),
                  RENAME_NOREPLACE) != 0) {
      if (errno == EEXIST) {
        throw Error(ErrorKind::kRefused,
                    Quote(place_) + " has come into being meanwhile",
                    {"look at it, then run the command again"});
      }
      ThrowErrno(errno, "cannot make", place_);
    }
    published_ = true;
    SyncDirectory(parent_);
    return;
  }
  published_ = true;
}

}  // namespace backgraft::restore
