#include "restore/entry_rules.h"

#include "base/error.h"
#include "base/escape.h"
#include "git/dotgit.h"

namespace backgraft::restore {

std::string_view LastComponent(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::unordered_set<std::string> ParentsOf(
    const std::vector<const std::string*>& files,
    const std::unordered_set<std::string>& directories,
    const std::string& source_name) {
  std::unordered_set<std::string> parents;
  auto add = [&](const std::string& path) {
    for (size_t slash = path.rfind('/');
         slash != std::string::npos && slash > 0;
         slash = path.rfind('/', slash - 1)) {
      if (!parents.insert(path.substr(0, slash)).second) break;
    }
  };
  for (const std::string* path : files) add(*path);
  for (const std::string& path : directories) add(path);
  for (const std::string* path : files) {
    if (!parents.contains(*path) && !directories.contains(*path)) continue;
    throw Error(ErrorKind::kBadSource, "entry " + Quote(*path) + " of " +
                                           Quote(source_name) +
                                           " is a file and a directory");
  }
  return parents;
}

std::string_view GitPart(std::string_view path) {
  size_t start = 0;
  for (;;) {
    size_t end = path.find('/', start);
    if (path.substr(start, end - start) == ".git") {
      return path.substr(0, end);
    }
    if (end == std::string_view::npos) return {};
    start = end + 1;
  }
}

bool MayBeConverted(std::string_view bytes) {
  return bytes.find('\r') != std::string_view::npos ||
         bytes.find("$Id") != std::string_view::npos ||
         bytes.starts_with("\xFE\xFF") || bytes.starts_with("\xFF\xFE");
}

bool IsRuleFile(std::string_view name) {
  return name == ".gitignore" ||
         git::IsDotFile(name, git::DotFile::kGitattributes) ||
         git::IsDotGitmodulesAnywhere(name);
}

bool IsTelling(std::string_view path) {
  static constexpr std::string_view kNames[] = {
      "wp-includes/version.php", "core/lib/Drupal.php",
      "includes/bootstrap.inc", "core/includes/bootstrap.inc",
      "modules/system/system.info", "libraries/src/Version.php",
      "libraries/cms/version/version.php", "composer.json", "composer.lock",
      "package.json", ".nvmrc",
      // Where passwords stand: see site_notes.h.
      "wp-config.php", "settings.php", "settings.local.php",
      "configuration.php", ".env",
      // The outside of backups that hold more than code: see backup_layout.h.
      "MANIFEST.ini", "MANIFEST.yml"};
  // Packages bring hundreds of these along; but Laravel is one itself.
  if (path.find("node_modules/") != std::string_view::npos ||
      path.find("vendor/") != std::string_view::npos) {
    return path.ends_with(
        "laravel/framework/src/Illuminate/Foundation/"
        "Application.php");
  }
  for (std::string_view name : kNames) {
    if (path.ends_with(name)) return true;
  }
  return false;
}

}  // namespace backgraft::restore
