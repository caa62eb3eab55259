// One source of a rebuild, from its name to the tree of its files.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/large_pages.h"
#include "base/sha.h"
#include "git/fsck_messages.h"
#include "git/oid.h"
#include "restore/backup.h"
#include "restore/import_target.h"
#include "restore/progress.h"
#include "restore/rebuild.h"
#include "restore/recorded_sources.h"
#include "restore/source_ahead.h"

namespace backgraft::restore {

struct RebuildSource {
  explicit RebuildSource(std::string given_name);

  std::string given;  // as the user named it
  SourceInfo info;
  // Of the file's name, else the newest entry, else the commit it is at;
  // nothing as long as it is not known.
  std::optional<int64_t> time;

  // Where it was opened before its turn, see RebuildReader::OpenAhead().
  std::unique_ptr<SourceAhead> ahead;
  // Where the repository has it already; it is not read then.
  std::optional<RecordedSource> recorded;

  // Once it is assembled: the tree of its files, how many they are, and a
  // digest of their paths, modes and ids as they came from the source.
  std::optional<git::Oid> tree;
  uint64_t files = 0;
  Sha1::Digest listing{};
  std::vector<LeftOut> left_out;
  std::vector<std::string> warnings;
  // Where it has a history: what it was read as.
  std::unique_ptr<Backup> backup;
};

// The digest that RebuildSource::listing is; `files` in the byte order of
// paths.
Sha1::Digest DigestListing(const std::vector<git::TreeFile>& files);

// Looks a file up by its bytes among what is recorded. Leaves alone what can
// be read only once.
void LookUp(const RecordedSources& recorded, RebuildSource* source);

// Reads sources one after the other into one target.
class RebuildReader {
 public:
  // All must outlive this.
  RebuildReader(const RebuildOptions& options, const git::FsckOptions& fsck,
                ImportTarget& target, Progress& progress)
      : options_(options), fsck_(fsck), target_(target), progress_(progress) {}

  // To be called for the source whose turn comes next: reading it begins while
  // the one before is worked on, where it is a file.
  void OpenAhead(RebuildSource* source);

  // Reads it to its end: fills everything but `recorded` and, where it has a
  // history, what Assemble() does. Error(kBadSource).
  void Read(RebuildSource* source);

  // The tree of its files, which are written. What of its history is to be
  // imported has been verified before, so that nothing is written twice.
  void Assemble(RebuildSource* source);

  // No further source comes: what was kept for one serves those who read the
  // last tree now.
  void Finish();

 private:
  // The blobs `oids` are not there any more: the next source is not compared
  // with files that have them.
  static void DropContents(const std::vector<git::Oid>& oids,
                           BackupFiles* files);
  // Begins to write what is held of these files, against the versions that the
  // source before had at the same paths.
  template <typename File>
  void WriteFiles(const std::vector<File>& files);
  // Those versions, by what is at their paths now.
  using Bases =
      std::unordered_map<git::Oid, git::ObjectWriter::Base, git::OidHash>;
  template <typename File>
  Bases BasesOf(const std::vector<File>& files);

  // One source after the other is decompressed.
  std::optional<LargeBuffer::KeepSpares> spares_{std::in_place};
  const RebuildOptions& options_;
  const git::FsckOptions& fsck_;
  ImportTarget& target_;
  Progress& progress_;
  // Of the source that was assembled last.
  std::optional<git::Oid> tree_;
  std::vector<git::TreeFile> files_;
  EarlierFiles earlier_;         // of it, too
  bool have_histories_ = false;  // some of the sources read so far
};

}  // namespace backgraft::restore
