// The files a source's working tree holds, read in one pass: contents go to an
// object writer as they come, and everything that must not be is refused.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archive/reader.h"
#include "archive/root.h"
#include "base/spool.h"
#include "git/object_writer.h"
#include "git/oid.h"
#include "restore/earlier_files.h"
#include "restore/git_capture.h"
#include "restore/source_info.h"
#include "restore/telling_contents.h"

namespace backgraft::restore {

// A file, symlink or directory's worth of content, not yet a tree entry: which
// of its forms is recorded depends on attributes that may come later in the
// source.
struct BackupFile {
  std::string path;  // below the root
  git::FileMode mode;
  // The blob of the bytes as they are.
  git::Oid oid;
  uint64_t size = 0;
  // A filter may change the bytes.
  bool convertible = false;
  // The blob is not written, as one is most likely to change them; they wait in
  // `content` or, where that is null, in `spooled`.
  bool waiting = false;
  std::optional<Spool::Place> spooled;
  // Too large to be spooled, and has line endings that a filter may change.
  bool large_with_crlf = false;
  bool lfs_pointer = false;
  // Its bytes, which are the blob's, where the reader was asked to keep them
  // and it is a plain file that is not large; null otherwise.
  git::ObjectWriter::Content content;
};

// LeftOut::reason of a `.git` below the root, and of a directory that git
// cannot record.
inline constexpr char kNestedRepository[] = "nested repository";
inline constexpr char kEmptyDirectory[] = "empty directory";
inline constexpr char kOutsideTheCode[] = "outside the code's directory";

struct BackupFiles {
  std::vector<BackupFile> files;  // in the byte order of paths, each path once
  std::vector<LeftOut> left_out;  // sorted by path
  // Directories below the root in which there is nothing to record.
  std::set<std::string> empty_directories;
  uint64_t entries = 0;
  archive::Root root;
  // Contents by path of files that say something about the others (.gitignore,
  // .gitattributes, .gitmodules) or about the whole (IsTelling()).
  TellingContents::Contents kept_contents;
  std::optional<int64_t> newest;  // mtime of the newest entry
  std::unique_ptr<Spool> spool;
  // The root's own git directory; null where there is none.
  std::unique_ptr<CapturedGit> git;

  // The path that `path`, which is below the root, has in the source.
  std::string InSource(const std::string& path) const {
    return root.prefix.empty() ? path : root.prefix + "/" + path;
  }
  // Gives back the memory that BackupFile::content takes; what waits there goes
  // to the spool.
  void ForgetContents();
};

// Reads `reader` to its end. Error(kBadSource) for everything hazards lists for
// code. Contents are queued on `writer`, which is drained on return; it must be
// empty before. `source_name` is for messages. `raw` spools nothing: bytes stay
// as they are. Packs of the source's history go into `git_directory`, as
// git::ForeignObjects keeps them. With `earlier`, whose blobs `writer` has,
// files that are still the same are not hashed, what others held is taken out
// of it, and contents are kept for the next source, EarlierFiles::kMostBytes in
// all.
BackupFiles ReadBackupFiles(archive::Reader& reader,
                            const std::string& source_name, bool raw,
                            const std::string& git_directory,
                            git::ObjectWriter& writer, EarlierFiles* earlier);

}  // namespace backgraft::restore
