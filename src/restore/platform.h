// Which content management system or framework a site's code is.
#pragma once

#include <optional>
#include <string>

#include "restore/telling_contents.h"

namespace backgraft::restore {

struct Platform {
  // "WordPress", "Drupal", "Backdrop", "Joomla", "Laravel", "PHP (Composer)",
  // "Node" or "PHP".
  std::string name;
  std::string version;  // empty where its files do not tell
  // Where it stands in the code: "" or a document root, as "web/".
  std::string root;
};

// `contents` are the telling files of the code (see IsTelling()); the code may
// also stand in a document root one level down ("web/", "docroot/").
// `has_index_php`: one of these roots holds an index.php, which makes it PHP
// where nothing tells more.
std::optional<Platform> DetectPlatform(
    const TellingContents::Contents& contents, bool has_index_php);

// Whether `path` is the index.php of a place where DetectPlatform() looks.
bool IsIndexPhp(const std::string& path);

}  // namespace backgraft::restore
