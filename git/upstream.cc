#include "git/upstream.h"

#include "git/libgit2.h"
#include "git/repository.h"

namespace backgraft::git {

std::optional<std::string> UpstreamOf(const Repository& repository,
                                      const std::string& ref) {
  git_buf buffer = GIT_BUF_INIT;
  const int result =
      git_branch_upstream_name(&buffer, repository.raw(), ref.c_str());
  std::optional<std::string> name;
  if (result == 0) name = std::string(buffer.ptr, buffer.size);
  git_buf_dispose(&buffer);
  // No branch, nothing configured, or a configuration that names nothing.
  if (result != GIT_ENOTFOUND && result != GIT_ERROR &&
      result != GIT_EINVALIDSPEC)
    Check(result, "cannot find the upstream branch");
  return name;
}

}  // namespace backgraft::git
