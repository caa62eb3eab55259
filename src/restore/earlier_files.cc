#include "restore/earlier_files.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "restore/backup_files.h"

namespace backgraft::restore {

EarlierFiles::File* EarlierFiles::Find(const std::string& path) {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

EarlierFiles::File* EarlierFiles::FindInSource(std::string_view path) {
  if (files_.empty()) return nullptr;
  for (size_t i = 0; i < root_depth_; ++i) {
    const size_t slash = path.find('/');
    if (slash == std::string_view::npos) return nullptr;
    path.remove_prefix(slash + 1);
  }
  return Find(std::string(path));
}

void EarlierFiles::Replace(BackupFiles* files, bool have_history) {
  files_.clear();
  have_history_ = have_history;
  const std::string& root = files->root.prefix;
  root_depth_ =
      root.empty()
          ? 0
          : 1 + static_cast<size_t>(std::count(root.begin(), root.end(), '/'));
  for (BackupFile& file : files->files) {
    if (!file.content) continue;
    files_.emplace(file.path, File{file.oid, std::move(file.content),
                                   file.convertible, file.waiting});
  }
}

EntryContent ReadContent(archive::Reader& reader, uint64_t size,
                         const EarlierFiles::File* before) {
  EntryContent read;
  const std::string* expected =
      before == nullptr ? nullptr : before->content.get();
  size_t same = 0;
  read.as_expected = expected != nullptr && expected->size() == size;
  if (!read.as_expected) read.bytes.reserve(size);
  for (ByteSpan piece = reader.Read(); !piece.empty(); piece = reader.Read()) {
    if (read.as_expected) {
      if (piece.size() <= expected->size() - same &&
          std::memcmp(expected->data() + same, piece.data(), piece.size()) ==
              0) {
        same += piece.size();
        continue;
      }
      read.as_expected = false;
      read.bytes.reserve(size);
      read.bytes.assign(*expected, 0, same);
    }
    read.bytes += AsText(piece);
  }
  if (read.as_expected && same != expected->size()) {
    read.as_expected = false;
    read.bytes.assign(*expected, 0, same);
  }
  return read;
}

void KeptContents::Add(git::ObjectWriter::Content content,
                       EarlierFiles::File* before, git::ObjectWriter& writer,
                       git::ObjectWriter::Done done) const {
  // What is not kept may have an earlier version all the same: that is known
  // once the source has been read.
  if (before == nullptr || !before->content || !earlier_->expects_new()) {
    writer.AddBlob(std::move(content), std::move(done));
    return;
  }
  // Nobody compares anything with it any more.
  git::ObjectWriter::Base base{before->oid, std::move(before->content)};
  writer.AddLikelyBlob(std::move(content), std::move(base), std::move(done));
}

void KeptContents::Keep(const git::ObjectWriter::Content& content,
                        git::ObjectWriter::Content* kept) {
  if (earlier_ == nullptr ||
      content->size() > EarlierFiles::kMostBytes - bytes_) {
    return;
  }
  bytes_ += content->size();
  *kept = content;
}

}  // namespace backgraft::restore
