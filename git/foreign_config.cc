#include "git/foreign_config.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/escape.h"
#include "git/config_file.h"
#include "git/config_value.h"

namespace backgraft::git {
namespace {

constexpr std::string_view kExtensions = "extensions.";

class FormatCheck {
 public:
  explicit FormatCheck(const std::string& source_name)
      : source_name_(source_name) {}

  void Add(const ConfigEntry& entry) {
    const std::string_view key = entry.key;
    if (key == "core.repositoryformatversion") {
      AddVersion(entry);
    } else if (key == "core.bare") {
      Bool(entry);
    } else if (key == "core.worktree") {
      Text(entry);
    } else if (key.starts_with(kExtensions)) {
      AddExtension(entry, key.substr(kExtensions.size()));
    } else if (key.starts_with("remote.")) {
      AddRemote(entry);
    }
  }

  void Finish() const {
    // A promisor remote counts whatever the version is.
    if (partial_remote_) RefusePartial();
    // Without a version git looks at no extension.
    if (!version_ || *version_ < 0) return;
    if (*version_ > 1) {
      Refuse("has the repository format " + std::to_string(*version_) +
                 ", which is newer than 1",
             "there, make an ordinary copy with 'git clone --mirror' and a git "
             "that knows the format, and back that up");
    }
    if (partial_) RefusePartial();
    if (object_format_ && *object_format_ != "sha1") {
      Refuse("has SHA-256 object ids, and only SHA-1 ones can be read",
             "there, run 'git fast-export --all | git -C SHA1-REPOSITORY "
             "fast-import', and back that repository up");
    }
    if (ref_storage_ && *ref_storage_ != "files") {
      Refuse("keeps its refs as " + Quote(*ref_storage_) +
                 ", and only refs in files can be read",
             "there, run 'git refs migrate --ref-format=files', and make the "
             "backup again");
    }
    if (*version_ == 0 && !version_1_only_.empty()) {
      Refuse("has the repository format 0 and the extension " +
                 Quote(*version_1_only_.begin()) + ", which needs format 1",
             "there, run 'git config core.repositoryformatversion 1', and make "
             "the backup again");
    }
    if (*version_ == 1 && !unknown_.empty()) {
      Refuse("has an unknown repository extension " + Quote(*unknown_.begin()),
             "there, make an ordinary copy with 'git clone --mirror', and back "
             "that up");
    }
  }

 private:
  void AddVersion(const ConfigEntry& entry) {
    std::optional<int64_t> version;
    if (entry.value) version = ParseConfigInt(*entry.value);
    // git holds it in an int.
    if (!version || *version > std::numeric_limits<int>::max() ||
        *version < std::numeric_limits<int>::min()) {
      RefuseValue(entry);
    }
    version_ = version;
  }

  void AddExtension(const ConfigEntry& entry, std::string_view name) {
    if (name == "noop") return;
    if (name == "preciousobjects" || name == "worktreeconfig") {
      Bool(entry);
    } else if (name == "partialclone") {
      partial_ = true;
    } else if (name == "noop-v1") {
      version_1_only_.emplace(name);
    } else if (name == "objectformat") {
      object_format_ = Text(entry);
      if (object_format_ != "sha1" && object_format_ != "sha256") {
        RefuseValue(entry);
      }
      version_1_only_.emplace(name);
    } else if (name == "refstorage") {
      ref_storage_ = Text(entry);
    } else if (name != "relativeworktrees") {
      // relativeWorktrees (git 2.48) is about how linked worktrees are named,
      // and these are not read.
      unknown_.emplace(name);
    }
  }

  void AddRemote(const ConfigEntry& entry) {
    const std::string_view key = entry.key;
    const std::string_view name = key.substr(key.rfind('.') + 1);
    if (name == "promisor") {
      if (Bool(entry)) partial_remote_ = true;
    } else if (name == "partialclonefilter") {
      partial_remote_ = true;
    }
  }

  bool Bool(const ConfigEntry& entry) const {
    if (!entry.value) return true;
    std::optional<bool> value = ParseConfigBool(*entry.value);
    if (!value) RefuseValue(entry);
    return *value;
  }

  const std::string& Text(const ConfigEntry& entry) const {
    if (!entry.value) RefuseValue(entry);
    return *entry.value;
  }

  [[noreturn]] void RefuseValue(const ConfigEntry& entry) const {
    Refuse(
        "has a configuration with a bad value for " + Quote(entry.key),
        "there, mend it with 'git config --edit', and make the backup again");
  }

  [[noreturn]] void RefusePartial() const {
    Refuse("is a partial clone: some of its objects are only with its remote",
           "there, make a full copy with 'git clone --mirror' from the remote, "
           "and back that up");
  }

  [[noreturn]] void Refuse(const std::string& what,
                           const std::string& hint) const {
    throw Error(ErrorKind::kBadSource,
                "the repository in " + Quote(source_name_) + " " + what,
                {hint});
  }

  const std::string& source_name_;
  std::optional<int64_t> version_;
  std::optional<std::string> object_format_;
  std::optional<std::string> ref_storage_;
  bool partial_ = false;
  bool partial_remote_ = false;
  std::set<std::string> version_1_only_;
  std::set<std::string> unknown_;
};

std::vector<ConfigEntry> Parse(std::string_view bytes,
                               const std::string& source_name) {
  try {
    return ParseConfigFile(bytes, "config");
  } catch (const Error& error) {
    throw Error(ErrorKind::kBadSource,
                "the repository in " + Quote(source_name) +
                    " has a damaged configuration: " + error.what(),
                {"there, mend it with 'git config --edit', and make the backup "
                 "again"});
  }
}

}  // namespace

void CheckForeignConfig(std::string_view bytes,
                        const std::string& source_name) {
  FormatCheck check(source_name);
  for (const ConfigEntry& entry : Parse(bytes, source_name)) check.Add(entry);
  check.Finish();
}

}  // namespace backgraft::git
