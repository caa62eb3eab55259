#include "restore/rebuild_source.h"

#include <sys/stat.h>

#include <algorithm>
#include <unordered_set>

#include "git/commit.h"
#include "git/object_layers.h"
#include "restore/opened_source.h"
#include "restore/whole_backup.h"
#include "source/backup_name.h"
#include "source/file_source.h"

namespace backgraft::restore {
namespace {

bool IsRegularFile(const std::string& path) {
  struct stat st;
  return stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode);
}

}  // namespace

RebuildSource::RebuildSource(std::string given_name)
    : given(std::move(given_name)) {
  if (const auto parsed = source::ParseBackupName(given)) time = parsed->time;
}

Sha1::Digest DigestListing(const std::vector<git::TreeFile>& files) {
  constexpr size_t kPiece = size_t{64} << 10;  // a call for each row is dear
  Sha1 sha;
  std::string rows;
  for (const git::TreeFile& file : files) {
    rows += file.path;
    rows += '\0';
    rows += std::to_string(static_cast<unsigned>(file.mode));
    rows += '\0';
    rows += AsText(std::as_bytes(std::span(file.oid.bytes)));
    if (rows.size() < kPiece) continue;
    sha.Update(AsBytes(rows));
    rows.clear();
  }
  sha.Update(AsBytes(rows));
  return sha.Finish();
}

void LookUp(const RecordedSources& recorded, RebuildSource* source) {
  if (recorded.empty() || !IsRegularFile(source->given)) return;
  const std::string sha256 = source::Open(source->given)->sha256();
  source->recorded = recorded.Find(sha256);
  if (!source->recorded) return;
  NoProgress nobody;
  source->info = OpenedSource(source->given, {}, nobody).info();
  source->info.sha256 = sha256;
  source->time = source->recorded->time;
}

void RebuildReader::OpenAhead(RebuildSource* source) {
  if (source->recorded || !IsRegularFile(source->given)) return;
  source->ahead =
      std::make_unique<SourceAhead>(source->given, options_.limits, progress_);
}

void RebuildReader::Read(RebuildSource* source) {
  auto backup = std::make_unique<Backup>();
  if (const auto ahead = std::move(source->ahead)) {
    *backup = target_.Read(ahead->Take(), options_.filters, &earlier_);
  } else {
    OpenedSource opened(source->given, options_.limits, progress_);
    *backup = target_.Read(opened, options_.filters, &earlier_);
  }
  if (auto more = MoreThanCode(backup->files)) {
    backup->warnings.push_back(*more);
  }
  const ChoiceOptions choice{
      .select = options_.select, .ref = {}, .fsck = fsck_};
  if (backup->history) {
    backup->history->objects->CheckDamage();
    // Others may be read before this one's turn comes.
    backup->files.ForgetContents();
    const git::ObjectLayers both(
        {&target_.writer(), backup->history->objects.get()});
    ChooseFiles(backup.get(), both, choice);
  } else {
    ChooseFiles(backup.get(), target_.writer(), choice);
  }
  source->info = backup->info;
  if (!source->time) source->time = backup->files.newest;
  if (!source->time && backup->tip) {
    const git::ObjectLayers both(
        {&target_.writer(), backup->history->objects.get()});
    source->time =
        git::TimeOf(git::ReadCommit(both, backup->tip->commit).committer)
            .seconds;
  }
  // git has no dates before 1970.
  source->time = std::max<int64_t>(0, source->time.value_or(0));
  source->warnings = std::move(backup->warnings);
  source->backup = std::move(backup);
  have_histories_ = have_histories_ || source->backup->history;
  if (!source->backup->history) {
    Assemble(source);
    source->backup.reset();
  }
}

void RebuildReader::Assemble(RebuildSource* source) {
  Backup& backup = *source->backup;
  // Of others that are read already, too, something may be held.
  const bool takes_back = !have_histories_ && (!options_.exclude.empty() ||
                                               backup.select != Select::kAll);
  // Most of it is what it will be; that is written while the rest is settled.
  if (!backup.history && !takes_back) WriteFiles(backup.files.files);
  AssembleOptions assemble;
  assemble.filters = options_.filters;
  assemble.exclude = options_.exclude;
  assemble.older = tree_;
  Assembled assembled =
      AssembleBackup(backup, std::nullopt, assemble, target_.writer());
  source->tree = assembled.tree;
  source->files = assembled.from_backup.size();
  source->listing = DigestListing(assembled.from_backup);
  source->left_out = std::move(assembled.left_out);
  tree_ = assembled.tree;
  std::vector<git::Oid> taken_back;
  if (takes_back) taken_back = target_.writer().TakeBack(assembled.unused);
  // What waited for the filters, and all that was not written yet.
  WriteFiles(assembled.from_backup);
  files_ = std::move(assembled.from_backup);
  DropContents(taken_back, &backup.files);
  earlier_.Replace(&backup.files, backup.history != nullptr);
  backup.files = {};
  if (backup.tip) backup.tip->files = {};
}

void RebuildReader::DropContents(const std::vector<git::Oid>& oids,
                                 BackupFiles* files) {
  const std::unordered_set<git::Oid, git::OidHash> dropped(oids.begin(),
                                                           oids.end());
  if (dropped.empty()) return;
  for (BackupFile& file : files->files) {
    if (dropped.contains(file.oid)) file.content = nullptr;
  }
}

void RebuildReader::Finish() {
  for (const git::TreeFile& file : files_) {
    const EarlierFiles::File* kept = earlier_.Find(file.path);
    if (kept == nullptr || kept->oid != file.oid) continue;
    target_.writer().KeepAtHand(file.oid, kept->content);
  }
  earlier_ = {};
  spares_.reset();
}

template <typename File>
void RebuildReader::WriteFiles(const std::vector<File>& files) {
  // Most often everything is written or made ahead already.
  std::optional<Bases> older;
  target_.writer().Release(
      [&](const git::Oid& oid) -> std::optional<git::ObjectWriter::Base> {
        if (!older) older = BasesOf(files);
        const auto found = older->find(oid);
        if (found == older->end()) return std::nullopt;
        return found->second;
      });
}

template <typename File>
RebuildReader::Bases RebuildReader::BasesOf(const std::vector<File>& files) {
  Bases older;
  auto before = files_.begin();
  for (const File& file : files) {
    while (before != files_.end() && before->path < file.path) ++before;
    if (before == files_.end()) break;
    if (before->path == file.path && before->oid != file.oid) {
      const EarlierFiles::File* kept = earlier_.Find(file.path);
      older.emplace(file.oid,
                    git::ObjectWriter::Base{
                        before->oid, kept != nullptr && kept->oid == before->oid
                                         ? kept->content
                                         : nullptr});
    }
  }
  return older;
}

}  // namespace backgraft::restore
