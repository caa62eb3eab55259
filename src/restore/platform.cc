#include "restore/platform.h"

#include <algorithm>
#include <string_view>

namespace backgraft::restore {
namespace {

// What stands in quotes behind the first `key` that is followed by `=`, `,`,
// `:` or nothing but blanks before the quote.
std::string QuotedAfter(std::string_view text, std::string_view key) {
  for (size_t at = text.find(key); at != std::string_view::npos;
       at = text.find(key, at + 1)) {
    size_t quote = text.find_first_not_of(" \t=,:'\"", at + key.size());
    if (quote == std::string_view::npos) return {};
    size_t open = text.find_last_of("'\"", quote);
    if (open == std::string_view::npos || open < at + key.size() - 1) continue;
    size_t end = text.find_first_of("'\"\n", quote);
    if (end == std::string_view::npos) return {};
    std::string_view value = text.substr(quote, end - quote);
    bool version =
        value.size() <= 40 &&
        value.find_first_not_of(
            "0123456789.abcdefghijklmnopqrstuvwxyz"
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ-+") == std::string_view::npos;
    if (version) return std::string(value);
  }
  return {};
}

struct Sign {
  std::string_view file;    // below the document root
  std::string_view marker;  // must stand in it
  std::string_view key;     // the version is quoted behind it
  std::string_view name;
};

// In this order: Backdrop's bootstrap.inc is a descendant of Drupal 7's.
constexpr Sign kSigns[] = {
    {"wp-includes/version.php", "$wp_version", "$wp_version", "WordPress"},
    {"core/lib/Drupal.php", "class Drupal", "const VERSION", "Drupal"},
    {"core/includes/bootstrap.inc", "BACKDROP_VERSION", "'BACKDROP_VERSION'",
     "Backdrop"},
    {"includes/bootstrap.inc", "DRUPAL_", "'VERSION'", "Drupal"},
    {"libraries/src/Version.php", "Joomla", "", "Joomla"},
    {"composer.json", "\"laravel/framework\"", "", "Laravel"},
    {"composer.json", "", "", "PHP (Composer)"},
    {"package.json", "", "", "Node"},
};

constexpr std::string_view kDocumentRoots[] = {"", "web/", "docroot/",
                                               "public/", "wp/"};

}  // namespace

std::optional<Platform> DetectPlatform(
    const std::vector<std::pair<std::string, std::string>>& contents) {
  for (const Sign& sign : kSigns) {
    for (std::string_view root : kDocumentRoots) {
      std::string path = std::string(root) + std::string(sign.file);
      auto file =
          std::find_if(contents.begin(), contents.end(),
                       [&](const auto& kept) { return kept.first == path; });
      if (file == contents.end() ||
          file->second.find(sign.marker) == std::string::npos) {
        continue;
      }
      Platform platform{std::string(sign.name), {}};
      if (!sign.key.empty()) {
        platform.version = QuotedAfter(file->second, sign.key);
      }
      return platform;
    }
  }
  return std::nullopt;
}

}  // namespace backgraft::restore
