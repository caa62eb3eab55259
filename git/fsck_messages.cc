#include "git/fsck_messages.h"

#include "base/error.h"
#include "base/escape.h"

namespace backgraft::git {
namespace {

// git's own classes. A warning is an error under --strict, an info never is,
// and a fatal one cannot be configured away.
enum class Default { kFatal, kError, kWarn, kInfo, kIgnore };

struct MessageInfo {
  std::string_view name;
  Default severity;
  std::string_view text;
};

// In the order of FsckId.
constexpr std::array<MessageInfo, kFsckIdCount> kMessages = {{
    {"nulInHeader", Default::kFatal, "a NUL byte in the header"},
    {"unterminatedHeader", Default::kFatal, "the header does not end"},
    {"unparsable", Default::kFatal, "cannot be parsed"},
    {"badDate", Default::kError, "a date is no number"},
    {"badDateOverflow", Default::kError, "a date is too large"},
    {"badEmail", Default::kError, "an email address is malformed"},
    {"badName", Default::kError, "a name is malformed"},
    {"badObjectSha1", Default::kError, "the object line holds no object id"},
    {"badParentSha1", Default::kError, "a parent line holds no object id"},
    {"badTimezone", Default::kError, "a time zone is malformed"},
    {"badTree", Default::kError, "cannot be parsed as a tree"},
    {"badTreeSha1", Default::kError, "the tree line holds no object id"},
    {"badType", Default::kError, "the type line names no object type"},
    {"duplicateEntries", Default::kError, "a name is in it twice"},
    {"missingAuthor", Default::kError, "has no author"},
    {"missingCommitter", Default::kError, "has no committer"},
    {"missingEmail", Default::kError, "an email address is missing"},
    {"missingNameBeforeEmail", Default::kError, "a name is missing"},
    {"missingObject", Default::kError, "has no object line"},
    {"missingSpaceBeforeDate", Default::kError, "no space before a date"},
    {"missingSpaceBeforeEmail", Default::kError,
     "no space before an email address"},
    {"missingTag", Default::kError, "the tag line does not end"},
    {"missingTagEntry", Default::kError, "has no tag line"},
    {"missingTree", Default::kError, "has no tree line"},
    {"missingType", Default::kError, "the type line does not end"},
    {"missingTypeEntry", Default::kError, "has no type line"},
    {"multipleAuthors", Default::kError, "has more than one author"},
    {"treeNotSorted", Default::kError, "its entries are not in order"},
    {"unknownType", Default::kError, "its type is unknown"},
    {"zeroPaddedDate", Default::kError, "a date starts with a zero"},
    {"gitmodulesMissing", Default::kError, "a .gitmodules file is missing"},
    {"gitmodulesBlob", Default::kError, ".gitmodules is not a file"},
    {"gitmodulesLarge", Default::kError, ".gitmodules is too large"},
    {"gitmodulesName", Default::kError,
     ".gitmodules has an unsafe submodule name"},
    {"gitmodulesSymlink", Default::kError, ".gitmodules is a symbolic link"},
    {"gitmodulesUrl", Default::kError, ".gitmodules has an unsafe url"},
    {"gitmodulesPath", Default::kError, ".gitmodules has an unsafe path"},
    {"gitmodulesUpdate", Default::kError, ".gitmodules has a command to run"},
    {"gitattributesMissing", Default::kError,
     "a .gitattributes file is missing"},
    {"gitattributesLarge", Default::kError, ".gitattributes is too large"},
    {"gitattributesLineLength", Default::kError,
     ".gitattributes has a line that is too long"},
    {"gitattributesBlob", Default::kError, ".gitattributes is not a file"},
    {"emptyName", Default::kWarn, "has an entry without a name"},
    {"fullPathname", Default::kWarn, "a name in it holds a slash"},
    {"hasDot", Default::kWarn, "has an entry named '.'"},
    {"hasDotdot", Default::kWarn, "has an entry named '..'"},
    {"hasDotgit", Default::kWarn, "has an entry that is '.git' to some system"},
    {"nullSha1", Default::kWarn, "has an entry with a null object id"},
    {"zeroPaddedFilemode", Default::kWarn, "a file mode starts with a zero"},
    {"nulInCommit", Default::kWarn, "a NUL byte in the message"},
    {"badFilemode", Default::kInfo, "has a file mode that git does not write"},
    {"gitmodulesParse", Default::kInfo, ".gitmodules cannot be parsed"},
    {"gitignoreSymlink", Default::kInfo, ".gitignore is a symbolic link"},
    {"gitattributesSymlink", Default::kInfo,
     ".gitattributes is a symbolic link"},
    {"mailmapSymlink", Default::kInfo, ".mailmap is a symbolic link"},
    {"badTagName", Default::kInfo, "its tag name is no valid ref name"},
    {"missingTaggerEntry", Default::kInfo, "has no tagger"},
    {"extraHeaderEntry", Default::kIgnore, "has unknown header lines"},
}};

const MessageInfo& Info(FsckId id) {
  return kMessages[static_cast<size_t>(id)];
}

FsckSeverity StrictSeverity(Default severity) {
  switch (severity) {
    case Default::kFatal:
    case Default::kError:
    case Default::kWarn:
      return FsckSeverity::kError;
    case Default::kInfo:
      return FsckSeverity::kWarn;
    case Default::kIgnore:
      break;
  }
  return FsckSeverity::kIgnore;
}

bool EqualNoCase(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : +c; };
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

}  // namespace

std::string_view FsckIdName(FsckId id) { return Info(id).name; }

std::optional<FsckId> FindFsckId(std::string_view name) {
  for (size_t i = 0; i < kMessages.size(); ++i) {
    if (EqualNoCase(kMessages[i].name, name)) return static_cast<FsckId>(i);
  }
  return std::nullopt;
}

FsckOptions::FsckOptions() {
  for (size_t i = 0; i < kFsckIdCount; ++i) {
    severities_[i] = StrictSeverity(kMessages[i].severity);
  }
}

bool FsckOptions::Override(std::string_view name, std::string_view value) {
  std::optional<FsckId> id = FindFsckId(name);
  if (!id || *id == FsckId::kUnparsable) return false;
  FsckSeverity severity;
  if (value == "error") {
    severity = FsckSeverity::kError;
  } else if (value == "warn") {
    severity = FsckSeverity::kWarn;
  } else if (value == "ignore") {
    severity = FsckSeverity::kIgnore;
  } else {
    throw Error(ErrorKind::kRefused, "unknown value " + Quote(value) +
                                         " of 'fetch.fsck." +
                                         std::string(FsckIdName(*id)) + "'");
  }
  if (Info(*id).severity == Default::kFatal &&
      severity != FsckSeverity::kError) {
    throw Error(ErrorKind::kRefused, "'fetch.fsck." +
                                         std::string(FsckIdName(*id)) +
                                         "' cannot be other than 'error'");
  }
  severities_[static_cast<size_t>(*id)] = severity;
  return true;
}

bool FsckReporter::Report(FsckId id, std::string_view detail) {
  FsckSeverity severity = options_.severity(id);
  if (severity == FsckSeverity::kIgnore) return false;
  // git parses an object before it looks at the list.
  if (id != FsckId::kUnparsable && options_.skip_list.contains(oid_)) {
    return false;
  }
  std::string text(Info(id).text);
  if (!detail.empty()) text += ": " + Quote(detail);
  messages_->push_back({id, severity, type_, oid_, std::move(text)});
  return severity == FsckSeverity::kError;
}

}  // namespace backgraft::git
