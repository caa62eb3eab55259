#include "restore/backup.h"

#include <algorithm>

#include "archive/byte_stream.h"
#include "base/error.h"
#include "base/escape.h"
#include "git/bundle_header.h"
#include "git/object_layers.h"
#include "git/tree_diff.h"
#include "restore/git_files.h"

namespace backgraft::restore {
namespace {

constexpr uint64_t kBundlePiece = uint64_t{1} << 20;

bool IsBundle(const OpenedSource& source) {
  return source.type() &&
         source.type()->container == archive::Container::kBundle;
}

std::unique_ptr<SourceHistory> ReadBundle(OpenedSource& source,
                                          const std::string& git_directory,
                                          const git::ObjectReader& bases) {
  auto history = std::make_unique<SourceHistory>();
  history->source_name = source.name();
  archive::ByteStream& bytes = source.bytes();
  ByteSpan last;
  uint64_t taken = 0;
  git::BundleHeader header = git::ReadBundleHeader(
      [&] {
        last = bytes.Take(kBundlePiece);
        taken += last.size();
        return last;
      },
      source.name());
  for (const git::BundlePrerequisite& needed : header.prerequisites) {
    if (bases.Exists(needed.oid)) continue;
    throw Error(ErrorKind::kBadSource,
                Quote(source.name()) + " builds on commit " + needed.oid.Hex() +
                    ", which is not here",
                {"make a bundle that holds all of its history: git bundle "
                 "create FILE --all"});
  }
  history->refs = std::move(header.refs);
  history->objects =
      std::make_unique<git::ForeignObjects>(git_directory, source.name());
  history->objects->SetBases(&bases);
  // The pack begins within the last piece, or right behind it.
  ByteSpan rest = last.last(taken - header.size);
  history->objects->AddPack("bundle", [&]() -> ByteSpan {
    if (!rest.empty()) return std::exchange(rest, ByteSpan());
    return bytes.Take(kBundlePiece);
  });
  return history;
}

std::unique_ptr<SourceHistory> TakeHistoryIfSound(BackupFiles& files,
                                                  const std::string& name,
                                                  bool files_only,
                                                  Backup* backup) {
  try {
    return TakeHistory(files, name);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kBadSource) throw;
    if (files_only) {
      backup->warnings.push_back(std::string("its history cannot be read: ") +
                                 error.what());
      return nullptr;
    }
    throw;
  }
}

// There has to be something to bring back.
void RequireContent(const Backup& backup, const std::string& name) {
  if (!backup.has_working_tree) {
    if (!backup.history || !backup.history->refs.Tip()) {
      throw Error(ErrorKind::kBadSource,
                  Quote(name) + " holds a repository without a commit");
    }
  } else if (backup.files.files.empty() && !backup.history) {
    throw Error(ErrorKind::kBadSource, Quote(name) + " holds no files");
  }
}

}  // namespace

Backup ReadBackup(OpenedSource& source, Filters filters,
                  const std::string& git_directory,
                  const git::ObjectReader& bases, bool files_only,
                  git::ObjectWriter& writer, EarlierFiles* earlier) {
  Backup backup;
  if (IsBundle(source)) {
    backup.has_working_tree = false;
    backup.history = ReadBundle(source, git_directory, bases);
    backup.info = source.Finish({"", true, true});
  } else {
    backup.files = source.Explaining([&] {
      return ReadBackupFiles(source.reader(), source.name(),
                             filters == Filters::kRaw, git_directory, writer,
                             earlier);
    });
    backup.history =
        TakeHistoryIfSound(backup.files, source.name(), files_only, &backup);
    backup.has_working_tree = !backup.files.root.bare;
    backup.info = source.Finish(backup.files.root);
    for (const std::string& path : source.passed_over()) {
      backup.files.left_out.push_back({path, kOutsideTheCode});
    }
    std::sort(backup.files.left_out.begin(), backup.files.left_out.end());
  }
  source.Explaining([&] { RequireContent(backup, source.name()); });
  return backup;
}

void ChooseFiles(Backup* backup, const git::ObjectReader& objects,
                 const ChoiceOptions& options) {
  const std::string& name = backup->info.name;
  backup->fsck = options.fsck;
  std::optional<git::Oid> tip;
  if (backup->history) {
    tip = backup->history->Resolve(options.ref);
  } else if (options.ref) {
    throw Error(
        ErrorKind::kRefused,
        Quote(name) + " has no history, and so no ref " + Quote(*options.ref),
        {"leave '--ref' out"});
  }
  if (!tip) {
    if (options.select == Select::kTracked) {
      throw Error(ErrorKind::kRefused,
                  "the source has no history, so nothing in it is tracked",
                  {"take every file: --select all"});
    }
    backup->select = options.select.value_or(Select::kAll);
    return;
  }
  backup->tip = ReadTip(objects, *tip, options.fsck, name);
  backup->info.tip = backup->tip->commit.Hex();
  // The files beside another ref than HEAD's are none of its.
  bool files_are_its =
      backup->has_working_tree &&
      (!options.ref || backup->history->Resolve(std::nullopt) == tip);
  if (!files_are_its) {
    if (options.select && *options.select != Select::kTracked &&
        backup->has_working_tree) {
      throw Error(
          ErrorKind::kRefused,
          "the files of the source are not those of " + Quote(*options.ref),
          {"take that commit's own: --select tracked"});
    }
    backup->select = Select::kTracked;
    return;
  }
  backup->select = options.select.value_or(Select::kUnignored);
}

void ChooseFilesOnly(Backup* backup, const ChoiceOptions& options) {
  if (!backup->history) {
    ChooseFiles(backup, git::NoObjects(), options);
    return;
  }
  const bool all = options.select == Select::kAll && !options.ref;
  try {
    ChooseFiles(backup, *backup->history->objects, options);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kBadSource) throw;
    if (!backup->has_working_tree) throw;
    if (!all) {
      std::vector<std::string> hints = error.hints();
      hints.push_back(
          "take the files without looking at the history: --select all");
      throw Error(error.kind(), error.what(), hints);
    }
    backup->warnings.push_back(std::string("its history cannot be read: ") +
                               error.what());
    backup->tip.reset();
    backup->select = Select::kAll;
  }
}

Assembled AssembleBackup(Backup& backup, const std::optional<git::Oid>& base,
                         const AssembleOptions& options,
                         git::ObjectWriter& writer) {
  AssembleOptions chosen = options;
  chosen.select = backup.select;
  if (backup.tip) {
    chosen.tip = &*backup.tip;
    chosen.tip_objects = backup.history->objects.get();
  }
  Assembled assembled = Assemble(backup.files, base, chosen, writer);
  CheckGitFiles(backup.files, assembled.from_backup, options.prefix,
                backup.info.name, backup.fsck);
  // Trees that an old git wrote, with modes that no git writes any more, are
  // the same all the same.
  if (backup.tip && writer.Exists(backup.tip->tree) &&
      git::DiffTrees(writer, backup.tip->tree, assembled.tree).empty()) {
    assembled.tree = backup.tip->tree;
  }
  return assembled;
}

}  // namespace backgraft::restore
