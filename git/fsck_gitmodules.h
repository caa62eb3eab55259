// Checks the content of .gitmodules and .gitattributes files as git fsck does
// (fsck_blob in git's fsck.c, with its readers of configuration and URLs).
#pragma once

#include <string_view>

#include "git/fsck_messages.h"

namespace backgraft::git {

void CheckGitmodules(std::string_view bytes, FsckReporter* reporter);
void CheckGitattributes(std::string_view bytes, FsckReporter* reporter);

}  // namespace backgraft::git
