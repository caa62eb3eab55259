#include "archive/spool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/error.h"

namespace backgraft::archive {
namespace {

UniqueFd OpenUnnamed() {
  const char* directory = getenv("TMPDIR");
  if (directory == nullptr || *directory == '\0') directory = "/tmp";
  UniqueFd fd(open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (fd) return fd;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) {
    ThrowErrno(errno, "cannot make a temporary file in", directory);
  }
  // A filesystem without O_TMPFILE: the name lives for one system call.
  std::string path = std::string(directory) + "/backgraft-XXXXXX";
  fd = UniqueFd(mkostemp(path.data(), O_CLOEXEC));
  if (!fd) ThrowErrno(errno, "cannot make a temporary file in", directory);
  if (unlink(path.c_str()) != 0) ThrowErrno(errno, "cannot remove", path);
  return fd;
}

}  // namespace

UniqueFd Spool(ByteSource& source) {
  UniqueFd fd = OpenUnnamed();
  std::vector<std::byte> buffer(size_t{256} << 10);
  for (;;) {
    const size_t size = source.Read(buffer);
    if (size == 0) return fd;
    WriteAll(fd.get(), ByteSpan(buffer).first(size), "a temporary file");
  }
}

}  // namespace backgraft::archive
