#include "restore/backup_layout.h"

#include <algorithm>
#include <string_view>

namespace backgraft::restore {
namespace {

// What the archive encloses everything in: "" or "dir/".
std::string Enclosing(const std::vector<std::string>& paths) {
  const std::string& first = paths.front();
  const size_t slash = first.find('/');
  if (slash == std::string::npos) return {};
  const std::string top = first.substr(0, slash + 1);
  const bool all =
      std::all_of(paths.begin(), paths.end(),
                  [&](const auto& path) { return path.starts_with(top); });
  return all ? top : "";
}

class Finder {
 public:
  explicit Finder(const std::vector<std::string>& paths)
      : paths_(paths), top_(Enclosing(paths)) {}

  std::optional<BackupLayout> Find(const std::string& manifest) const {
    std::optional<BackupLayout> layout;
    if (!manifest.empty()) {
      layout = Drush8(manifest);
    } else {
      layout = Drush12();
      if (!layout) layout = Cpanel();
      if (!layout) layout = Plugin();
    }
    if (layout && layout->code) {
      layout->has_git =
          HasGit(layout->code->empty() ? "" : *layout->code + "/");
    }
    return layout;
  }

 private:
  std::optional<BackupLayout> Drush8(const std::string& manifest) const {
    const std::string docroot = Setting(manifest, "docroot");
    if (manifest.find("archive-dump") == std::string::npos || docroot.empty()) {
      return std::nullopt;
    }
    BackupLayout layout{"drush archive (8)", {}, {}, {}};
    if (Has(top_ + docroot + "/")) layout.code = top_ + docroot;
    const std::string dump = Setting(manifest, "database-default-file");
    if (!dump.empty() && HasFile(top_ + dump)) {
      layout.databases.push_back(top_ + dump);
    }
    const std::string files = Setting(manifest, "files-public");
    if (!files.empty() && Has(top_ + files + "/")) layout.files = top_ + files;
    return layout;
  }

  std::optional<BackupLayout> Drush12() const {
    BackupLayout layout{"drush archive (9 or later)", {}, {}, {}};
    layout.databases = DumpsBelow(top_ + "database/");
    if (Has(top_ + "code/")) layout.code = top_ + "code";
    if (Has(top_ + "files/")) layout.files = top_ + "files";
    const bool others =
        std::any_of(paths_.begin(), paths_.end(), [&](const auto& path) {
          const std::string_view rest =
              std::string_view(path).substr(top_.size());
          return !rest.starts_with("code/") && !rest.starts_with("files/") &&
                 !rest.starts_with("database/") && rest != "MANIFEST.yml";
        });
    if (others || Parts(layout) < 2) return std::nullopt;
    return layout;
  }

  std::optional<BackupLayout> Cpanel() const {
    if (!Has(top_ + "homedir/") || !Has(top_ + "cp/")) return std::nullopt;
    BackupLayout layout{"cPanel backup", {}, {}, {}};
    if (Has(top_ + "homedir/public_html/")) {
      layout.code = top_ + "homedir/public_html";
      layout.files = Uploads(*layout.code + "/");
    }
    layout.databases = DumpsBelow(top_ + "mysql/");
    return layout;
  }

  // A site with dumps at its top or directly below a directory of its own.
  std::optional<BackupLayout> Plugin() const {
    BackupLayout layout{"backup of a whole site", {}, {}, {}};
    for (const std::string& path : paths_) {
      const std::string_view rest = std::string_view(path).substr(top_.size());
      if (IsDumpName(path) && std::count(rest.begin(), rest.end(), '/') < 2) {
        layout.databases.push_back(path);
      }
    }
    if (layout.databases.empty()) return std::nullopt;
    // Parted by hand, as drush does it, or one working tree.
    for (const char* code : {"code/", "public_html/", "htdocs/", "www/", ""}) {
      const std::string root = top_ + code;
      if (!HasFile(root + "index.php") && !HasFile(root + "composer.json") &&
          !HasFile(root + "package.json")) {
        continue;
      }
      layout.code = root.substr(0, root.size() - (root.empty() ? 0 : 1));
      layout.files = Uploads(root);
      const bool beside = std::none_of(
          layout.databases.begin(), layout.databases.end(),
          [&](const std::string& dump) { return dump.starts_with(root); });
      if (!beside && (HasGit(root) || !(layout.files || IsConfigured(root)))) {
        return std::nullopt;
      }
      break;
    }
    if (!layout.files && Has(top_ + "files/")) layout.files = top_ + "files";
    if (!layout.code) return std::nullopt;
    return layout;
  }

  static size_t Parts(const BackupLayout& layout) {
    return (layout.code ? 1u : 0u) + (layout.files ? 1u : 0u) +
           (layout.databases.empty() ? 0u : 1u);
  }

  bool HasFile(const std::string& path) const {
    return std::binary_search(paths_.begin(), paths_.end(), path);
  }
  // Whether something is below `directory`, which ends with a slash.
  bool Has(const std::string& directory) const {
    const auto at = std::lower_bound(paths_.begin(), paths_.end(), directory);
    return at != paths_.end() && at->starts_with(directory);
  }

  std::vector<std::string> DumpsBelow(const std::string& directory) const {
    std::vector<std::string> dumps;
    for (const std::string& path : paths_) {
      if (path.starts_with(directory) && IsDumpName(path)) {
        dumps.push_back(path);
      }
    }
    return dumps;
  }

  std::optional<std::string> Uploads(const std::string& root) const {
    for (const char* uploads :
         {"wp-content/uploads", "sites/default/files",
          "web/sites/default/files", "storage/app", "images"}) {
      if (Has(root + uploads + "/")) return root + uploads;
    }
    return std::nullopt;
  }

  bool HasGit(const std::string& root) const { return HasFile(root + ".git"); }

  // Files that a site has where it runs, and a release of its code has not.
  bool IsConfigured(const std::string& root) const {
    for (const char* file : {"wp-config.php", "sites/default/settings.php",
                             "web/sites/default/settings.php", "settings.php",
                             "configuration.php", ".env"}) {
      if (HasFile(root + file)) return true;
    }
    return false;
  }

  // "key = value" with or without quotes, as PHP's ini files have it.
  static std::string Setting(std::string_view text, std::string_view key) {
    while (!text.empty()) {
      std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (!line.starts_with(key)) continue;
      line.remove_prefix(key.size());
      const size_t first = line.find_first_not_of(" \t");
      if (first == std::string_view::npos || line[first] != '=') continue;
      line.remove_prefix(first + 1);
      const size_t begin = line.find_first_not_of(" \t\"'");
      if (begin == std::string_view::npos) return {};
      const size_t end = line.find_last_not_of(" \t\r\"'/");
      return std::string(line.substr(begin, end - begin + 1));
    }
    return {};
  }

  const std::vector<std::string>& paths_;
  std::string top_;
};

}  // namespace

std::optional<BackupLayout> FindBackupLayout(
    const std::vector<std::string>& paths, const std::string& manifest) {
  if (paths.empty()) return std::nullopt;
  return Finder(paths).Find(manifest);
}

bool IsDumpName(const std::string& path) {
  size_t at = path.rfind(".sql");
  if (at == std::string::npos) return false;
  std::string rest = path.substr(at + 4);
  return rest.empty() || rest == ".gz" || rest == ".bz2" || rest == ".xz" ||
         rest == ".zst";
}

}  // namespace backgraft::restore
