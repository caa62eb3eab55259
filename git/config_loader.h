// Which files make up git's configuration, and in which order (git's config.c,
// do_git_config_sequence()).
#pragma once

#include <string>
#include <vector>

#include "git/config_file.h"
#include "git/environment.h"

namespace backgraft::git {

// As Config::Load(), without an index.
std::vector<ConfigEntry> LoadConfigEntries(const std::string& git_dir,
                                           const std::string& common_dir,
                                           const Environment& environment);

}  // namespace backgraft::git
