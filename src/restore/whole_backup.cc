#include "restore/whole_backup.h"

#include <algorithm>
#include <set>
#include <vector>

#include "archive/litter.h"
#include "archive/member_source.h"
#include "archive/peekable_source.h"
#include "archive/root.h"
#include "archive/sniff.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/binary.h"
#include "restore/entry_rules.h"
#include "restore/opened_source.h"

namespace backgraft::restore {
namespace {

using archive::Entry;
using archive::EntryKind;

constexpr char kManifest[] = "MANIFEST.ini";
constexpr uint64_t kLargestManifest = uint64_t{256} << 10;

// What there is to know of all entries.
class Outline {
 public:
  void Add(const Entry& entry, archive::Reader& reader) {
    if (entry.kind == EntryKind::kDirectory ||
        archive::IsMacLitter(entry.path)) {
      return;
    }
    const std::string_view git = GitPart(entry.path);
    paths_.insert(git.empty() ? entry.path : std::string(git));
    if (entry.kind != EntryKind::kRegular) return;
    if (entry.path == kManifest && entry.size <= kLargestManifest) {
      for (ByteSpan piece; !(piece = reader.Read()).empty();) {
        manifest_ += AsText(piece);
      }
    } else if (IsDumpName(entry.path) && entry.size > 0) {
      archive::MemberSource content(reader, entry.path);
      archive::PeekableSource peekable(content);
      if (archive::Sniff(peekable).container == archive::Container::kSql) {
        dumps_.insert(entry.path);
      }
    }
  }

  std::optional<BackupLayout> Layout() const {
    auto layout = FindBackupLayout({paths_.begin(), paths_.end()}, manifest_);
    if (!layout) return std::nullopt;
    const bool had_dumps = !layout->databases.empty();
    std::erase_if(layout->databases, [&](const std::string& path) {
      return !dumps_.contains(path);
    });
    // Where the dump was all that spoke for it.
    if (had_dumps && layout->databases.empty()) return std::nullopt;
    return layout;
  }

 private:
  std::set<std::string> paths_, dumps_;
  std::string manifest_;
};

}  // namespace

archive::Part WholeBackup::Code(bool database_is_taken,
                                bool files_are_taken) const {
  archive::Part part{.directory = layout.code.value_or(""),
                     .without = layout.databases,
                     .elsewhere = {}};
  // Its own rules say which uploads are code.
  if (layout.files && !layout.has_git) part.without.push_back(*layout.files);
  if (database_is_taken) part.elsewhere = layout.databases;
  if (files_are_taken && layout.files) part.elsewhere.push_back(*layout.files);
  return part;
}

archive::Part WholeBackup::Files(bool code_is_taken) const {
  archive::Part part{
      .directory = *layout.files, .without = {}, .elsewhere = {}};
  if (code_is_taken) part.elsewhere.emplace_back();
  return part;
}

std::string WholeBackup::UploadsInCode() const {
  if (!layout.code || !layout.files || layout.has_git) return {};
  const std::string root = layout.code->empty() ? "" : *layout.code + "/";
  if (!layout.files->starts_with(root)) return {};
  return ":(top,literal)" + layout.files->substr(root.size());
}

std::optional<WholeBackup> FindWholeBackup(const std::string& source,
                                           const SourceLimits& limits,
                                           Progress& progress) {
  OpenedSource opened(source, limits, progress);
  if (opened.type() && opened.type()->container != archive::Container::kTar &&
      opened.type()->container != archive::Container::kZip) {
    return std::nullopt;
  }
  Outline outline;
  while (const auto entry = opened.reader().Next()) {
    ThrowIfInterrupted();
    outline.Add(*entry, opened.reader());
  }
  auto layout = outline.Layout();
  if (!layout) return std::nullopt;
  return WholeBackup{*std::move(layout), opened.Finish({}).sha256};
}

std::optional<BackupLayout> LayoutOf(const BackupFiles& files) {
  std::vector<std::string> paths;
  for (const BackupFile& file : files.files) {
    paths.push_back(files.InSource(file.path));
  }
  for (const LeftOut& left : files.left_out) paths.push_back(left.path);
  if (files.root.has_git) paths.push_back(files.InSource(".git"));
  std::sort(paths.begin(), paths.end());
  std::string manifest;
  for (const auto& [path, content] : files.kept_contents) {
    if (path == kManifest) manifest = content;
  }
  return FindBackupLayout(paths, manifest);
}

std::optional<std::string> MoreThanCode(const BackupFiles& files) {
  // Most sources have none, and need no list of paths.
  const auto is_dump = [](const auto& each) { return IsDumpName(each.path); };
  if (std::none_of(files.files.begin(), files.files.end(), is_dump) &&
      std::none_of(files.left_out.begin(), files.left_out.end(), is_dump)) {
    return std::nullopt;
  }
  const auto layout = LayoutOf(files);
  if (!layout || layout->databases.empty()) return std::nullopt;
  return "it looks like a " + layout->name + " with a database in " +
         Quote(layout->databases.front()) +
         ", and all of it is taken as code: 'backgraft restore' takes such a "
         "backup apart";
}

}  // namespace backgraft::restore
