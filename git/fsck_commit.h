// Checks the bytes of commits and tags as git fsck does (fsck_commit, fsck_tag
// and fsck_ident in git's fsck.c), and as its parsers do before that.
#pragma once

#include <string_view>

#include "git/fsck_messages.h"

namespace backgraft::git {

void CheckCommit(std::string_view bytes, FsckReporter* reporter);
void CheckTag(std::string_view bytes, FsckReporter* reporter);

}  // namespace backgraft::git
