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
    for (size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      if (files_.contains(path.substr(0, slash))) return false;
    }
    if (!files_.insert(path).second) return false;
    for (size_t slash = path.rfind('/'); slash != std::string::npos;
         slash = path.rfind('/', slash - 1)) {
      if (!directories_.insert(path.substr(0, slash)).second) break;
    }
    return true;
  }

 private:
  std::unordered_set<std::string> files_;
  std::unordered_set<std::string> directories_;
};

class Assembler {
 public:
  Assembler(BackupFiles& backup, const std::optional<git::Oid>& base,
            const AssembleOptions& options, git::ObjectWriter& writer)
      : backup_(backup), options_(options), writer_(writer) {
    bool whole = options.mode == Mode::kReplace && options.prefix.empty() &&
                 options.keep.empty();
    if (base && !whole) base_ = git::ListTree(writer, *base);
  }

  Assembled Run() {
    Choose();
    git::Attributes attributes = ReadAttributes();
    if (options_.filters == Filters::kApply) RefuseForeignFilters(attributes);
    git::TreeBuilder builder;
    for (const git::TreeFile& file : from_base_) builder.Add(file);
    out_.from_repository = from_base_.size();
    for (const auto& [path, file] : from_backup_) {
      git::TreeFile recorded{path, file->mode, Record(path, *file, attributes)};
      out_.from_backup.push_back(recorded);
      builder.Add(std::move(recorded));
    }
    out_.tree = builder.Finish(&writer_);
    return std::move(out_);
  }

 private:
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
    git::IgnoreRules ignore = ReadIgnore();
    for (const BackupFile& file : backup_.files) {
      std::string path = Placed(file.path);
      if (Names(options_.exclude, path)) {
        LeaveOut(file, "excluded");
      } else if (options_.select == Select::kUnignored &&
                 ignore.IsIgnored(file.path, false)) {
        LeaveOut(file, "ignored by the source's own .gitignore");
      } else if (!occupied.Take(path)) {
        LeaveOut(file, base.contains(path) ? "kept as the repository has it"
                                           : "in the way of a kept path");
      } else {
        from_backup_.emplace_back(std::move(path), &file);
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

  void LeaveOut(const BackupFile& file, const std::string& reason) {
    out_.left_out.push_back({file.path, reason});
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
  git::Attributes ReadAttributes() const {
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
      if (!git::IsRegular(file->mode) || file->lfs_pointer) continue;
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

  git::Oid Record(const std::string& path, const BackupFile& file,
                  const git::Attributes& attributes) {
    git::ConversionPlan plan;
    if (options_.filters == Filters::kApply && attributes.HasRules() &&
        git::IsRegular(file.mode)) {
      plan = PlanFor(path, attributes);
    }
    bool concerned =
        !plan.IsIdentity() && (file.convertible || !plan.encoding.empty());
    if (!file.spooled && !concerned) return file.oid;
    std::string content = Content(path, file);
    if (concerned) {
      auto converted = git::ConvertToGit(plan, kSettings, path, content);
      if (converted) {
        return writer_.Add(git::ObjectType::kBlob, *converted);
      }
    }
    if (file.spooled) {
      writer_.AddBlob(std::move(content), [](const git::Oid&) {});
    }
    return file.oid;
  }

  std::string Content(const std::string& path, const BackupFile& file) const {
    if (file.spooled) return backup_.spool->Read(*file.spooled);
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
  std::vector<std::pair<std::string, const BackupFile*>> from_backup_;
  Assembled out_;
};

}  // namespace

Assembled Assemble(BackupFiles& backup, const std::optional<git::Oid>& base,
                   const AssembleOptions& options, git::ObjectWriter& writer) {
  return Assembler(backup, base, options, writer).Run();
}

}  // namespace backgraft::restore
