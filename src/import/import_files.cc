#include "import/import_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "import/files_overlay.h"
#include "import/files_target.h"
#include "import/files_writer.h"
#include "import/staging.h"

namespace backgraft::imports {
namespace {

using archive::EntryKind;

constexpr const char* kUnpacked = "unpacked";

class Stager {
 public:
  Stager(archive::Reader& reader, const FilesOptions& options)
      : reader_(reader),
        options_(options),
        target_(FindFilesTarget(options.directory)),
        list_(options.source_name, options.keep_modes) {
    result_.target = target_.path;
    if (target_.status) old_ = OpenFile(target_.path, O_RDONLY | O_DIRECTORY);
  }

  StagedFiles Run(const std::function<void()>& before_use) {
    if (!options_.dry_run) {
      SweepLeftovers(target_.path);
      staging_ = std::make_unique<Staging>(target_, options_.operation);
      unpacked_ = staging_->Make(kUnpacked);
      std::optional<FilesOwner> owner;
      if (target_.status) {
        owner = OwnerToGive(target_.status->st_uid, target_.status->st_gid);
      }
      writer_ = std::make_unique<FilesWriter>(unpacked_.get(), target_.path,
                                              owner, static_cast<bool>(old_));
      owner_ = owner;
    }
    ReadAll();
    CopyHardLinks();
    result_.root = list_.SettleRoot(options_.root ? &*options_.root : nullptr,
                                    options_.whole);
    before_use();
    result_.skipped = list_.skipped();
    result_.count = list_.regular_files();
    if (list_.files().empty()) {
      throw Error(ErrorKind::kBadSource,
                  Quote(options_.source_name) + " holds no files");
    }
    if (old_) listing_ = ListTreeBeneath(old_.get(), target_.path);
    result_.comparison = Compare(old_.get(), listing_, false);
    const bool nothing = old_ && result_.comparison.changes.empty();
    if (nothing) result_.verified = true;
    if (!nothing && !options_.dry_run) Complete();
    return std::move(result_);
  }

 private:
  FilesComparison Compare(int root, const TreeListing& listing,
                          bool staged) const {
    return CompareFiles(list_, root, listing, target_.path, options_.overlay,
                        staged);
  }

  void ReadAll() {
    while (const auto entry = reader_.Next()) {
      ThrowIfInterrupted();
      bool again = false;
      ListedFile* file = list_.Add(*entry, &again);
      if (file == nullptr) continue;
      if (entry->kind == EntryKind::kHardlink) {
        if (again) list_.RefuseTwice(entry->path);
        hard_links_.emplace_back(entry->path, entry->link_target);
      } else if (entry->kind == EntryKind::kRegular) {
        if (again) {
          repeated_.emplace_back(entry->path, ReadDigest());
        } else if (writer_) {
          writer_->Write(entry->path, file, reader_);
        } else {
          file->digest = ReadDigest();
        }
      }
    }
    if (writer_) writer_->Drain();
    for (const auto& [path, digest] : repeated_) {
      const Sha256::Digest first =
          writer_ ? writer_->DigestAt(path) : list_.files().at(path).digest;
      if (first != digest) list_.RefuseTwice(path);
    }
  }

  Sha256::Digest ReadDigest() {
    Sha256 hash;
    for (ByteSpan piece; !(piece = reader_.Read()).empty();) {
      hash.Update(piece);
    }
    return hash.Finish();
  }

  // Each becomes a file of its own: uploads that change must not change others.
  void CopyHardLinks() {
    for (const auto& [path, target] : hard_links_) {
      ThrowIfInterrupted();
      ListedFile& file = list_.files().at(path);
      const ListedFile& other = list_.files().at(target);
      file = other;
      file.proved = false;
      if (writer_) writer_->Copy(target, path, &file);
    }
  }

  // Everything that has to be there before the tree may be seen.
  void Complete() {
    const std::string prefix = result_.root.empty() ? "" : result_.root + "/";
    for (const auto& [path, file] : list_.files()) {
      if (file.kind == EntryKind::kSymlink) {
        writer_->Symlink(prefix + path, file);
      } else if (file.kind == EntryKind::kDirectory) {
        writer_->MakeDirectory(prefix + path);
      }
    }
    const UniqueFd root =
        OpenDirectoryBeneath(unpacked_.get(), result_.root, target_.path);
    if (options_.overlay && old_) {
      CopyWhatIsKept(old_.get(), listing_, root.get(), list_, target_.path,
                     *writer_);
    }
    FinishDirectories(prefix);
    FinishRoot(root.get());
    TakeOutOfUnpacked();
    Verify(root.get());
    MakeSwitch(root.get());
  }

  void FinishDirectories(const std::string& prefix) {
    for (auto at = list_.files().rbegin(); at != list_.files().rend(); ++at) {
      const auto& [path, file] = *at;
      if (file.kind != EntryKind::kDirectory) continue;
      // That of the directory that it was, in an overlay.
      if (file.implied && options_.overlay && listing_.contains(path)) continue;
      writer_->FinishDirectory(prefix + path, file);
    }
  }

  // It takes the target's place, and so its mode and owner.
  void FinishRoot(int root) {
    const mode_t mode = target_.status ? target_.status->st_mode & 07777 : 0755;
    if ((owner_ && fchown(root, owner_->user, owner_->group) != 0) ||
        fchmod(root, mode) != 0) {
      ThrowErrno(errno, "cannot set owner and mode beside", target_.path);
    }
  }

  void TakeOutOfUnpacked() {
    const std::string from = result_.root.empty()
                                 ? kUnpacked
                                 : std::string(kUnpacked) + "/" + result_.root;
    if (renameat(staging_->fd(), from.c_str(), staging_->fd(), "tree") != 0) {
      ThrowErrno(errno, "cannot rename", staging_->path() + "/" + from);
    }
    if (!result_.root.empty()) {
      RemoveTree(staging_->fd(), kUnpacked, staging_->path());
    }
  }

  void Verify(int root) {
    const FilesComparison found =
        Compare(root, ListTreeBeneath(root, staging_->path()), true);
    if (!found.changes.empty()) {
      throw Error(
          ErrorKind::kIo,
          "what was written beside " + Quote(target_.path) +
              " is not what was read: " + Quote(found.changes.front().path));
    }
    result_.verified = true;
  }

  void MakeSwitch(int root) {
    struct stat status;
    if (fstat(root, &status) != 0) {
      ThrowErrno(errno, "cannot look at", staging_->path());
    }
    FilesSwitch files;
    files.target = target_.path;
    files.staging = staging_->path();
    files.existed = target_.status.has_value();
    files.device = status.st_dev;
    files.staged_inode = status.st_ino;
    files.old_inode = target_.status ? target_.status->st_ino : 0;
    WriteFileDurably(files.staging + "/" + kSwitchNote, ToJson(files).dump(),
                     0600);
    writer_->Sync();
    ThrowIfInterrupted();
    result_.lock = staging_->Keep();
    result_.files = files;
  }

  archive::Reader& reader_;
  const FilesOptions& options_;
  const FilesTarget target_;
  FilesList list_;
  StagedFiles result_;
  UniqueFd old_;  // the target
  TreeListing listing_;
  std::unique_ptr<Staging> staging_;
  UniqueFd unpacked_;
  std::optional<FilesOwner> owner_;
  std::vector<std::pair<std::string, std::string>> hard_links_;
  std::vector<std::pair<std::string, Sha256::Digest>> repeated_;
  std::unique_ptr<FilesWriter> writer_;  // last: its threads write to the list
};

}  // namespace

StagedFiles Stage(archive::Reader& reader, const FilesOptions& options,
                  const std::function<void()>& before_use) {
  return Stager(reader, options).Run(before_use);
}

}  // namespace backgraft::imports
