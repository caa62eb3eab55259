#include "restore/git_capture.h"

#include <algorithm>

#include "base/escape.h"
#include "git/foreign_config.h"

namespace backgraft::restore {
namespace {

using archive::Entry;
using archive::EntryKind;
using git::ForeignObjects;

constexpr uint64_t kLargestSmallFile = uint64_t{1} << 20;
constexpr uint64_t kLargestPackedRefs = uint64_t{256} << 20;
// A larger index is done without.
constexpr uint64_t kLargestPackIndex = uint64_t{128} << 20;
// More enclosing directories than this nobody makes; it bounds the work.
constexpr size_t kDeepestBare = 8;

size_t Depth(std::string_view path) {
  return static_cast<size_t>(std::count(path.begin(), path.end(), '/'));
}

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

// The id that "objects/ab/cdef…" names.
std::optional<git::Oid> LooseId(std::string_view name) {
  constexpr std::string_view kObjects = "objects/";
  if (name.size() != kObjects.size() + 41 || !name.starts_with(kObjects)) {
    return std::nullopt;
  }
  name.remove_prefix(kObjects.size());
  if (name[2] != '/') return std::nullopt;
  std::string hex =
      std::string(name.substr(0, 2)) + std::string(name.substr(3));
  if (!IsHex(hex)) return std::nullopt;
  return git::Oid::FromHex(hex);
}

// "x" for "objects/pack/x<ending>".
std::optional<std::string> PackFileName(std::string_view name,
                                        std::string_view ending) {
  constexpr std::string_view kPacks = "objects/pack/";
  if (!name.starts_with(kPacks) || !name.ends_with(ending) ||
      name.size() <= kPacks.size() + ending.size()) {
    return std::nullopt;
  }
  name.remove_prefix(kPacks.size());
  name.remove_suffix(ending.size());
  if (name.find('/') != std::string_view::npos) return std::nullopt;
  return std::string(name);
}

bool IsReadFile(std::string_view name) {
  return name == "HEAD" || name == "config" || name == "packed-refs" ||
         name == "shallow" || name == "commondir" ||
         name == "objects/info/alternates" ||
         name == "objects/info/http-alternates";
}

// What git reads history from. Hooks, logs, the index and the like are nobody's
// business.
bool IsHistory(std::string_view name) {
  return IsReadFile(name) || name == "refs" || name.starts_with("refs/") ||
         name == "objects" || name.starts_with("objects/");
}

std::string_view KindName(EntryKind kind) {
  switch (kind) {
    case EntryKind::kSymlink:
    case EntryKind::kHardlink:
      return "a link";
    case EntryKind::kFifo:
      return "a fifo";
    case EntryKind::kDevice:
      return "a device";
    default:
      return "a socket";
  }
}

// Whether some line is neither empty nor a comment.
bool SaysSomething(std::string_view text) {
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos &&
        !line.starts_with('#')) {
      return true;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

}  // namespace

CapturedGit::CapturedGit(const std::string& directory,
                         const std::string& source_name)
    : directory_(directory), source_name_(source_name), refs_(source_name) {}

ForeignObjects& CapturedGit::objects() {
  if (!objects_) {
    objects_ = std::make_unique<ForeignObjects>(directory_, source_name_);
  }
  return *objects_;
}

void CapturedGit::Refuse(const std::string& message,
                         std::vector<std::string> hints) {
  if (refusal_) return;
  refusal_.emplace(ErrorKind::kBadSource, message, std::move(hints));
}

void CapturedGit::RefuseEntry(const Entry& entry, const std::string& why) {
  Refuse("entry " + Quote(entry.path) + " of " + Quote(source_name_) + " " +
         why);
}

void CapturedGit::Take(const Entry& entry, std::string_view name,
                       const ForeignObjects::Pull& pull) {
  if (refusal_) return;
  if (name.empty()) {
    if (entry.kind == EntryKind::kDirectory) return;
    if (entry.kind == EntryKind::kRegular) {
      elsewhere_ = true;
      return;
    }
  } else if (!IsHistory(name)) {
    return;
  } else {
    anything_ = true;
    if (entry.kind == EntryKind::kDirectory) {
      if (IsReadFile(name)) RefuseEntry(entry, "is a directory");
      return;
    }
    if (entry.kind == EntryKind::kRegular) {
      TakeFile(entry, name, pull);
      return;
    }
  }
  RefuseEntry(entry, "is " + std::string(KindName(entry.kind)) +
                         ", and only files and directories make a history");
}

std::string CapturedGit::ReadSmall(const Entry& entry, uint64_t limit,
                                   const ForeignObjects::Pull& pull) {
  if (entry.size > limit) {
    RefuseEntry(entry, "is too large for what git keeps in it");
    return {};
  }
  std::string bytes;
  for (ByteSpan piece = pull(); !piece.empty(); piece = pull()) {
    bytes += AsText(piece);
  }
  auto [it, fresh] = seen_.try_emplace(
      entry.path, git::HashObject(git::ObjectType::kBlob, bytes));
  if (!fresh && it->second != git::HashObject(git::ObjectType::kBlob, bytes)) {
    RefuseEntry(entry, "comes twice with different content");
  }
  return bytes;
}

void CapturedGit::TakeRef(const std::string& bytes,
                          const std::function<void(const std::string&)>& take) {
  if (refusal_) return;
  try {
    take(bytes);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kBadSource) throw;
    refusal_ = error;
  }
}

void CapturedGit::TakeFile(const Entry& entry, std::string_view name,
                           const ForeignObjects::Pull& pull) {
  if (name == "HEAD") {
    has_head_ = true;
    TakeRef(ReadSmall(entry, kLargestSmallFile, pull),
            [&](const std::string& bytes) { refs_.AddHead(bytes); });
  } else if (name == "config") {
    config_ = ReadSmall(entry, kLargestSmallFile, pull);
  } else if (name == "packed-refs") {
    TakeRef(ReadSmall(entry, kLargestPackedRefs, pull),
            [&](const std::string& bytes) { refs_.AddPackedRefs(bytes); });
  } else if (name == "shallow") {
    if (!SaysSomething(ReadSmall(entry, kLargestPackedRefs, pull))) return;
    Refuse(
        Quote(source_name_) +
            " holds a shallow clone: the beginning of its history is missing",
        {"where it comes from, complete it and make the backup again: git "
         "fetch --unshallow"});
  } else if (name == "commondir") {
    elsewhere_ = true;
  } else if (name == "objects/info/alternates" ||
             name == "objects/info/http-alternates") {
    if (!SaysSomething(ReadSmall(entry, kLargestSmallFile, pull))) return;
    Refuse("entry " + Quote(entry.path) + " of " + Quote(source_name_) +
               " borrows objects from another repository",
           {"where it comes from, copy them and make the backup again: git "
            "repack -a -d"});
  } else if (name.starts_with("refs/")) {
    TakeRef(ReadSmall(entry, kLargestSmallFile, pull),
            [&](const std::string& bytes) {
              refs_.AddLoose(std::string(name), bytes);
            });
  } else if (name.starts_with("objects/")) {
    TakeObject(entry, name, pull);
  } else {
    RefuseEntry(entry, "is a file where git has a directory");
  }
}

void CapturedGit::TakeObject(const Entry& entry, std::string_view name,
                             const ForeignObjects::Pull& pull) {
  if (auto oid = LooseId(name)) {
    if (seen_.try_emplace(entry.path, *oid).second) {
      objects().AddLoose(*oid, pull);
    } else {
      RefuseEntry(entry, "comes twice");
    }
  } else if (auto pack = PackFileName(name, ".pack")) {
    if (seen_.try_emplace(entry.path, git::Oid{}).second) {
      objects().AddPack(*pack, pull);
    } else {
      RefuseEntry(entry, "comes twice");
    }
  } else if (auto index = PackFileName(name, ".idx")) {
    if (entry.size > kLargestPackIndex) return;
    objects().AddPackIndex(*index, ReadSmall(entry, kLargestPackIndex, pull));
  }
  // Everything else there (multi-pack indexes, bitmaps, commit graphs) only
  // says once more what packs hold.
}

bool CapturedGit::Check() {
  if (refusal_) throw Error(*refusal_);
  if (elsewhere_) return false;
  // What `git init` was stopped in the middle of, or a directory of that name.
  if (!anything_) return false;
  if (config_) git::CheckForeignConfig(*config_, source_name_);
  if (!has_head_) {
    throw Error(ErrorKind::kBadSource,
                "the git directory in " + Quote(source_name_) + " has no HEAD");
  }
  return true;
}

CapturedGit& GitCapture::At(std::string_view git_dir) {
  auto it = captured_.find(git_dir);
  if (it == captured_.end()) {
    it = captured_
             .emplace(std::string(git_dir),
                      std::make_unique<CapturedGit>(directory_, source_name_))
             .first;
  }
  return *it->second;
}

void GitCapture::Take(const Entry& entry, std::string_view git_dir,
                      archive::Reader& reader) {
  const size_t depth = Depth(git_dir);
  if (depth > least_depth_) return;
  if (depth < least_depth_) {
    // Those further down are nested ones after all.
    least_depth_ = depth;
    std::erase_if(captured_, [&](const auto& item) {
      const std::string& path = item.first;
      return (path == ".git" || path.ends_with("/.git")) && Depth(path) > depth;
    });
  }
  std::string_view name = std::string_view(entry.path).substr(git_dir.size());
  if (!name.empty()) name.remove_prefix(1);
  At(git_dir).Take(entry, name, [&] { return reader.Read(); });
}

std::optional<std::string_view> GitCapture::BarePart(std::string_view path) {
  size_t begin = 0;
  for (size_t depth = 0; depth < kDeepestBare; ++depth) {
    std::string_view rest = path.substr(begin);
    if (IsReadFile(rest) || rest.starts_with("refs/") || LooseId(rest) ||
        PackFileName(rest, ".pack") || PackFileName(rest, ".idx")) {
      return path.substr(0, begin == 0 ? 0 : begin - 1);
    }
    size_t slash = rest.find('/');
    if (slash == std::string_view::npos) break;
    begin += slash + 1;
  }
  return std::nullopt;
}

void GitCapture::TakeBare(const Entry& entry, std::string_view git_dir,
                          const ForeignObjects::Pull& pull) {
  std::string_view name = std::string_view(entry.path)
                              .substr(git_dir.empty() ? 0 : git_dir.size() + 1);
  At(git_dir).Take(entry, name, pull);
}

std::optional<git::ForeignObjects::PackBytes> GitCapture::FindPack(
    std::string_view git_dir, std::string_view path) const {
  auto it = captured_.find(git_dir);
  if (it == captured_.end()) return std::nullopt;
  std::string_view name = path.substr(git_dir.empty() ? 0 : git_dir.size() + 1);
  auto wanted = PackFileName(name, ".pack");
  if (!wanted) return std::nullopt;
  ForeignObjects& objects = it->second->objects();
  for (const ForeignObjects::Pack& pack : objects.packs()) {
    if (pack.name == *wanted) return objects.Open(pack);
  }
  return std::nullopt;
}

std::unique_ptr<CapturedGit> GitCapture::Release(const std::string& git_dir) {
  auto it = captured_.find(git_dir);
  if (it == captured_.end()) return nullptr;
  std::unique_ptr<CapturedGit> captured = std::move(it->second);
  captured_.clear();
  return captured;
}

}  // namespace backgraft::restore
