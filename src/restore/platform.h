// Which content management system or framework a site's code is.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace backgraft::restore {

struct Platform {
  std::string name;     // "WordPress", "Drupal", "Backdrop", "Joomla", …
  std::string version;  // empty where it does not tell
};

// `contents` are the telling files of the code (see IsTelling()) with their
// paths below its root; the code may also stand in a document root one level
// down
// ("web/", "docroot/").
std::optional<Platform> DetectPlatform(
    const std::vector<std::pair<std::string, std::string>>& contents);

}  // namespace backgraft::restore
