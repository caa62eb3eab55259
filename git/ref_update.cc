// UpdateRef(): as git's files backend does it (refs/files-backend.c), with
// locks that a recovery can tell from those of others.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/error.h"
#include "base/escape.h"
#include "base/io.h"
#include "git/lock_file.h"
#include "git/packed_refs.h"
#include "git/reflog.h"
#include "git/refs.h"
#include "git/repository.h"
#include "git/shared_mode.h"

namespace backgraft::git {
namespace {

namespace fs = std::filesystem;

// Removes a second name, if one was made, when everything is done.
class Witness {
 public:
  explicit Witness(const std::string& path) : path_(path) {}
  ~Witness() {
    if (!path_.empty()) unlink(path_.c_str());
  }
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;

 private:
  const std::string path_;
};

// core.filesRefLockTimeout, in milliseconds, where git is not told otherwise.
constexpr int kPatience = 100;
// git's SYMREF_MAXDEPTH.
constexpr int kMaxDepth = 5;
// Another program may remove directories that are empty while we fill them.
constexpr int kAttempts = 3;

constexpr std::string_view kSymbolic = "ref:";

std::string RootOf(const Repository& repository, const std::string& name) {
  return name == "HEAD" ? repository.git_dir() : repository.common_dir();
}

std::string Trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  return text;
}

// What the ref's own file says; "" where there is none.
std::string ReadLoose(const Repository& repository, const std::string& name) {
  const std::string path = RootOf(repository, name) + "/" + name;
  struct stat file;
  std::string text;
  // An empty directory may stand where a ref is to be.
  if (lstat(path.c_str(), &file) != 0 || S_ISDIR(file.st_mode)) return "";
  ReadFileIfExists(path, &text);
  return Trimmed(std::move(text));
}

std::string TargetOf(const std::string& text) {
  size_t at = kSymbolic.size();
  while (at < text.size() && text[at] == ' ') ++at;
  return text.substr(at);
}

}  // namespace

std::string ResolveRefName(const Repository& repository, std::string name) {
  for (int depth = 0; name != "HEAD" && depth < kMaxDepth; ++depth) {
    const std::string text = ReadLoose(repository, name);
    if (!text.starts_with(kSymbolic)) break;
    name = TargetOf(text);
  }
  return name;
}

namespace {

// Under the lock. A symbolic HEAD is at nothing: somebody switched to a branch.
std::optional<Oid> ReadDirect(const Repository& repository,
                              const std::string& name) {
  const std::string text = ReadLoose(repository, name);
  if (text.starts_with(kSymbolic)) return std::nullopt;
  if (text.empty())
    return name == "HEAD" ? std::nullopt
                          : ReadPackedRef(repository.common_dir(), name);
  auto oid = Oid::FromHex(text.substr(0, 40));
  if (!oid)
    throw Error(ErrorKind::kIo, "the ref " + Quote(name) + " is damaged",
                {"git fsck --full"});
  return oid;
}

LockFile LockRef(const Repository& repository, const std::string& name,
                 const std::string& witness) {
  const std::string root = RootOf(repository, name);
  for (int attempt = 1;; ++attempt) {
    try {
      MakeDirectoriesOf(root, name);
      LockFile lock = LockFile::Take(root + "/" + name, witness,
                                     "the ref " + Quote(name), kPatience);
      ShareFile(repository.config(), lock.fd(), lock.lock_path());
      return lock;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kIo || attempt == kAttempts) throw;
    }
  }
}

// A ref above or below `name`, which cannot stand beside it.
void RefuseClash(const Repository& repository, const std::string& name) {
  std::optional<std::string> clash =
      FindPackedClash(repository.common_dir(), name);
  for (size_t slash = name.rfind('/'); !clash && slash != std::string::npos;
       slash = slash == 0 ? std::string::npos : name.rfind('/', slash - 1)) {
    struct stat file;
    const std::string above = name.substr(0, slash);
    if (lstat((repository.common_dir() + "/" + above).c_str(), &file) == 0 &&
        !S_ISDIR(file.st_mode))
      clash = above;
  }
  std::error_code none;
  const fs::path below(repository.common_dir() + "/" + name);
  if (!clash && fs::is_directory(below, none)) {
    for (const auto& entry : fs::recursive_directory_iterator(below, none))
      if (!entry.is_directory())
        clash = name + "/" + entry.path().lexically_relative(below).native();
  }
  if (clash)
    throw Error(
        ErrorKind::kRefused,
        "cannot make the ref " + Quote(name) + ": " + Quote(*clash) + " exists",
        {"rename one of them: git branch -m, or remove it: git update-ref -d " +
         Quote(*clash)});
}

// Empty directories where the file is to be, which git removes as well.
void RemoveEmptyTree(const std::string& path) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(path, none))
    if (entry.is_directory(none)) RemoveEmptyTree(entry.path().native());
  rmdir(path.c_str());
}

void Log(const Repository& repository, const std::string& name,
         const ReflogEntry& entry) {
  AppendReflog(repository, name, entry);
  if (name == "HEAD") return;
  const std::string head = ReadLoose(repository, "HEAD");
  if (head.starts_with(kSymbolic) &&
      ResolveRefName(repository, TargetOf(head)) == name)
    AppendReflog(repository, "HEAD", entry);
}

void Delete(const Repository& repository, const std::string& name,
            const std::string& witness) {
  const std::string& root = repository.common_dir();
  const std::string packed_witness = witness.empty() ? "" : witness + "-packed";
  const Witness removed_at_the_end(packed_witness);
  RemovePackedRefs(root, {name}, packed_witness);
  const std::string path = root + "/" + name;
  if (unlink(path.c_str()) != 0 && errno != ENOENT && errno != EISDIR)
    ThrowErrno(errno, "cannot remove", path);
  SyncDirectory(path.substr(0, path.rfind('/')));
  RemoveReflog(repository, name);
}

}  // namespace

RefOutcome UpdateRef(const Repository& repository, const RefUpdate& update,
                     const std::string& who, const std::string& log_message,
                     const std::string& witness) {
  const std::string name = ResolveRefName(repository, update.name);
  const std::string root = RootOf(repository, name);
  const Witness removed_at_the_end(witness);
  if (!update.before && update.after) RefuseClash(repository, name);
  {
    LockFile lock = LockRef(repository, name, witness);
    const std::optional<Oid> now = ReadDirect(repository, name);
    const bool switched =
        name == "HEAD" && ReadLoose(repository, name).starts_with(kSymbolic);
    if (switched || now != update.before) return RefOutcome::kMoved;
    if (update.after) {
      lock.Write(update.after->Hex() + "\n");
      Log(repository, name, {now, *update.after, who, log_message});
      const std::string path = root + "/" + name;
      struct stat file;
      if (lstat(path.c_str(), &file) == 0 && S_ISDIR(file.st_mode))
        RemoveEmptyTree(path);
      lock.Publish();
      SyncDirectory(path.substr(0, path.rfind('/')));
    } else {
      Require(name != "HEAD", "HEAD is never deleted");
      Delete(repository, name, witness);
      lock.Release();
    }
  }
  if (!update.after) RemoveEmptyDirectoriesOf(root, name);
  return RefOutcome::kUpdated;
}

}  // namespace backgraft::git
