#include "git/reflog.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "base/io.h"
#include "git/repository.h"

namespace backgraft::git {
namespace {

// HEAD is each working tree's own, refs are common to all.
const std::string& RootOf(const Repository& repository,
                          const std::string& name) {
  return name == "HEAD" ? repository.git_dir() : repository.common_dir();
}

// should_autocreate_reflog() of git's refs.c.
bool IsLoggedByDefault(const Repository& repository, const std::string& name) {
  const Config& config = repository.config();
  const char kKey[] = "core.logAllRefUpdates";
  auto value = config.GetString(kKey);
  if (value && *value == "always") return true;
  bool wanted =
      value ? config.GetBool(kKey).value_or(true) : !repository.is_bare();
  return wanted &&
         (name == "HEAD" || name.starts_with("refs/heads/") ||
          name.starts_with("refs/remotes/") || name.starts_with("refs/notes/"));
}

// One line, runs of white space as one space (copy_reflog_msg()).
std::string OneLine(const std::string& message) {
  std::string out;
  for (char c : message) {
    bool is_space = c == ' ' || (c >= '\t' && c <= '\r');
    if (!is_space)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace

void MakeDirectoriesOf(const std::string& root, const std::string& path) {
  for (size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string directory = root + "/" + path.substr(0, slash);
    if (mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST)
      ThrowErrno(errno, "cannot make", directory);
  }
}

void RemoveEmptyDirectoriesOf(const std::string& root,
                              const std::string& path) {
  std::string directory = path;
  for (;;) {
    size_t slash = directory.rfind('/');
    if (slash == std::string::npos) return;
    directory.resize(slash);
    if (directory.ends_with("refs") || directory.ends_with("refs/heads") ||
        directory.ends_with("refs/tags"))
      return;
    if (rmdir((root + "/" + directory).c_str()) != 0) return;
  }
}

void AppendReflog(const Repository& repository, const std::string& name,
                  const ReflogEntry& entry) {
  const std::string& root = RootOf(repository, name);
  const std::string file = "logs/" + name;
  const std::string path = root + "/" + file;
  int flags = O_WRONLY | O_APPEND | O_CLOEXEC;
  if (IsLoggedByDefault(repository, name)) {
    MakeDirectoriesOf(root, file);
    flags |= O_CREAT;
  }
  UniqueFd fd(open(path.c_str(), flags, 0666));
  if (!fd) {
    if ((errno == ENOENT || errno == ENOTDIR) && (flags & O_CREAT) == 0) return;
    ThrowErrno(errno, "cannot write", path);
  }
  const std::string line =
      (entry.before ? entry.before->Hex() : std::string(40, '0')) + " " +
      entry.after.Hex() + " " + entry.who + "\t" + OneLine(entry.message) +
      "\n";
  WriteAll(fd.get(), AsBytes(line), path);
}

void RemoveReflog(const Repository& repository, const std::string& name) {
  const std::string& root = RootOf(repository, name);
  RemoveFile(root + "/logs/" + name);
  RemoveEmptyDirectoriesOf(root, "logs/" + name);
}

}  // namespace backgraft::git
