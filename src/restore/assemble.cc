#include "restore/assemble.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"
#include "base/escape.h"
#include "git/attributes.h"
#include "git/convert.h"
#include "git/ignore.h"
#include "git/tree_builder.h"

namespace backgraft::restore {
namespace {

std::string_view DirectoryOf(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : path.substr(0, slash);
}

std::string_view NameOf(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// The tree's own rules and nothing of this machine's configuration: the same
// inputs give the same ids everywhere.
const git::ConversionSettings kSettings;

// An empty pathspec names everything to git; here it names nothing.
bool Names(const git::Pathspec& spec, const std::string& path) {
  return !spec.empty() && spec.Matches(path);
}

// Paths that have been given to files, so that no file is also a directory.
class Occupied {
 public:
  // False where `path` cannot stand beside what is there already.
  bool Take(const std::string& path) {
    if (directories_.contains(path)) return false;
    // Where a directory is known, all above it are, and none of them is a file.
    std::vector<std::string_view> fresh;
    for (std::string_view above = DirectoryOf(path);
         !above.empty() && !directories_.contains(above);
         above = DirectoryOf(above)) {
      if (files_.contains(above)) return false;
      fresh.push_back(above);
    }
    if (!files_.insert(path).second) return false;
    for (const std::string_view directory : fresh) {
      directories_.emplace(directory);
    }
    return true;
  }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  using Paths = std::unordered_set<std::string, Hash, std::equal_to<>>;
  Paths files_;
  Paths directories_;
};

class Assembler {
 public:
  Assembler(BackupFiles& backup, const std::optional<git::Oid>& base,
            const AssembleOptions& options, git::ObjectWriter& writer)
      : backup_(backup), options_(options), writer_(writer) {
    bool whole = options.mode == Mode::kReplace && options.prefix.empty() &&
                 options.keep.empty();
    if (base && !whole) base_ = git::ListTree(writer, *base);
    if (options.tip != nullptr) {
      for (const git::TreeFile& file : options.tip->files) {
        tracked_.emplace(file.path, &file);
      }
    }
  }

  Assembled Run() {
    Choose();
    git::Attributes attributes = ReadAttributes();
    if (options_.filters == Filters::kApply) RefuseForeignFilters(attributes);
    git::TreeBuilder builder;
    for (const git::TreeFile& file : from_base_) builder.Add(file);
    out_.from_repository = from_base_.size();
    for (const auto& [path, file] : from_backup_) {
      out_.from_backup.push_back(
          {path, file->mode, Record(path, *file, attributes)});
    }
    for (auto& [path, file] : from_tip_) {
      out_.from_backup.push_back({path, file->mode, Copy(*file)});
    }
    std::sort(out_.from_backup.begin(), out_.from_backup.end(),
              [](const git::TreeFile& a, const git::TreeFile& b) {
                return a.path < b.path;
              });
    for (const git::TreeFile& file : out_.from_backup) builder.Add(file);
    out_.tree = builder.Finish(&writer_, options_.older);
    FindUnused();
    out_.left_out.insert(out_.left_out.end(),
                         std::make_move_iterator(backup_.left_out.begin()),
                         std::make_move_iterator(backup_.left_out.end()));
    backup_.left_out.clear();
    std::sort(out_.left_out.begin(), out_.left_out.end());
    return std::move(out_);
  }

 private:
  void FindUnused() {
    std::unordered_set<git::Oid, git::OidHash> used;
    for (const git::TreeFile& file : out_.from_backup) used.insert(file.oid);
    for (const git::TreeFile& file : from_base_) used.insert(file.oid);
    for (const BackupFile& file : backup_.files) {
      if (used.insert(file.oid).second) out_.unused.push_back(file.oid);
    }
  }

  // Where a file of the backup goes.
  std::string Placed(const std::string& path) const {
    return options_.prefix.empty() ? path : options_.prefix + "/" + path;
  }

  // Decides for every path which side it comes from: kept paths first, then the
  // backup, then what else the repository has and the mode lets stay.
  void Choose() {
    std::unordered_map<std::string_view, const git::TreeFile*> base;
    for (const git::TreeFile& file : base_) base.emplace(file.path, &file);
    Occupied occupied;
    for (const git::TreeFile& file : base_) {
      if (!Names(options_.keep, file.path)) continue;
      occupied.Take(file.path);
      from_base_.push_back(file);
    }
    auto place =
        [&](const std::string& original) -> std::optional<std::string> {
      std::string path = Placed(original);
      if (Names(options_.exclude, path)) {
        LeaveOut(original, "excluded");
      } else if (!occupied.Take(path)) {
        LeaveOut(original, base.contains(path) ? "kept as the repository has it"
                                               : "in the way of a kept path");
      } else {
        return path;
      }
      return std::nullopt;
    };
    if (options_.select == Select::kTracked) {
      for (const auto& [original, file] : tracked_) {
        if (auto path = place(file->path)) from_tip_.emplace_back(*path, file);
      }
      LeaveOutUntracked();
    } else {
      git::IgnoreRules ignore = ReadIgnore();
      for (const BackupFile& file : backup_.files) {
        if (options_.select == Select::kUnignored &&
            !tracked_.contains(file.path) &&
            ignore.IsIgnored(file.path, false)) {
          LeaveOut(file.path, "ignored by the source's own .gitignore");
        } else if (auto path = place(file.path)) {
          from_backup_.emplace_back(std::move(*path), &file);
        }
      }
      for (const std::string& original : backup_.empty_directories) {
        auto tracked = tracked_.find(original);
        if (tracked == tracked_.end() ||
            tracked->second->mode != git::FileMode::kGitlink) {
          out_.left_out.push_back(
              {backup_.InSource(original), kEmptyDirectory});
        } else if (auto path = place(original)) {
          from_tip_.emplace_back(*path, tracked->second);
        }
      }
    }
    for (const git::TreeFile& file : base_) {
      bool stays =
          options_.mode == Mode::kOverlay || IsOutsidePrefix(file.path);
      if (stays && occupied.Take(file.path)) from_base_.push_back(file);
    }
    std::sort(from_backup_.begin(), from_backup_.end());
  }

  bool IsOutsidePrefix(const std::string& path) const {
    return !options_.prefix.empty() && path != options_.prefix &&
           !path.starts_with(options_.prefix + "/");
  }

  // `path` is below the root.
  void LeaveOut(const std::string& path, const std::string& reason) {
    out_.left_out.push_back({path, reason});
  }

  // What the working tree has beside the tip's own files.
  void LeaveOutUntracked() {
    for (const BackupFile& file : backup_.files) {
      auto tracked = tracked_.find(file.path);
      if (tracked == tracked_.end()) {
        LeaveOut(file.path, "not tracked by the source");
      } else if (tracked->second->oid != file.oid) {
        LeaveOut(file.path, "its tracked version is taken");
      }
    }
  }

  // An object of the source's tip, which may only be there.
  git::Oid Copy(const git::TreeFile& file) {
    if (file.mode == git::FileMode::kGitlink || writer_.Exists(file.oid)) {
      return file.oid;
    }
    auto object = options_.tip_objects->Find(file.oid);
    if (!object || object->type != git::ObjectType::kBlob) {
      throw Error(ErrorKind::kBadSource,
                  "the content of " + Quote(file.path) +
                      " is missing in the history of the source");
    }
    // Read again for the checkout and for attributes, in a dry run too.
    return writer_.Add(git::ObjectType::kBlob, object->content);
  }

  git::IgnoreRules ReadIgnore() const {
    git::IgnoreRules rules;
    if (options_.select == Select::kUnignored) {
      for (const auto& [path, content] : backup_.kept_contents) {
        if (NameOf(path) == ".gitignore") {
          rules.Add(std::string(DirectoryOf(path)), content);
        }
      }
    }
    return rules;
  }

  // The rules of the tree that will be recorded, whichever side they come from.
  git::Attributes ReadAttributes() {
    std::unordered_map<std::string_view, const std::string*> contents;
    for (const auto& [path, content] : backup_.kept_contents) {
      contents.emplace(path, &content);
    }
    git::Attributes::Builder builder;
    for (const auto& [path, file] : from_backup_) {
      if (NameOf(path) != ".gitattributes" || !git::IsRegular(file->mode)) {
        continue;
      }
      auto it = contents.find(file->path);
      if (it != contents.end()) {
        builder.Add(std::string(DirectoryOf(path)), *it->second);
      }
    }
    for (const auto& [path, file] : from_tip_) {
      if (NameOf(path) == ".gitattributes" && git::IsRegular(file->mode)) {
        builder.Add(std::string(DirectoryOf(path)),
                    writer_.Read(Copy(*file), git::ObjectType::kBlob));
      }
    }
    for (const git::TreeFile& file : from_base_) {
      if (NameOf(file.path) == ".gitattributes" && git::IsRegular(file.mode)) {
        builder.Add(std::string(DirectoryOf(file.path)),
                    writer_.Read(file.oid, git::ObjectType::kBlob));
      }
    }
    return builder.Finish();
  }

  git::ConversionPlan PlanFor(const std::string& path,
                              const git::Attributes& attributes) const {
    return git::PlanConversion(attributes.Find(path), kSettings, path);
  }

  void RefuseForeignFilters(const git::Attributes& attributes) const {
    if (!attributes.HasRules()) return;
    std::vector<std::string> paths;
    std::string filter;
    for (const auto& [path, file] : from_backup_) {
      if (!git::IsRegular(file->mode) || file->lfs_pointer || IsClean(*file)) {
        continue;
      }
      git::ConversionPlan plan = PlanFor(path, attributes);
      if (!plan.filter_name.empty()) {
        filter = plan.filter_name;
        paths.push_back(path);
      } else if (file->large_with_crlf && !plan.IsIdentity()) {
        throw Error(ErrorKind::kRefused,
                    Quote(path) +
                        " is too large for its line endings to be "
                        "normalised",
                    {"record the bytes as they are: --filters raw"});
      }
    }
    if (paths.empty()) return;
    std::string count = std::to_string(paths.size());
    std::string first = Quote(paths[0]);
    throw Error(
        ErrorKind::kRefused,
        (paths.size() == 1 ? first + " needs"
                           : first + " and others (" + count + " files) need") +
            " the filter " + Quote(filter) + ", which backgraft does not run",
        {"record the bytes as they are: --filters raw",
         "or leave them out: --exclude " + first})
        .WithPaths(std::move(paths));
  }

  // Whether these are the very bytes that the source's tip records there, which
  // git has therefore converted already.
  bool IsClean(const BackupFile& file) const {
    auto tracked = tracked_.find(file.path);
    return tracked != tracked_.end() && tracked->second->oid == file.oid;
  }

  git::Oid Record(const std::string& path, const BackupFile& file,
                  const git::Attributes& attributes) {
    git::ConversionPlan plan;
    if (options_.filters == Filters::kApply && attributes.HasRules() &&
        git::IsRegular(file.mode) && !IsClean(file)) {
      plan = PlanFor(path, attributes);
    }
    bool concerned =
        !plan.IsIdentity() && (file.convertible || !plan.encoding.empty());
    if (concerned) {
      auto converted =
          git::ConvertToGit(plan, kSettings, path, Content(path, file));
      if (converted) {
        return writer_.Add(git::ObjectType::kBlob, *converted);
      }
    }
    if (!file.waiting || writer_.Exists(file.oid)) return file.oid;
    const auto nobody = [](const git::Oid&) {};
    if (file.content) {
      writer_.AddBlob(file.content, nobody, file.oid);
    } else {
      writer_.AddBlob(Content(path, file), nobody);
    }
    return file.oid;
  }

  std::string Content(const std::string& path, const BackupFile& file) const {
    if (file.waiting && file.content) return *file.content;
    if (file.waiting) return backup_.spool->Read(*file.spooled);
    auto object = writer_.Find(file.oid);
    if (object) return std::move(object->content);
    // Only an encoding can ask for bytes that did not look like changing.
    throw Error(ErrorKind::kRefused,
                "a dry run cannot tell what " + Quote(path) +
                    " becomes in git's encoding",
                {"record the bytes as they are: --filters raw"});
  }

  BackupFiles& backup_;
  const AssembleOptions& options_;
  git::ObjectWriter& writer_;
  std::vector<git::TreeFile> base_;
  std::vector<git::TreeFile> from_base_;
  // By the path the source has them at.
  std::map<std::string_view, const git::TreeFile*> tracked_;
  std::vector<std::pair<std::string, const git::TreeFile*>> from_tip_;
  std::vector<std::pair<std::string, const BackupFile*>> from_backup_;
  Assembled out_;
};

}  // namespace

Assembled Assemble(BackupFiles& backup, const std::optional<git::Oid>& base,
                   const AssembleOptions& options, git::ObjectWriter& writer) {
  return Assembler(backup, base, options, writer).Run();
}

}  // namespace backgraft::restore
