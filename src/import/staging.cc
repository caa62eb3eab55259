#include "import/staging.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "import/tree_handle.h"

namespace backgraft::imports {

Staging::Staging(const FilesTarget& target, const std::string& operation)
    : parent_(target.parent),
      name_(".backgraft-" + target.name + "-" + operation),
      path_((parent_ == "/" ? "" : parent_) + "/" + name_),
      parent_fd_(OpenFile(parent_, O_RDONLY | O_DIRECTORY)) {
  if (mkdirat(parent_fd_.get(), name_.c_str(), 0700) != 0) {
    ThrowErrno(errno, "cannot make", path_);
  }
  fd_ = UniqueFd(OpenBeneath(parent_fd_.get(), name_, O_RDONLY | O_DIRECTORY));
  if (!fd_ || flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) {
    const int why = errno;
    unlinkat(parent_fd_.get(), name_.c_str(), AT_REMOVEDIR);
    ThrowErrno(why, "cannot lock", path_);
  }
}

Staging::~Staging() {
  if (kept_) return;
  try {
    RemoveTree(parent_fd_.get(), name_, path_);
  } catch (const Error&) {
    // The next import into the same directory sweeps what is left.
  }
}

UniqueFd Staging::Make(const std::string& name) const {
  if (mkdirat(fd_.get(), name.c_str(), 0700) != 0) {
    ThrowErrno(errno, "cannot make", path_ + "/" + name);
  }
  return OpenDirectoryBeneath(fd_.get(), name, path_);
}

}  // namespace backgraft::imports
