// What the files of the source before held: a file that is still the same is
// known by comparing its bytes, which takes a fraction of hashing them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "archive/reader.h"
#include "git/object_writer.h"
#include "git/oid.h"

namespace backgraft::restore {

struct BackupFiles;

class EarlierFiles {
 public:
  // Bytes of content that are kept of one source, at the most; while the next
  // one is read, there are two.
  static constexpr size_t kMostBytes = size_t{72} << 20;

  struct File {
    git::Oid oid;
    // Who knows that nothing is compared with it any more may take it: null.
    git::ObjectWriter::Content content;
    bool convertible = false, waiting = false;  // as BackupFile has them
  };

  // The file at `path` below the root; null where it is not kept.
  File* Find(const std::string& path);
  // The file that `path`, which counts from the top of the next source, most
  // likely is: one release has its root as deep as the other.
  File* FindInSource(std::string_view path);

  // Takes over the contents that the reader of `files` kept (see BackupFile),
  // and forgets those it had. `have_history` says whether it is their source's
  // history that most of them come from.
  void Replace(BackupFiles* files, bool have_history);

  // Whether what changes in the next source is most likely to be new: it has no
  // history, as the one before had none.
  bool expects_new() const { return !files_.empty() && !have_history_; }

 private:
  size_t root_depth_ = 0;
  bool have_history_ = false;
  std::unordered_map<std::string, File> files_;
};

// The content of the entry at hand, which has `size` bytes.
struct EntryContent {
  std::string bytes;  // not set where it is what was expected
  bool as_expected = false;
};
// `before` may be null.
EntryContent ReadContent(archive::Reader& reader, uint64_t size,
                         const EarlierFiles::File* before);

// What one source keeps for the sake of the next.
class KeptContents {
 public:
  // Null keeps nothing; else it must outlive this.
  explicit KeptContents(EarlierFiles* earlier) : earlier_(earlier) {}

  // As EarlierFiles::FindInSource().
  EarlierFiles::File* Before(std::string_view path) const {
    return earlier_ == nullptr ? nullptr : earlier_->FindInSource(path);
  }
  // Queues what is not as it was `before` (null: it was not there) on `writer`.
  void Add(git::ObjectWriter::Content content, EarlierFiles::File* before,
           git::ObjectWriter& writer, git::ObjectWriter::Done done) const;
  // Sets `kept` where there is room for it.
  void Keep(const git::ObjectWriter::Content& content,
            git::ObjectWriter::Content* kept);

 private:
  EarlierFiles* const earlier_;
  size_t bytes_ = 0;
};

}  // namespace backgraft::restore
