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

// Joomla's number is in parts: MAJOR_VERSION and so on, before 3.8 RELEASE and
// DEV_LEVEL.
std::string JoomlaVersion(std::string_view text) {
  std::string version;
  for (const char* part : {"MAJOR_VERSION", "MINOR_VERSION", "PATCH_VERSION"}) {
    const size_t at = text.find(part);
    if (at == std::string_view::npos) break;
    const size_t digits = text.find_first_of("0123456789;", at);
    if (digits == std::string_view::npos || text[digits] == ';') break;
    const size_t end = text.find_first_not_of("0123456789", digits);
    if (!version.empty()) version += '.';
    version += text.substr(digits, end - digits);
  }
  if (!version.empty()) return version;
  version = QuotedAfter(text, "RELEASE");
  const std::string level = QuotedAfter(text, "DEV_LEVEL");
  return level.empty() ? version : version + "." + level;
}

// The version of `package` in a composer.lock.
std::string LockedVersion(std::string_view lock, std::string_view package) {
  const std::string name = "\"" + std::string(package) + "\"";
  const size_t at = lock.find("\"name\": " + name);
  if (at == std::string_view::npos) return {};
  std::string version = QuotedAfter(lock.substr(at), "\"version\"");
  if (version.starts_with('v')) version.erase(0, 1);
  return version;
}

const std::string* Find(const TellingContents::Contents& contents,
                        const std::string& path) {
  const auto file =
      std::find_if(contents.begin(), contents.end(),
                   [&](const auto& kept) { return kept.first == path; });
  return file == contents.end() ? nullptr : &file->second;
}

struct Sign {
  std::string_view file;    // below the document root
  std::string_view marker;  // must stand in it
  std::string_view key;     // the version is quoted behind it
  std::string_view name;
};

constexpr std::string_view kLaravelVersion =
    "vendor/laravel/framework/src/Illuminate/Foundation/Application.php";

// In this order: Backdrop's bootstrap.inc is a descendant of Drupal 7's.
constexpr Sign kSigns[] = {
    {"wp-includes/version.php", "$wp_version", "$wp_version", "WordPress"},
    {"core/lib/Drupal.php", "class Drupal", "const VERSION", "Drupal"},
    {"core/includes/bootstrap.inc", "BACKDROP_VERSION", "'BACKDROP_VERSION'",
     "Backdrop"},
    {"includes/bootstrap.inc", "DRUPAL_", "'VERSION'", "Drupal"},
    {"libraries/src/Version.php", "Joomla", "", "Joomla"},
    {"libraries/cms/version/version.php", "Joomla", "", "Joomla"},
    {kLaravelVersion, "Illuminate", "const VERSION", "Laravel"},
    {"composer.json", "\"laravel/framework\"", "", "Laravel"},
    {"composer.json", "", "", "PHP (Composer)"},
    {"package.json", "", "", "Node"},
};

constexpr std::string_view kDocumentRoots[] = {"", "web/", "docroot/",
                                               "public/", "wp/"};

std::string VersionOf(const Sign& sign, const std::string& root,
                      const std::string& text,
                      const TellingContents::Contents& contents) {
  if (!sign.key.empty()) return QuotedAfter(text, sign.key);
  if (sign.name == "Joomla") return JoomlaVersion(text);
  const char* beside = sign.name == "Laravel" ? "composer.lock"
                       : sign.name == "Node"  ? ".nvmrc"
                                              : "";
  const std::string* file = Find(contents, root + beside);
  if (file == nullptr) return {};
  if (sign.name == "Laravel") return LockedVersion(*file, "laravel/framework");
  // A line that is no number is a name ("lts/*"), which is no version.
  const std::string line = file->substr(0, file->find_first_of("\r\n"));
  const std::string version = line.starts_with('v') ? line.substr(1) : line;
  return version.find_first_not_of("0123456789.") == std::string::npos ? version
                                                                       : "";
}

}  // namespace

std::optional<Platform> DetectPlatform(
    const TellingContents::Contents& contents, bool has_index_php) {
  for (const Sign& sign : kSigns) {
    for (std::string_view place : kDocumentRoots) {
      const std::string root(place);
      const std::string* text = Find(contents, root + std::string(sign.file));
      if (text == nullptr || text->find(sign.marker) == std::string::npos) {
        continue;
      }
      return Platform{std::string(sign.name),
                      VersionOf(sign, root, *text, contents), root};
    }
  }
  if (has_index_php) return Platform{"PHP", {}, {}};
  return std::nullopt;
}

bool IsIndexPhp(const std::string& path) {
  return std::any_of(std::begin(kDocumentRoots), std::end(kDocumentRoots),
                     [&](std::string_view root) {
                       return path.size() == root.size() + 9 &&
                              path.starts_with(root) &&
                              path.ends_with("index.php");
                     });
}

}  // namespace backgraft::restore
