// The history that a source holds beside or instead of its files: refs and
// objects, which are hostile until checked.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "git/foreign_objects.h"
#include "git/foreign_refs.h"
#include "git/fsck_messages.h"
#include "git/object_reader.h"
#include "git/tree.h"
#include "restore/backup_files.h"

namespace backgraft::restore {

// The commit that a source is at, and every file it tracks.
struct SourceTip {
  git::Oid commit;
  git::Oid tree;
  std::vector<git::TreeFile> files;  // in the byte order of paths
};

struct SourceHistory {
  std::unique_ptr<git::ForeignObjects> objects;
  git::ForeignRefs refs;
  std::string source_name;  // for messages, not escaped

  // What `ref` names in the source: a full or short name of a ref, or the id of
  // a commit; without it what HEAD leads to. Nothing for an unborn HEAD.
  // Error(kRefused) for a ref that is not there. Not peeled.
  std::optional<git::Oid> Resolve(const std::optional<std::string>& ref) const;
};

// The history in the git directory that `backup` was read with; null where
// there is none: no `.git`, a gitfile, or a HEAD that no commit has been made
// on. Error(kBadSource) for what cannot be read or must not be believed.
std::unique_ptr<SourceHistory> TakeHistory(BackupFiles& backup,
                                           const std::string& source_name);

// The commit that `oid` (a commit or a tag of one) leads to. Error(kBadSource)
// where there is none.
git::Oid PeelTip(const git::ObjectReader& objects, const git::Oid& oid,
                 const std::string& source_name);

// Reads the commit that `oid` (a commit or a tag of one) leads to, and its
// trees. Each of them must be what `fsck` accepts. Error(kBadSource) where one
// is missing or damaged.
SourceTip ReadTip(const git::ObjectReader& objects, const git::Oid& oid,
                  const git::FsckOptions& fsck, const std::string& source_name);

}  // namespace backgraft::restore
