// How strict a repository is with what comes into it.
#pragma once

#include "git/fsck_messages.h"

namespace backgraft::git {

class Config;

// fetch.fsck.<msg-id> and fetch.fsck.skipList, on top of what git fsck --strict
// asks. Error(kRefused) for values that git refuses, Error(kIo) for a list that
// cannot be read.
FsckOptions FsckOptionsOf(const Config& config);

}  // namespace backgraft::git
