#include "restore/backup_files.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "archive/litter.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/binary.h"
#include "git/convert.h"
#include "git/dotgit.h"
#include "git/tree_path.h"
#include "restore/entry_rules.h"
#include "restore/telling_contents.h"

namespace backgraft::restore {
namespace {

using archive::Entry;
using archive::EntryKind;

constexpr uint64_t kLargeFile = uint64_t{16} << 20;  // streamed, not held
constexpr size_t kPiece = size_t{1} << 20;

class Collector {
 public:
  Collector(archive::Reader& reader, const std::string& source_name, bool raw,
            const std::string& git_directory, git::ObjectWriter& writer,
            EarlierFiles* earlier)
      : reader_(reader),
        source_name_(source_name),
        raw_(raw),
        writer_(writer),
        kept_(earlier),
        roots_(source_name),
        git_(git_directory, source_name) {
    out_.spool = std::make_unique<Spool>();
  }

  BackupFiles Collect() {
    while (auto entry = reader_.Next()) {
      ThrowIfInterrupted();
      ++out_.entries;
      Take(*entry);
    }
    writer_.Drain();
    Settle();
    return std::move(out_);
  }

 private:
  // One recorded file, at an address that stays: workers write the id into it.
  struct Slot {
    BackupFile file;
    // Content that turned up a second time under the same path.
    git::Oid again;
    git::FileMode again_mode;
  };

  [[noreturn]] void Refuse(const Entry& entry, const std::string& why) const {
    throw Error(ErrorKind::kBadSource, "entry " + Quote(entry.path) + " of " +
                                           Quote(source_name_) + " " + why);
  }

  void Take(const Entry& entry) {
    roots_.Add(entry.path, entry.kind);
    if (entry.path.empty()) return;
    if (archive::IsMacLitter(entry.path)) {
      LeaveOut(entry, "macOS metadata");
      return;
    }
    if (std::string_view git = GitPart(entry.path); !git.empty()) {
      git_directories_.insert(std::string(git));
      if (entry.kind != EntryKind::kDirectory) git_files_.insert(entry.path);
      git_.Take(entry, git, reader_);
      return;
    }
    auto parsed = git::TreePath::Parse(entry.path);
    if (const auto* why = std::get_if<std::string>(&parsed)) {
      Refuse(entry, *why);
    }
    if (!out_.newest || entry.mtime > *out_.newest) out_.newest = entry.mtime;
    bare_part_ = GitCapture::BarePart(entry.path);
    if (bare_part_ && entry.kind != EntryKind::kRegular) {
      git_.TakeBare(entry, *bare_part_, [] { return ByteSpan(); });
    }
    switch (entry.kind) {
      case EntryKind::kDirectory:
        directories_.insert(entry.path);
        return;
      case EntryKind::kRegular:
        TakeRegular(entry);
        return;
      case EntryKind::kSymlink:
        TakeSymlink(entry);
        return;
      case EntryKind::kHardlink:
        TakeHardlink(entry);
        return;
      case EntryKind::kFifo:
        Refuse(entry, "is a fifo, which code cannot hold");
      case EntryKind::kDevice:
        Refuse(entry, "is a device, which code cannot hold");
      case EntryKind::kSocket:
        Refuse(entry, "is a socket, which code cannot hold");
    }
  }

  void LeaveOut(const Entry& entry, const std::string& reason) {
    if (entry.kind != EntryKind::kDirectory) {
      out_.left_out.push_back({entry.path, reason});
    }
  }

  // The slot for a path and where its id goes. A path that comes twice keeps
  // its first content; the second must turn out equal.
  std::pair<Slot*, git::Oid*> Place(const Entry& entry, git::FileMode mode) {
    auto [it, fresh] = slots_.try_emplace(entry.path);
    if (!fresh) {
      // A third copy would overwrite what the second is compared with.
      if (it->second->again_mode != git::FileMode::kTree) {
        Refuse(entry, "comes more than twice");
      }
      it->second->again_mode = mode;
      return {it->second.get(), &it->second->again};
    }
    it->second = std::make_unique<Slot>();
    Slot* slot = it->second.get();
    slot->file.path = entry.path;
    slot->file.mode = mode;
    slot->file.size = entry.size;
    slot->again_mode = git::FileMode::kTree;
    return {slot, &slot->file.oid};
  }

  void TakeRegular(const Entry& entry) {
    auto [slot, oid] =
        Place(entry, entry.executable ? git::FileMode::kExecutable
                                      : git::FileMode::kBlob);
    if (entry.size > kLargeFile) {
      if (IsRuleFile(LastComponent(entry.path))) {
        Refuse(entry, "is too large for a file that git reads rules from");
      }
      if (bare_part_ && entry.path.ends_with(".pack")) {
        // Content that is large and of use as it is in a bare repository only:
        // it is kept once.
        git_.TakeBare(entry, *bare_part_, [&] { return reader_.Read(); });
        packs_.push_back({entry.path, std::string(*bare_part_), oid});
        return;
      }
      bool carriage_return = false;
      *oid = writer_.AddLargeBlob(entry.size, [&] {
        ThrowIfInterrupted();
        ByteSpan piece = reader_.Read();
        carriage_return = carriage_return ||
                          AsText(piece).find('\r') != std::string_view::npos;
        return piece;
      });
      slot->file.large_with_crlf = carriage_return && !raw_;
      return;
    }
    EarlierFiles::File* before =
        bare_part_ ? nullptr : kept_.Before(entry.path);
    EntryContent read = ReadContent(reader_, entry.size, before);
    if (read.as_expected) {
      *oid = before->oid;
      slot->file.convertible = before->convertible;
      if (before->waiting) {
        Wait(before->content, &slot->file);
      } else {
        kept_.Keep(before->content, &slot->file.content);
      }
      return;
    }
    std::string& content = read.bytes;
    if (bare_part_) {
      git_.TakeBare(entry, *bare_part_, [rest = AsBytes(content)]() mutable {
        return std::exchange(rest, ByteSpan());
      });
    }
    telling_.Note(entry.path, content);
    slot->file.lfs_pointer = git::IsLfsPointer(content);
    slot->file.convertible = !raw_ && MayBeConverted(content);
    // What looks like text is likely to be changed by a filter, and its blob
    // would be written in vain. A dry run has no blobs to come back to.
    if (slot->file.convertible &&
        (writer_.is_dry_run() || !git::LooksBinary(content))) {
      *oid = git::HashObject(git::ObjectType::kBlob, content);
      if (oid == &slot->file.oid) {
        Wait(std::make_shared<const std::string>(std::move(content)),
             &slot->file);
      }
      return;
    }
    if (IsRuleFile(LastComponent(entry.path))) {
      // Read again for the checkout, in a dry run too: only Add() lets one.
      *oid = writer_.Add(git::ObjectType::kBlob, content);
      return;
    }
    auto shared = std::make_shared<const std::string>(std::move(content));
    if (!slot->file.lfs_pointer && !IsTelling(entry.path) &&
        oid == &slot->file.oid) {
      kept_.Keep(shared, &slot->file.content);
    }
    kept_.Add(std::move(shared), before, writer_,
              [oid = oid](const git::Oid& id) { *oid = id; });
  }

  // Its blob is to be written once it is known what the filters do.
  void Wait(const git::ObjectWriter::Content& content, BackupFile* file) {
    file->waiting = true;
    kept_.Keep(content, &file->content);
    if (!file->content) file->spooled = out_.spool->Add(*content);
  }

  void TakeSymlink(const Entry& entry) {
    if (entry.link_target.empty()) Refuse(entry, "is a link to nothing");
    if (git::IsDotGitmodulesAnywhere(LastComponent(entry.path))) {
      Refuse(entry, "is a link, which git forbids for '.gitmodules'");
    }
    auto [slot, oid] = Place(entry, git::FileMode::kSymlink);
    writer_.AddBlob(entry.link_target,
                    [oid = oid](const git::Oid& id) { *oid = id; });
  }

  void TakeHardlink(const Entry& entry) {
    auto target = slots_.find(entry.link_target);
    if (target == slots_.end() || !git::IsRegular(target->second->file.mode)) {
      Refuse(entry, "is a hard link to " + Quote(entry.link_target) +
                        ", which is no earlier regular file");
    }
    // Node addresses are stable, and the id may still be on its way.
    hardlinks_.push_back({entry, target->second.get()});
    auto [slot, oid] = Place(entry, target->second->file.mode);
    hardlink_targets_.push_back(oid);
    if (!telling_.NoteLink(entry.path, entry.link_target)) {
      Refuse(entry, "is a hard link to a file of another kind");
    }
    slot->file.size = target->second->file.size;
    slot->file.lfs_pointer = target->second->file.lfs_pointer;
    slot->file.large_with_crlf = target->second->file.large_with_crlf;
    if (oid == &slot->file.oid) {
      slot->file.convertible = target->second->file.convertible;
      slot->file.waiting = target->second->file.waiting;
      slot->file.spooled = target->second->file.spooled;
      if (slot->file.waiting) {
        slot->file.content = target->second->file.content;
      }
    }
  }

  // Everything that can only be judged once all entries are known.
  void Settle() {
    out_.root = roots_.Finish();
    RecordPacks();
    for (size_t i = 0; i < hardlinks_.size(); ++i) {
      *hardlink_targets_[i] = hardlinks_[i].second->file.oid;
    }
    for (const auto& [path, slot] : slots_) {
      if (slot->again_mode == git::FileMode::kTree) continue;
      if (slot->again != slot->file.oid ||
          slot->again_mode != slot->file.mode) {
        throw Error(ErrorKind::kBadSource,
                    "entry " + Quote(path) + " of " + Quote(source_name_) +
                        " comes twice with different content");
      }
    }
    RefuseClashes();
    if (out_.root.bare) {
      out_.git = git_.Release(out_.root.prefix);
      writer_.Discard();  // the files are the repository's, not code
      slots_.clear();
      out_.left_out.clear();
      out_.empty_directories.clear();
      telling_.Clear();
      return;
    }
    if (out_.root.has_git) out_.git = git_.Release(OwnGit());
    ReportGit();
    TakeOut();
    std::sort(out_.files.begin(), out_.files.end(),
              [](const BackupFile& a, const BackupFile& b) {
                return a.path < b.path;
              });
    std::sort(
        out_.left_out.begin(), out_.left_out.end(),
        [](const LeftOut& a, const LeftOut& b) { return a.path < b.path; });
  }

  // No file may be where another entry needs a directory.
  void RefuseClashes() {
    std::vector<const std::string*> files;
    for (const auto& [path, slot] : slots_) files.push_back(&path);
    for (const auto& path : git_files_) files.push_back(&path);
    const auto parents = ParentsOf(files, directories_, source_name_);
    const std::string below = Below();
    for (const auto& path : directories_) {
      if (parents.contains(path) || path == out_.root.prefix) continue;
      if (path.starts_with(below)) {
        out_.empty_directories.insert(path.substr(below.size()));
      } else {
        out_.left_out.push_back({path, kEmptyDirectory});
      }
    }
  }

  // What paths below the root begin with.
  std::string Below() const {
    return out_.root.prefix.empty() ? "" : out_.root.prefix + "/";
  }
  std::string OwnGit() const { return Below() + ".git"; }

  // Packs that are no part of a bare repository are files like any other.
  void RecordPacks() {
    if (out_.root.bare) return;
    for (const TakenPack& pack : packs_) {
      const auto taken = git_.FindPack(pack.git_dir, pack.path);
      if (!taken) {
        throw Error(ErrorKind::kBadSource, "entry " + Quote(pack.path) +
                                               " of " + Quote(source_name_) +
                                               " comes twice");
      }
      MappedFile file(taken->path);
      ByteSpan rest = file.bytes();
      *pack.oid = writer_.AddLargeBlob(rest.size(), [&] {
        ThrowIfInterrupted();
        ByteSpan piece = rest.first(std::min(rest.size(), kPiece));
        rest = rest.subspan(piece.size());
        return piece;
      });
    }
  }

  void ReportGit() {
    const std::string own = OwnGit();
    for (const auto& path : git_directories_) {
      if (path != own) out_.left_out.push_back({path, kNestedRepository});
    }
  }

  // Moves the slots below the root out, with the root taken off their paths.
  void TakeOut() {
    const std::string below = Below();
    for (auto& [path, slot] : slots_) {
      if (!path.starts_with(below)) {
        out_.left_out.push_back({path, kOutsideTheCode});
        continue;
      }
      slot->file.path = path.substr(below.size());
      out_.files.push_back(std::move(slot->file));
    }
    slots_.clear();
    out_.kept_contents = telling_.TakeBelow(below);
  }

  archive::Reader& reader_;
  const std::string& source_name_;
  const bool raw_;
  git::ObjectWriter& writer_;
  KeptContents kept_;
  TellingContents telling_;
  archive::RootFinder roots_;
  GitCapture git_;
  std::optional<std::string_view> bare_part_;  // of the entry at hand
  struct TakenPack {
    std::string path, git_dir;
    git::Oid* oid;
  };
  std::vector<TakenPack> packs_;
  BackupFiles out_;
  std::unordered_map<std::string, std::unique_ptr<Slot>> slots_;
  std::unordered_set<std::string> directories_;
  std::unordered_set<std::string> git_directories_;
  std::unordered_set<std::string> git_files_;
  std::vector<std::pair<Entry, Slot*>> hardlinks_;
  std::vector<git::Oid*> hardlink_targets_;
};

}  // namespace

void BackupFiles::ForgetContents() {
  for (BackupFile& file : files) {
    if (!file.content) continue;
    if (file.waiting) file.spooled = spool->Add(*file.content);
    file.content.reset();
  }
}

BackupFiles ReadBackupFiles(archive::Reader& reader,
                            const std::string& source_name, bool raw,
                            const std::string& git_directory,
                            git::ObjectWriter& writer, EarlierFiles* earlier) {
  return Collector(reader, source_name, raw, git_directory, writer, earlier)
      .Collect();
}

}  // namespace backgraft::restore
