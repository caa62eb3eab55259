#include "git/worktree_rules.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/io.h"
#include "git/attributes.h"
#include "git/convert.h"
#include "git/directory_stack.h"
#include "git/environment.h"
#include "git/ignore.h"
#include "git/repository.h"

namespace backgraft::git {
namespace {

constexpr std::string_view kAttributesFile = ".gitattributes";

std::string Join(std::string_view directory, std::string_view name) {
  return directory.empty() ? std::string(name)
                           : std::string(directory) + "/" + std::string(name);
}

// The regular file `name` in `directory`, if there is one; git does not follow
// symlinks here either.
std::optional<std::string> ReadBelow(DirectoryStack* stack,
                                     const std::string& directory,
                                     const std::string& name) {
  if (!stack->Enter(directory)) return std::nullopt;
  std::string full_path = stack->Full(Join(directory, name));
  std::optional<struct stat> file = StatAt(stack->fd(), name, full_path);
  if (!file || !S_ISREG(file->st_mode)) return std::nullopt;
  return ReadFileAt(stack->fd(), name, full_path);
}

// .gitattributes blobs by their directory: of the index as it is, and as it
// will be.
struct AttributeBlobs {
  std::map<std::string, Oid> before;
  std::map<std::string, std::optional<Oid>> after;  // nothing: deleted
};

AttributeBlobs FindAttributeBlobs(const Index& index,
                                  const std::vector<TreeChange>& changes) {
  AttributeBlobs found;
  for (const IndexEntry& entry : index.entries)
    if (entry.path.ends_with(kAttributesFile) && entry.stage == 0 &&
        IsRegular(entry.mode) && NameOf(entry.path) == kAttributesFile) {
      found.before.emplace(ParentOf(entry.path), entry.oid);
      found.after.emplace(ParentOf(entry.path), entry.oid);
    }
  for (const TreeChange& change : changes) {
    if (!change.path.ends_with(kAttributesFile) ||
        NameOf(change.path) != kAttributesFile)
      continue;
    std::optional<Oid>& after = found.after[std::string(ParentOf(change.path))];
    after.reset();
    if (change.after && IsRegular(change.after->mode))
      after = change.after->oid;
  }
  return found;
}

// Every directory that has a change in it or below it.
std::set<std::string> DirectoriesOf(const std::vector<TreeChange>& changes) {
  std::set<std::string> out = {""};
  std::string_view last;
  for (const TreeChange& change : changes) {
    std::string_view directory = ParentOf(change.path);
    if (directory == last) continue;
    last = directory;
    while (!directory.empty() && out.emplace(directory).second)
      directory = ParentOf(directory);
  }
  return out;
}

// What both directions share: the files outside the working tree.
Attributes::Builder StartAttributes(const Repository& repository,
                                    bool ignore_case) {
  Attributes::Builder builder(ignore_case);
  std::string bytes;
  if (!Environment::OfProcess().GetBool("GIT_ATTR_NOSYSTEM", false) &&
      ReadFileIfExists("/etc/gitattributes", &bytes))
    builder.AddGlobal(bytes);
  std::string user = repository.config().AttributesFile();
  if (!user.empty() && ReadFileIfExists(user, &bytes)) builder.AddGlobal(bytes);
  if (ReadFileIfExists(repository.common_dir() + "/info/attributes", &bytes))
    builder.AddInfo(bytes);
  return builder;
}

class Conversion {
 public:
  Conversion(const Repository& repository, const ObjectReader& objects,
             const Index& index, const std::vector<TreeChange>& changes,
             bool ignore_case)
      : objects_(objects),
        index_(index),
        settings_(ConversionSettings::From(repository.config())) {
    Attributes::Builder reading = StartAttributes(repository, ignore_case);
    Attributes::Builder writing = StartAttributes(repository, ignore_case);
    AttributeBlobs blobs = FindAttributeBlobs(index, changes);
    DirectoryStack stack(repository.workdir());
    for (const std::string& directory : DirectoriesOf(changes)) {
      std::optional<std::string> file =
          ReadBelow(&stack, directory, std::string(kAttributesFile));
      auto before = blobs.before.find(directory);
      if (file)
        reading.Add(directory, *file);
      else if (before != blobs.before.end())
        reading.Add(directory, objects.Read(before->second, ObjectType::kBlob));
      auto after = blobs.after.find(directory);
      if (after == blobs.after.end() && file)
        writing.Add(directory, *file);
      else if (after != blobs.after.end() && after->second)
        writing.Add(directory, objects.Read(*after->second, ObjectType::kBlob));
    }
    reading_.emplace(reading.Finish());
    writing_.emplace(writing.Finish());
  }

  // False where no path is ever converted.
  bool IsNeeded() const {
    return reading_->HasRules() || writing_->HasRules() ||
           settings_.auto_crlf != ConversionSettings::AutoCrlf::kFalse;
  }

  // Whether the bytes of the file may be others than those of its blob.
  bool Converts(const std::string& path) const {
    ConversionPlan plan = PlanConversion(reading_->Find(path), settings_, path);
    return !plan.IsIdentity() || !plan.filter_name.empty();
  }

  std::string ToGit(const std::string& path, std::string content) const {
    ConversionPlan plan = PlanConversion(reading_->Find(path), settings_, path);
    if (!MayChangeToGit(plan, content)) return content;
    try {
      std::optional<std::string> converted = ConvertToGit(
          plan, settings_, path, content, IndexHasCrlf(plan, path));
      return converted ? std::move(*converted) : std::move(content);
    } catch (const Error& error) {
      // Not in the encoding it should be in: to git status, too, such a file is
      // its bytes as they are (encode_to_git of git's convert.c).
      if (error.kind() != ErrorKind::kRefused) throw;
      return content;
    }
  }

  std::string ToWorktree(const std::string& path, std::string content) const {
    std::optional<std::string> converted = ConvertToWorktree(
        PlanConversion(writing_->Find(path), settings_, path), content);
    return converted ? std::move(*converted) : std::move(content);
  }

 private:
  bool IndexHasCrlf(const ConversionPlan& plan, const std::string& path) const {
    if (plan.eol != ConversionPlan::Eol::kAutoLf &&
        plan.eol != ConversionPlan::Eol::kAutoCrlf)
      return false;
    const IndexEntry* entry = index_.Find(path);
    return entry && IsRegular(entry->mode) && !entry->intent_to_add &&
           BlobHasCrlf(objects_.Read(entry->oid, ObjectType::kBlob));
  }

  const ObjectReader& objects_;
  const Index& index_;
  ConversionSettings settings_;
  std::optional<Attributes> reading_;
  std::optional<Attributes> writing_;
};

// .gitignore files are read when a path below them is asked about: that happens
// only where an untracked file is in the way.
class Ignores {
 public:
  Ignores(const Repository& repository, bool ignore_case)
      : rules_(ignore_case), stack_(repository.workdir()) {
    std::string bytes;
    std::string user = repository.config().ExcludesFile();
    if (!user.empty() && ReadFileIfExists(user, &bytes))
      rules_.AddExcludes(user, bytes);
    std::string info = repository.common_dir() + "/info/exclude";
    if (ReadFileIfExists(info, &bytes)) rules_.AddExcludes(info, bytes);
  }

  bool IsIgnored(const std::string& path) {
    std::lock_guard lock(mutex_);
    for (std::string_view directory = path; !directory.empty();) {
      directory = ParentOf(directory);
      auto [added, is_new] = loaded_.emplace(directory);
      if (!is_new) break;
      if (auto bytes = ReadBelow(&stack_, *added, ".gitignore"))
        rules_.Add(*added, *bytes);
    }
    return rules_.IsIgnored(path, false);
  }

 private:
  std::mutex mutex_;
  IgnoreRules rules_;
  DirectoryStack stack_;
  std::set<std::string> loaded_;
};

}  // namespace

WorktreeRules RulesOf(const Repository& repository, const ObjectReader& objects,
                      const Index& index,
                      const std::vector<TreeChange>& changes) {
  const Config& config = repository.config();
  WorktreeRules rules;
  rules.file_mode = config.GetBool("core.fileMode").value_or(true);
  rules.symlinks = config.GetBool("core.symlinks").value_or(true);
  rules.trust_ctime = config.GetBool("core.trustctime").value_or(true);
  rules.check_stat =
      config.GetString("core.checkStat").value_or("default") != "minimal";
  rules.ignore_case = config.GetBool("core.ignoreCase").value_or(false);

  auto conversion = std::make_shared<const Conversion>(
      repository, objects, index, changes, rules.ignore_case);
  if (conversion->IsNeeded()) {
    rules.converts = [conversion](const std::string& path) {
      return conversion->Converts(path);
    };
    rules.to_git = [conversion](const std::string& path, std::string content) {
      return conversion->ToGit(path, std::move(content));
    };
    rules.to_worktree = [conversion](const std::string& path,
                                     std::string content) {
      return conversion->ToWorktree(path, std::move(content));
    };
  }
  auto ignores = std::make_shared<Ignores>(repository, rules.ignore_case);
  rules.ignores = [ignores](const std::string& path) {
    return ignores->IsIgnored(path);
  };
  return rules;
}

}  // namespace backgraft::git
