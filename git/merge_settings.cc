#include "git/merge_settings.h"

#include <charconv>
#include <map>
#include <set>

#include "base/error.h"
#include "base/escape.h"
#include "base/io.h"
#include "git/attributes.h"
#include "git/repository.h"
#include "git/tree.h"

namespace backgraft::git {
namespace {

ConflictStyle StyleOf(const Config& config) {
  auto style = config.GetString("merge.conflictStyle");
  if (!style || *style == "merge") return ConflictStyle::kMerge;
  if (*style == "diff3") return ConflictStyle::kDiff3;
  if (*style == "zdiff3") return ConflictStyle::kZdiff3;
  throw Error(ErrorKind::kRefused, "unknown style " + Quote(*style) +
                                       " given for 'merge.conflictStyle'");
}

DirectoryRenames DirectoryRenamesOf(const Config& config) {
  auto value = config.GetString("merge.directoryRenames");
  if (!value || *value == "conflict") return DirectoryRenames::kConflict;
  return config.GetBool("merge.directoryRenames").value_or(true)
             ? DirectoryRenames::kYes
             : DirectoryRenames::kNo;
}

constexpr const char* kSystemAttributes = "/etc/gitattributes";

}  // namespace

MergeOptions MergeOptionsOf(const Repository& repository) {
  const Config& config = repository.config();
  MergeOptions options;
  options.style = StyleOf(config);
  options.directory_renames = DirectoryRenamesOf(config);
  auto limit = config.GetInt("merge.renameLimit");
  if (!limit) limit = config.GetInt("diff.renameLimit");
  if (limit) options.rename_limit = static_cast<int>(*limit);
  return options;
}

struct MergeRules::Impl {
  const Repository& repository;
  const ObjectReader& objects;
  bool ignore_case;
  std::string default_driver;       // merge.default
  std::set<std::string> drivers;    // merge.<name>.driver
  std::vector<std::string> global;  // weakest first
  std::string info;
  Oid tree{};
  struct Directory {
    std::optional<Oid> tree;  // nothing where it is none
    std::string attributes;   // of its .gitattributes, "" where it has none
  };
  // Below `tree`.
  std::map<std::string, Directory> directories;
  // By directory. Valid for `tree`.
  std::map<std::string, Attributes> built;

  // "a/b/c" has the directories "", "a" and "a/b". The ones above have been
  // read.
  const std::string& Read(const std::string& directory) {
    auto [it, is_new] = directories.try_emplace(directory);
    Directory& found = it->second;
    if (!is_new) return found.attributes;
    if (directory.empty()) {
      found.tree = tree;
    } else {
      size_t slash = directory.rfind('/');
      const Directory& parent = directories.at(
          slash == std::string::npos ? "" : directory.substr(0, slash));
      if (!parent.tree) return found.attributes;
      auto entry =
          FindInTree(objects, *parent.tree, directory.substr(slash + 1));
      if (!entry || entry->mode != FileMode::kTree) return found.attributes;
      found.tree = entry->oid;
    }
    auto entry = FindInTree(objects, *found.tree, ".gitattributes");
    if (entry && IsRegular(entry->mode)) {
      found.attributes = objects.Read(entry->oid, ObjectType::kBlob);
    }
    return found.attributes;
  }

  const Attributes& For(const std::string& directory) {
    auto it = built.find(directory);
    if (it != built.end()) return it->second;
    Attributes::Builder builder(ignore_case);
    for (const std::string& bytes : global) builder.AddGlobal(bytes);
    builder.AddInfo(info);
    for (size_t end = 0;; end = directory.find('/', end + 1)) {
      std::string part = directory.substr(0, end);
      const std::string& bytes = Read(part);
      if (!bytes.empty()) builder.Add(part, bytes);
      if (end == std::string::npos || directory.empty()) break;
    }
    return built.emplace(directory, builder.Finish()).first->second;
  }
};

MergeRules::MergeRules(const Repository& repository,
                       const ObjectReader& objects)
    : impl_(new Impl{repository, objects, false, {}, {}, {}, {}, {}, {}, {}}) {
  const Config& config = repository.config();
  impl_->ignore_case = config.GetBool("core.ignoreCase").value_or(false);
  impl_->default_driver = config.GetString("merge.default").value_or("");
  for (const ConfigEntry& entry : config.entries()) {
    constexpr std::string_view kBegin = "merge.", kEnd = ".driver";
    std::string_view key = entry.key;
    if (key.starts_with(kBegin) && key.ends_with(kEnd) &&
        key.size() > kBegin.size() + kEnd.size()) {
      key.remove_prefix(kBegin.size());
      key.remove_suffix(kEnd.size());
      impl_->drivers.emplace(key);
    }
  }
  std::string bytes;
  if (ReadFileIfExists(kSystemAttributes, &bytes))
    impl_->global.push_back(bytes);
  std::string mine = config.AttributesFile();
  bytes.clear();
  if (!mine.empty() && ReadFileIfExists(mine, &bytes)) {
    impl_->global.push_back(bytes);
  }
  ReadFileIfExists(repository.common_dir() + "/info/attributes", &impl_->info);
}

MergeRules::~MergeRules() = default;

void MergeRules::Use(const Oid& tree) {
  if (impl_->tree == tree) return;
  impl_->tree = tree;
  impl_->directories.clear();
  impl_->built.clear();
}

FileMergeRules MergeRules::Find(const std::string& path) {
  FileMergeRules rules;
  size_t slash = path.rfind('/');
  const Attributes& attributes =
      impl_->For(slash == std::string::npos ? "" : path.substr(0, slash));
  PathAttributes found = attributes.Find(path);
  const AttributeValue& merge = found.Get("merge");
  // find_ll_merge_driver() of git's ll-merge.c.
  std::string name;
  if (merge.IsUnset()) {
    rules.driver = FileDriver::kBinary;
  } else if (merge.state == AttributeValue::State::kValue) {
    name = merge.value;
  } else if (!merge.IsSet()) {
    name = impl_->default_driver;
  }
  if (impl_->drivers.contains(name)) {
    rules.driver = FileDriver::kCustom;
  } else if (name == "union") {
    rules.driver = FileDriver::kUnion;
  } else if (name == "binary") {
    rules.driver = FileDriver::kBinary;
  }
  const AttributeValue& size = found.Get("conflict-marker-size");
  if (size.state == AttributeValue::State::kValue) {
    int value = 0;
    std::from_chars(size.value.data(), size.value.data() + size.value.size(),
                    value);
    if (value > 0) rules.marker_size = value;
  }
  return rules;
}

}  // namespace backgraft::git
