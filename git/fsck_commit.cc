#include "git/fsck_commit.h"

#include <array>

#include "git/fsck_text.h"

namespace backgraft::git {
namespace {

// What git's parser of commits (parse_commit_buffer) demands, whatever fsck is
// configured to.
bool ParsesAsCommit(std::string_view bytes) {
  constexpr size_t kTreeLine = 5 + 40 + 1;
  constexpr size_t kParentLine = 7 + 40 + 1;
  auto oid_line = [&](size_t prefix, size_t length) {
    return bytes.size() > length && bytes[length - 1] == '\n' &&
           Oid::FromHex(bytes.substr(prefix, 40));
  };
  if (!bytes.starts_with("tree ") || !oid_line(5, kTreeLine)) return false;
  bytes.remove_prefix(kTreeLine);
  while (bytes.size() >= kParentLine && bytes.starts_with("parent ")) {
    if (!oid_line(7, kParentLine)) return false;
    bytes.remove_prefix(kParentLine);
  }
  return true;
}

}  // namespace

void CheckCommit(std::string_view bytes, FsckReporter* reporter) {
  if (!ParsesAsCommit(bytes)) reporter->Report(FsckId::kUnparsable);
  if (CheckHeaders(bytes, reporter)) return;
  TextCursor cursor(bytes);
  if (!cursor.Skip("tree ")) {
    reporter->Report(FsckId::kMissingTree);
    return;
  }
  if (!cursor.TakeOidLine() && reporter->Report(FsckId::kBadTreeSha1)) return;
  while (cursor.Skip("parent ")) {
    if (!cursor.TakeOidLine() && reporter->Report(FsckId::kBadParentSha1)) {
      return;
    }
  }
  int authors = 0;
  while (cursor.Skip("author ")) {
    ++authors;
    if (CheckIdent(&cursor, reporter)) return;
  }
  if (authors < 1 && reporter->Report(FsckId::kMissingAuthor)) return;
  if (authors > 1 && reporter->Report(FsckId::kMultipleAuthors)) return;
  if (!cursor.Skip("committer ")) {
    reporter->Report(FsckId::kMissingCommitter);
    return;
  }
  if (CheckIdent(&cursor, reporter)) return;
  if (bytes.find('\0') != std::string_view::npos) {
    reporter->Report(FsckId::kNulInCommit);
  }
}

}  // namespace backgraft::git
