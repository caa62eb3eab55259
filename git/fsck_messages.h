// What git fsck can find wrong with an object: message ids, how bad each is,
// and how a repository's configuration changes that.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "git/oid.h"

namespace backgraft::git {

// The ids of git 2.39 (fsck.h), in its order. kUnparsable is ours: git refuses
// such an object before its checks begin, and no configuration permits it.
enum class FsckId : uint8_t {
  kNulInHeader,
  kUnterminatedHeader,
  kUnparsable,
  kBadDate,
  kBadDateOverflow,
  kBadEmail,
  kBadName,
  kBadObjectSha1,
  kBadParentSha1,
  kBadTimezone,
  kBadTree,
  kBadTreeSha1,
  kBadType,
  kDuplicateEntries,
  kMissingAuthor,
  kMissingCommitter,
  kMissingEmail,
  kMissingNameBeforeEmail,
  kMissingObject,
  kMissingSpaceBeforeDate,
  kMissingSpaceBeforeEmail,
  kMissingTag,
  kMissingTagEntry,
  kMissingTree,
  kMissingType,
  kMissingTypeEntry,
  kMultipleAuthors,
  kTreeNotSorted,
  kUnknownType,
  kZeroPaddedDate,
  kGitmodulesMissing,
  kGitmodulesBlob,
  kGitmodulesLarge,
  kGitmodulesName,
  kGitmodulesSymlink,
  kGitmodulesUrl,
  kGitmodulesPath,
  kGitmodulesUpdate,
  kGitattributesMissing,
  kGitattributesLarge,
  kGitattributesLineLength,
  kGitattributesBlob,
  kEmptyName,
  kFullPathname,
  kHasDot,
  kHasDotdot,
  kHasDotgit,
  kNullSha1,
  kZeroPaddedFilemode,
  kNulInCommit,
  kBadFilemode,
  kGitmodulesParse,
  kGitignoreSymlink,
  kGitattributesSymlink,
  kMailmapSymlink,
  kBadTagName,
  kMissingTaggerEntry,
  kExtraHeaderEntry,
};
inline constexpr size_t kFsckIdCount =
    static_cast<size_t>(FsckId::kExtraHeaderEntry) + 1;

// How git spells it: "missingSpaceBeforeDate".
std::string_view FsckIdName(FsckId id);
// The id of this name in any case, as in fetch.fsck.<name>.
std::optional<FsckId> FindFsckId(std::string_view name);

enum class FsckSeverity : uint8_t { kIgnore, kWarn, kError };

// Which findings count. A new one is as strict as git fsck --strict.
class FsckOptions {
 public:
  FsckOptions();

  FsckSeverity severity(FsckId id) const {
    return severities_[static_cast<size_t>(id)];
  }

  // One `fetch.fsck.<name> = <value>` of the repository. False where git knows
  // no such id (git warns and goes on). Error(kRefused) for a value other than
  // error, warn and ignore, and where the id is one that cannot be permitted.
  bool Override(std::string_view name, std::string_view value);

  // Objects nothing is reported of (fetch.fsck.skipList).
  std::unordered_set<Oid, OidHash> skip_list;

 private:
  std::array<FsckSeverity, kFsckIdCount> severities_;
};

// One finding about one object. `text` says what it is, in words that go on
// after "<type> <id>: "; foreign names in it are escaped.
struct FsckMessage {
  FsckId id;
  FsckSeverity severity;  // kWarn or kError
  ObjectType type;
  Oid oid;
  std::string text;
};

// Collects what is found about one object.
class FsckReporter {
 public:
  // The references must outlive this.
  FsckReporter(const FsckOptions& options, ObjectType type, const Oid& oid,
               std::vector<FsckMessage>* messages)
      : options_(options), type_(type), oid_(oid), messages_(messages) {}

  // Notes the finding, unless it is ignored; `detail` is a foreign name it is
  // about. True when it is an error: checks that cannot go on stop there.
  bool Report(FsckId id, std::string_view detail = {});

  const FsckOptions& options() const { return options_; }
  const Oid& oid() const { return oid_; }

 private:
  const FsckOptions& options_;
  ObjectType type_;
  const Oid& oid_;
  std::vector<FsckMessage>* messages_;
};

}  // namespace backgraft::git
