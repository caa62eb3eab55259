// core.sharedRepository: who else may use the files of a git directory.
#pragma once

#include <sys/types.h>

#include <string>

#include "git/config.h"

namespace backgraft::git {

// What it makes of the permissions of a new file (calc_shared_perm() of git's
// path.c).
mode_t SharedMode(const Config& config, mode_t mode);

// Gives a new file, open as `fd`, these permissions. `path` is for messages.
void ShareFile(const Config& config, int fd, const std::string& path);

}  // namespace backgraft::git
