#include "git/directory_stack.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"

namespace backgraft::git {

std::string_view ParentOf(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view()
                                         : path.substr(0, slash);
}

std::string_view NameOf(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

DirectoryStack::DirectoryStack(const std::string& root) : root_(root) {
  levels_.push_back({0, OpenFile(root, O_PATH | O_DIRECTORY)});
}

std::string DirectoryStack::Full(std::string_view path) const {
  return root_ + "/" + std::string(path);
}

namespace {

// Whether `path` is `directory` or below it.
bool IsWithin(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

}  // namespace

bool DirectoryStack::Enter(std::string_view directory, Missing missing) {
  if (missing == Missing::kCreate) missing_.clear();
  if (!missing_.empty() && IsWithin(directory, missing_)) {
    blocked_.clear();
    return false;
  }
  auto is_above = [&](size_t size) {
    return size == 0 ||
           IsWithin(directory, std::string_view(path_).substr(0, size));
  };
  while (!is_above(levels_.back().path_size)) levels_.pop_back();
  path_.resize(levels_.back().path_size);
  while (path_.size() < directory.size()) {
    size_t begin = path_.empty() ? 0 : path_.size() + 1;
    size_t end = directory.find('/', begin);
    if (end == std::string_view::npos) end = directory.size();
    std::string name(directory.substr(begin, end - begin));
    constexpr int kFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(levels_.back().fd.get(), name.c_str(), kFlags);
    if (fd < 0 && errno == ENOENT && missing == Missing::kCreate) {
      if (mkdirat(levels_.back().fd.get(), name.c_str(), 0777) != 0 &&
          errno != EEXIST)
        ThrowErrno(errno, "cannot create", Full(directory.substr(0, end)));
      fd = openat(levels_.back().fd.get(), name.c_str(), kFlags);
    }
    if (fd < 0) {
      blocked_.clear();
      if (errno == ENOENT) {
        missing_ = directory.substr(0, end);
        return false;
      }
      if (errno != ENOTDIR && errno != ELOOP)
        ThrowErrno(errno, "cannot open", Full(directory.substr(0, end)));
      blocked_ = directory.substr(0, end);
      return false;
    }
    path_ = directory.substr(0, end);
    levels_.push_back({path_.size(), UniqueFd(fd)});
  }
  return true;
}

std::optional<struct stat> StatAt(int directory, const std::string& name,
                                  const std::string& full_path) {
  struct stat out;
  if (fstatat(directory, name.c_str(), &out, AT_SYMLINK_NOFOLLOW) == 0)
    return out;
  if (errno != ENOENT && errno != ENOTDIR)
    ThrowErrno(errno, "cannot read", full_path);
  return std::nullopt;
}

bool RemoveDirectoryAt(int directory, const std::string& name,
                       const std::string& full_path) {
  if (unlinkat(directory, name.c_str(), AT_REMOVEDIR) == 0) return true;
  switch (errno) {
    case ENOTEMPTY:
    case EEXIST:
    case EBUSY:
    case EACCES:
    case EPERM:
    case ENOENT:
    case ENOTDIR:
      return false;
    default:
      ThrowErrno(errno, "cannot remove", full_path);
  }
}

std::string ReadLinkAt(int directory, const std::string& name,
                       const std::string& full_path) {
  std::string target(PATH_MAX, '\0');
  ssize_t size =
      readlinkat(directory, name.c_str(), target.data(), target.size());
  if (size < 0) ThrowErrno(errno, "cannot read", full_path);
  target.resize(static_cast<size_t>(size));
  return target;
}

std::string ReadFileAt(int directory, const std::string& name,
                       const std::string& full_path) {
  UniqueFd fd(openat(directory, name.c_str(),
                     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat file;
  if (!fd || fstat(fd.get(), &file) != 0)
    ThrowErrno(errno, "cannot read", full_path);
  if (!S_ISREG(file.st_mode)) ThrowErrno(EINVAL, "cannot read", full_path);
  std::string content(static_cast<size_t>(file.st_size), '\0');
  content.resize(ReadFull(fd.get(), std::as_writable_bytes(std::span(content)),
                          full_path));
  return content;
}

}  // namespace backgraft::git
