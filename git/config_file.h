// The syntax of git's configuration files (git's config.c, git-config(1)).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backgraft::git {

struct ConfigEntry {
  // "section.name" or "section.subsection.name": section and name in lower
  // case, the subsection as it stands.
  std::string key;
  // Nothing for a name without "=", which git takes as true.
  std::optional<std::string> value{};
};

// The entries of a file, in its order. Throws Error(kRefused) naming
// `file_name` and the line where git would die ("bad config line").
std::vector<ConfigEntry> ParseConfigFile(std::string_view text,
                                         const std::string& file_name);

// `key` in the form of ConfigEntry::key; nothing where git would call it
// invalid (no section, no name, characters it does not take).
std::optional<std::string> CanonicalConfigKey(std::string_view key);

}  // namespace backgraft::git
