#include "restore/source_kind.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <string_view>
#include <vector>

#include "archive/litter.h"
#include "archive/spool.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "restore/backup_layout.h"
#include "restore/opened_source.h"
#include "source/backup_name.h"
#include "source/file_source.h"
#include "source/link.h"

namespace backgraft::restore {
namespace {

using archive::Container;

// Entries that are looked at before the name may decide.
constexpr size_t kMostEntries = 5000;

// At the root of code, and hardly of anything else.
const std::set<std::string_view> kCodeNames = {
    "artisan",         "build.gradle",
    "Cargo.toml",      "CMakeLists.txt",
    "composer.json",   "Gemfile",
    "go.mod",          "manage.py",
    "package.json",    "pantheon.yml",
    "pyproject.toml",  "requirements.txt",
    "wp-config.php",   "wp-config-sample.php",
    "wp-includes",     "wp-load.php",
    "wp-settings.php",
};

std::vector<std::string_view> Components(std::string_view path) {
  std::vector<std::string_view> components;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    components.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return components;
}

// What the entries of a source have shown so far.
class Evidence {
 public:
  // True once it is sure that it is code, and no more than code.
  bool Add(const archive::Entry& entry) {
    if (archive::IsMacLitter(entry.path)) return false;
    const std::vector<std::string_view> path = Components(entry.path);
    if (path.empty()) return false;
    NoteParts(path);
    uploads_ = uploads_ && path.front().starts_with("files_");
    const size_t depth = entry.path.starts_with("files_") ? 1 : 2;
    for (size_t i = 0; i < path.size() && i <= depth; ++i) {
      if (path[i] == ".git") git_ = true;
      if (i < 2 && kCodeNames.contains(path[i])) code_ = true;
    }
    if (path.size() <= 2) NoteBare(path);
    const bool sure = git_ || bare_.size() == 3;
    if (sure && !several()) return true;
    if (entry.kind != archive::EntryKind::kRegular) return false;
    ++files_;
    if (IsDumpName(entry.path)) {
      ++dumps_;
      if (path.size() <= 3) dump_beside_ = true;
    }
    return false;
  }

  // Names that backups of whole sites have; only all of them decide.
  bool several() const {
    return manifest_ || (dump_beside_ && dumps_ < files_) ||
           parts_.size() > 1 ||
           // The others may come behind thousands of these.
           (only_parts_ && (parts_.contains("files") || parts_.contains("cp")));
  }

  std::optional<SourceKind> Verdict() const {
    if (git_ || bare_.size() == 3) return SourceKind::kCode;
    if (files_ > 0 && dumps_ == files_) return SourceKind::kDatabase;
    if (code_) return SourceKind::kCode;
    if (files_ > 0 && uploads_) return SourceKind::kFiles;
    return std::nullopt;
  }

 private:
  // A bare repository, or one in a directory of its own.
  void NoteBare(const std::vector<std::string_view>& path) {
    for (const std::string_view name : {"HEAD", "objects", "refs"}) {
      if (path.back() == name || path.front() == name) bare_.insert(name);
    }
  }

  void NoteParts(const std::vector<std::string_view>& path) {
    static const std::set<std::string_view> kParts = {"code", "database",
                                                      "files", "homedir", "cp"};
    if (path.front() == "MANIFEST.ini") manifest_ = true;
    // With or without a directory around them.
    const bool part = path.size() > 1 && kParts.contains(path[0]);
    const bool inner = path.size() > 2 && kParts.contains(path[1]);
    if (part) parts_.emplace(path[0]);
    if (inner) parts_.emplace(path[1]);
    if (!part && !inner && path.size() > 2) only_parts_ = false;
  }

  bool manifest_ = false;
  bool dump_beside_ = false;
  std::set<std::string, std::less<>> parts_;
  bool only_parts_ = true;
  bool git_ = false;
  bool code_ = false;
  bool uploads_ = true;  // everything lies in files_<env>/
  uint64_t files_ = 0, dumps_ = 0;
  std::set<std::string_view> bare_;
};

std::optional<SourceKind> KindOfName(const std::string& source) {
  if (const auto name = source::ParseBackupName(source)) {
    switch (name->part) {
      case source::BackupPart::kCode:
        return SourceKind::kCode;
      case source::BackupPart::kDatabase:
        return SourceKind::kDatabase;
      case source::BackupPart::kFiles:
        return SourceKind::kFiles;
    }
  }
  if (IsDumpName(source::FileName(source))) return SourceKind::kDatabase;
  return std::nullopt;
}

// Standard input is to be read more than once: a pipe is put into a file
// without a name, which takes its place.
void MakeInputAFile() {
  struct stat status;
  const bool file = fstat(STDIN_FILENO, &status) == 0 &&
                    S_ISREG(status.st_mode) &&
                    lseek(STDIN_FILENO, 0, SEEK_CUR) == 0;
  if (!file) {
    const auto bytes = source::Open("-");
    const UniqueFd spooled = archive::Spool(*bytes);
    if (lseek(spooled.get(), 0, SEEK_SET) != 0 ||
        dup2(spooled.get(), STDIN_FILENO) < 0) {
      ThrowErrno(errno, "cannot read", "-");
    }
  }
}

FoundKind KindOfEntries(OpenedSource& source) {
  Evidence evidence;
  for (size_t i = 0; i < kMostEntries; ++i) {
    ThrowIfInterrupted();
    const auto entry =
        source.Explaining([&] { return source.reader().Next(); });
    if (!entry) break;
    if (evidence.Add(*entry)) return {SourceKind::kCode};
  }
  return {evidence.Verdict(), evidence.several()};
}

FoundKind KindOfContent(const std::string& path, const SourceLimits& limits) {
  NoProgress progress;
  SourceLimits no_digest = limits;
  no_digest.sha256.reset();
  OpenedSource source(path, no_digest, progress);
  if (!source.type()) return KindOfEntries(source);
  switch (source.type()->container) {
    case Container::kSql:
      return {SourceKind::kDatabase};
    case Container::kBundle:
      return {SourceKind::kCode};
    case Container::kTar:
    case Container::kZip:
      return KindOfEntries(source);
    case Container::kUnknown:
    case Container::kPage:
      // Whoever reads it says what is wrong with it.
      return {};
  }
  return {};
}

}  // namespace

bool ComesOnce(const std::string& source) {
  struct stat status;
  return source::IsLink(source) ||
         (stat(source.c_str(), &status) == 0 && S_ISFIFO(status.st_mode));
}

FoundKind FindSourceKind(const std::string& source,
                         const SourceLimits& limits) {
  FoundKind found;
  if (!ComesOnce(source)) {
    if (source == "-") MakeInputAFile();
    found = KindOfContent(source, limits);
    source::RewindInput(source);
  }
  if (!found.kind) found.kind = KindOfName(source);
  return found;
}

}  // namespace backgraft::restore
