// git's configuration as it holds for one repository, read once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "git/config_file.h"
#include "git/environment.h"

namespace backgraft::git {

// Immutable after Load(), hence safe to read from several threads.
class Config {
 public:
  // Nothing set.
  Config() = default;

  // Everything `git config --list` would show: system, XDG, global, local and
  // worktree files with their includes (include.path, includeIf with gitdir,
  // gitdir/i, onbranch, hasconfig), then GIT_CONFIG_COUNT and
  // GIT_CONFIG_PARAMETERS (git -c). `git_dir` is the repository's own git
  // directory, `common_dir` that of the main worktree (the same where there
  // are no others); both are "" outside a repository.
  //
  // Throws Error(kRefused) for a file git would refuse, Error(kIo) for one
  // that cannot be read.
  static Config Load(const std::string& git_dir, const std::string& common_dir,
                     const Environment& environment);

  // The value that counts (the last one). `key` is "section.name" or
  // "section.subsection.name" in any case but for the subsection. Nothing
  // where it is not set. A name without "=" is "" to GetString() and true to
  // GetBool(). GetBool() and GetInt() throw Error(kRefused) where the value is
  // none, as git does.
  std::optional<std::string> GetString(const std::string& key) const;
  std::optional<bool> GetBool(const std::string& key) const;
  std::optional<int64_t> GetInt(const std::string& key) const;
  // A file name: "~/" and "~user/" are expanded (git_config_pathname()).
  std::optional<std::string> GetPath(const std::string& key) const;
  // All values, in the order in which git reads them.
  std::vector<std::string> GetAll(const std::string& key) const;

  // Every entry in git's order; for settings found by pattern, as
  // "fetch.fsck.<msg-id>".
  const std::vector<ConfigEntry>& entries() const { return entries_; }

  // core.excludesFile and core.attributesFile, or the XDG files that take
  // their place; "" where there is no such place (no HOME).
  std::string ExcludesFile() const;
  std::string AttributesFile() const;

 private:
  const ConfigEntry* Find(const std::string& key) const;

  std::vector<ConfigEntry> entries_;
  // From a key to its places in entries_.
  std::map<std::string, std::vector<size_t>> index_;
  Environment environment_;
};

// `path` with a leading "~/" or "~user/" replaced by that home directory, as
// git's interpolate_path(). Nothing where there is no such directory.
std::optional<std::string> ExpandUserPath(const std::string& path,
                                          const Environment& environment);

}  // namespace backgraft::git
