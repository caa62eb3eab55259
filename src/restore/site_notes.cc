#include "restore/site_notes.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "restore/entry_rules.h"

namespace backgraft::restore {
namespace {

using Kind = SiteNote::Kind;

struct Place {
  std::string_view platform;   // "" is any
  std::string_view directory;  // below the document root; "*" is one component
  Kind kind;
};

constexpr Place kPlaces[] = {
    {"WordPress", "wp-content/uploads", Kind::kUploads},
    {"WordPress", "wp-content/cache", Kind::kBuildOutput},
    {"Drupal", "sites/*/files", Kind::kUploads},
    {"Drupal", "sites/*/private", Kind::kUploads},
    {"Backdrop", "files", Kind::kUploads},
    {"Backdrop", "sites/*/files", Kind::kUploads},
    {"Joomla", "images", Kind::kUploads},
    {"Joomla", "cache", Kind::kBuildOutput},
    {"Joomla", "tmp", Kind::kBuildOutput},
    {"Laravel", "storage/app", Kind::kUploads},
    {"Laravel", "storage/framework", Kind::kBuildOutput},
    {"Laravel", "storage/logs", Kind::kBuildOutput},
    {"Laravel", "public/build", Kind::kBuildOutput},
    {"Node", "dist", Kind::kBuildOutput},
    {"Node", "build", Kind::kBuildOutput},
    {"Node", ".next", Kind::kBuildOutput},
    {"Node", ".nuxt", Kind::kBuildOutput},
    {"PHP", "uploads", Kind::kUploads},
    {"PHP (Composer)", "uploads", Kind::kUploads},
};

// The directory that `place` makes of `path`; "" where `path` is not below it.
std::string Below(std::string_view path, std::string_view root,
                  std::string_view place) {
  if (!path.starts_with(root)) return {};
  size_t at = root.size();
  while (!place.empty()) {
    const std::string_view part = place.substr(0, place.find('/'));
    place.remove_prefix(std::min(place.size(), part.size() + 1));
    const size_t end = path.find('/', at);
    if (end == std::string_view::npos) return {};
    if (part != "*" && path.substr(at, end - at) != part) return {};
    at = end + 1;
  }
  return std::string(path.substr(0, at - 1));
}

// The outermost directory that Composer or npm fills.
std::string Dependencies(std::string_view path) {
  for (const std::string_view name : {"node_modules/", "bower_components/"}) {
    for (size_t at = path.find(name); at != std::string_view::npos;
         at = path.find(name, at + 1)) {
      if (at == 0 || path[at - 1] == '/') {
        return std::string(path.substr(0, at + name.size() - 1));
      }
    }
  }
  return {};
}

// What stands in quotes behind `key` and one of " \t=>,:'\"", not empty.
bool HasValue(std::string_view text, std::string_view key) {
  for (size_t at = text.find(key); at != std::string_view::npos;
       at = text.find(key, at + 1)) {
    size_t next = at + key.size();
    if (next < text.size() && (text[next] == '\'' || text[next] == '"')) ++next;
    next = text.find_first_not_of(" \t=>,:", next);
    if (next == std::string_view::npos || next == at + key.size()) continue;
    const char quote = text[next];
    if ((quote == '\'' || quote == '"') && next + 1 < text.size() &&
        text[next + 1] != quote && text[next + 1] != '\n') {
      return true;
    }
  }
  return false;
}

// PHP and shell comments would be taken for settings.
std::string WithoutComments(std::string_view text) {
  std::string out;
  bool block = false;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const size_t first = line.find_first_not_of(" \t");
    const std::string_view begins =
        first == std::string_view::npos ? "" : line.substr(first);
    if (begins.starts_with("/*")) block = true;
    const bool comment =
        block || begins.starts_with('#') || begins.starts_with("//");
    if (block && line.find("*/") != std::string_view::npos) block = false;
    if (!comment) out.append(line).append("\n");
  }
  return out;
}

// A line "KEY=value" of a .env file whose key is a secret's.
bool EnvHasSecret(const std::string& text) {
  for (const std::string_view key :
       {"PASSWORD=", "SECRET=", "APP_KEY=", "TOKEN="}) {
    for (size_t at = text.find(key); at != std::string::npos;
         at = text.find(key, at + 1)) {
      const std::string_view value =
          std::string_view(text).substr(at + key.size());
      const size_t end = value.find_first_of("\r\n");
      const std::string_view word = value.substr(0, end);
      if (!word.empty() && word != "null" && word != "\"\"" && word != "''") {
        return true;
      }
    }
  }
  return false;
}

bool HasSecret(const std::string& path, const std::string& content) {
  const std::string_view name = LastComponent(path);
  const std::string text = WithoutComments(content);
  if (name == "wp-config.php") {
    return HasValue(text, "'DB_PASSWORD") || HasValue(text, "\"DB_PASSWORD");
  }
  if (name == "settings.php" || name == "settings.local.php") {
    // Backdrop has the password in a URL.
    return HasValue(text, "'password") || HasValue(text, "\"password") ||
           (text.find("$database = ") != std::string::npos &&
            text.find("://") != std::string::npos);
  }
  if (name == "configuration.php") return HasValue(text, "$password");
  return name == ".env" && EnvHasSecret(text);
}

class Notes {
 public:
  Notes(const std::optional<Platform>& platform, const BackupFiles& files)
      : platform_(platform) {
    for (const BackupFile& file : files.files) {
      if (file.path.ends_with("vendor/autoload.php")) {
        vendors_.push_back(
            file.path.substr(0, file.path.size() - sizeof "autoload.php"));
      }
    }
    for (const BackupFile& file : files.files) Add(file);
    for (const auto& [path, content] : files.kept_contents) {
      if (HasSecret(path, content)) Count(Kind::kSecrets, path, content.size());
    }
  }

  std::vector<SiteNote> Sorted() const {
    std::vector<SiteNote> notes;
    for (const auto& [key, note] : notes_) notes.push_back(note);
    return notes;
  }

 private:
  void Add(const BackupFile& file) {
    for (const std::string& vendor : vendors_) {
      if (!file.path.starts_with(vendor + "/")) continue;
      Count(Kind::kDependencies, vendor, file.size);
      return;
    }
    if (std::string found = Dependencies(file.path); !found.empty()) {
      Count(Kind::kDependencies, found, file.size);
      return;
    }
    if (!platform_) return;
    for (const Place& place : kPlaces) {
      if (place.platform != platform_->name) continue;
      std::string found = Below(file.path, platform_->root, place.directory);
      if (found.empty()) continue;
      Count(place.kind, found, file.size);
      return;
    }
  }

  void Count(Kind kind, const std::string& path, uint64_t bytes) {
    SiteNote& note = notes_[{kind, path}];
    note.kind = kind;
    note.path = path;
    ++note.files;
    note.bytes += bytes;
  }

  const std::optional<Platform>& platform_;
  std::vector<std::string> vendors_;
  std::map<std::pair<Kind, std::string>, SiteNote> notes_;
};

}  // namespace

std::vector<SiteNote> FindSiteNotes(const std::optional<Platform>& platform,
                                    const BackupFiles& files) {
  return Notes(platform, files).Sorted();
}

}  // namespace backgraft::restore
