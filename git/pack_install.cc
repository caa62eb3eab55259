#include "git/pack_install.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/error.h"
#include "base/io.h"
#include "git/leftovers.h"

namespace backgraft::git {
namespace {

// The index as a durable temporary file; returns its path.
std::string WriteIndexFile(const std::string& pack_dir,
                           std::string_view bytes) {
  std::string name = pack_dir + "/" + kTemporaryIdxName + "XXXXXX";
  UniqueFd fd(mkostemp(name.data(), O_CLOEXEC));
  if (!fd) ThrowErrno(errno, "cannot write into", pack_dir);
  try {
    WriteAll(fd.get(), AsBytes(bytes), name);
    if (fchmod(fd.get(), 0444) != 0) ThrowErrno(errno, "cannot write", name);
    SyncFile(fd.get(), name);
  } catch (...) {
    unlink(name.c_str());
    throw;
  }
  return name;
}

void Rename(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) {
    ThrowErrno(errno, "cannot write", to);
  }
}

bool IsThere(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

}  // namespace

std::string MakePackDirectory(const std::string& objects_dir) {
  std::string directory = objects_dir + "/pack";
  if (mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) {
    ThrowErrno(errno, "cannot make", directory);
  }
  return directory;
}

void InstallPack(int fd, const std::string& path, const std::string& pack_dir,
                 const Sha1::Digest& checksum, std::string_view index) {
  const std::string name = pack_dir + "/pack-" + Hex(checksum);
  if (IsThere(name + ".pack") && IsThere(name + ".idx")) {
    unlink(path.c_str());
    return;
  }
  const std::string temporary = WriteIndexFile(pack_dir, index);
  bool linked = false;
  try {
    if (fchmod(fd, 0444) != 0) ThrowErrno(errno, "cannot write", path);
    SyncFile(fd, path);
    // The idx comes last: git looks for packs by their idx. Until then the
    // temporary name stays: it tells a recovery whose the pack is.
    unlink((name + ".pack").c_str());
    linked = link(path.c_str(), (name + ".pack").c_str()) == 0;
    if (!linked) Rename(path, name + ".pack");
    Rename(temporary, name + ".idx");
  } catch (...) {
    if (linked) unlink((name + ".pack").c_str());
    unlink(temporary.c_str());
    throw;
  }
  if (linked) unlink(path.c_str());
  SyncDirectory(pack_dir);
}

}  // namespace backgraft::git
