// Who commits: author and committer from the places where git looks for them,
// in git's order (ident.c, git-commit-tree(1)).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "git/config.h"
#include "git/environment.h"
#include "git/signature.h"

namespace backgraft::git {

struct IdentityOptions {
  std::optional<std::string> author{};  // --author "Name <email>"
  std::optional<std::string> date{};    // --date
  // The author date where neither --date nor GIT_AUTHOR_DATE is given (a
  // backup's time), seconds since 1970, in UTC.
  std::optional<int64_t> author_time{};
};

struct Identity {
  Signature author;
  Signature committer;
};

// Name and email: --author, GIT_AUTHOR_NAME/EMAIL, author.*, user.*, then EMAIL
// for the address (not with user.useConfigOnly); the same with COMMITTER.
// Unlike git, never made up from login and host name.
// Dates: --date, GIT_*_DATE, author_time, SOURCE_DATE_EPOCH, `now` in the local
// zone.
//
// Throws Error(kRefused) with git's advice where somebody is unknown, a name is
// empty or made of punctuation, or a date in the environment is none;
// Error(kUsage) for an --author or --date that is none.
Identity ResolveIdentity(const Config& config, const Environment& environment,
                         const IdentityOptions& options, int64_t now);

}  // namespace backgraft::git
