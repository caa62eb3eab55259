#include <algorithm>

#include "git/fsck_commit.h"
#include "git/fsck_text.h"

namespace backgraft::git {
namespace {

bool IsTypeName(std::string_view name) {
  return name == "commit" || name == "tree" || name == "blob" || name == "tag";
}

// Whether refs/tags/<name> is a ref name to git (check_refname_format).
bool IsTagName(std::string_view name) {
  if (name.empty() || name.ends_with('.')) return false;
  char last = '/';
  for (size_t i = 0; i < name.size(); ++i) {
    char c = name[i];
    auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7f ||
        std::string_view("~^:?[\\*").find(c) != std::string_view::npos) {
      return false;
    }
    if ((c == '.' && (last == '.' || last == '/')) ||
        (c == '{' && last == '@') || (c == '/' && last == '/')) {
      return false;
    }
    bool ends_component = i + 1 == name.size() || name[i + 1] == '/';
    if (ends_component && name.substr(0, i + 1).ends_with(".lock")) {
      return false;
    }
    last = c;
  }
  return last != '/';
}

// What git's parser of tags (parse_tag_buffer) demands, whatever fsck is
// configured to.
bool ParsesAsTag(std::string_view bytes) {
  if (bytes.size() < 64) return false;
  TextCursor cursor(bytes);
  if (!cursor.Skip("object ") || !cursor.TakeOidLine()) return false;
  if (!cursor.Skip("type ")) return false;
  std::optional<std::string_view> type = cursor.TakeLine();
  if (!type || !IsTypeName(*type)) return false;
  return cursor.position() + 4 < bytes.size() && cursor.Skip("tag ") &&
         bytes.find('\n', cursor.position()) != std::string_view::npos;
}

}  // namespace

void CheckTag(std::string_view bytes, FsckReporter* reporter) {
  if (!ParsesAsTag(bytes)) reporter->Report(FsckId::kUnparsable);
  if (CheckHeaders(bytes, reporter)) return;
  TextCursor cursor(bytes);
  if (!cursor.Skip("object ")) {
    reporter->Report(FsckId::kMissingObject);
    return;
  }
  if (!cursor.TakeOidLine() && reporter->Report(FsckId::kBadObjectSha1)) {
    return;
  }
  if (!cursor.Skip("type ")) {
    reporter->Report(FsckId::kMissingTypeEntry);
    return;
  }
  std::optional<std::string_view> type = cursor.TakeLine();
  if (!type) {
    reporter->Report(FsckId::kMissingType);
    return;
  }
  if (!IsTypeName(*type) && reporter->Report(FsckId::kBadType)) return;
  if (!cursor.Skip("tag ")) {
    reporter->Report(FsckId::kMissingTagEntry);
    return;
  }
  std::optional<std::string_view> name = cursor.TakeLine();
  if (!name) {
    reporter->Report(FsckId::kMissingTag);
    return;
  }
  if (!IsTagName(*name) && reporter->Report(FsckId::kBadTagName, *name)) {
    return;
  }
  // Early tags have no tagger. What is wrong with one does not stop the check
  // in git either.
  if (!cursor.Skip("tagger ")) {
    if (reporter->Report(FsckId::kMissingTaggerEntry)) return;
  } else {
    CheckIdent(&cursor, reporter);
  }
  if (cursor.Peek() != '\0' && cursor.Peek() != '\n') {
    reporter->Report(FsckId::kExtraHeaderEntry);
  }
}

}  // namespace backgraft::git
