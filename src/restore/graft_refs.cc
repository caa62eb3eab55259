#include "restore/graft_refs.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/escape.h"
#include "git/ref_name.h"
#include "source/backup_name.h"

namespace backgraft::restore {
namespace {

constexpr std::string_view kRefs = "refs/";
constexpr std::string_view kHeads = "refs/heads/";
constexpr std::string_view kTags = "refs/tags/";
constexpr std::string_view kImported = "refs/imported/";
// So that a ref's whole name stays well below what a path may have.
constexpr size_t kMaximumName = 100;

// The ref that stands where `name` needs a directory, or below it; git cannot
// have both.
std::optional<std::string> InTheWay(
    const std::map<std::string, git::Oid>& existing, const std::string& name) {
  for (size_t slash = name.find('/'); slash != std::string::npos;
       slash = name.find('/', slash + 1)) {
    std::string above = name.substr(0, slash);
    if (existing.contains(above)) return above;
  }
  auto below = existing.lower_bound(name + "/");
  if (below != existing.end() && below->first.starts_with(name + "/")) {
    return below->first;
  }
  return std::nullopt;
}

}  // namespace

std::string ImportName(const SourceInfo& source) {
  std::string text;
  if (source.site) {
    text = *source.site;
  } else if (source.name != "-") {
    text = source::FileStem(source.name);
  }
  std::string name;
  for (char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                       c == '_' || c == '+' || (c & 0x80) != 0;
    // Dots and dashes are fine between others.
    const bool inner = (c == '.' || c == '-') && !name.empty() &&
                       name.back() != '.' && name.back() != '-';
    if (plain || inner) {
      name += c;
    } else if (!name.empty() && name.back() != '-' && name.back() != '.') {
      name += '-';
    }
  }
  name.resize(std::min(name.size(), kMaximumName));
  constexpr std::string_view kLock = ".lock";
  if (name.ends_with(kLock)) name.resize(name.size() - kLock.size());
  while (name.ends_with('.') || name.ends_with('-')) name.pop_back();
  return name.empty() ? "import" : name;
}

ImportedRefs PlanImportedRefs(const git::Repository& repository,
                              const SourceInfo& source,
                              const git::ForeignRefs& refs) {
  ImportedRefs imported;
  imported.name = ImportName(source);
  std::map<std::string, git::Oid> existing;
  for (git::Ref& ref : git::ListRefs(repository, std::string(kImported))) {
    existing.emplace(std::move(ref.name), ref.oid);
  }
  for (const git::RejectedRef& ref : refs.rejected) {
    imported.left_out.push_back({ref.name, ref.reason});
  }
  const std::string space = std::string(kImported) + imported.name + "/";
  for (const auto& [name, oid] : refs.refs) {
    if (!name.starts_with(kHeads) && !name.starts_with(kTags)) {
      imported.left_out.push_back({name, "neither a branch nor a tag"});
      continue;
    }
    std::string to = space + name.substr(kRefs.size());
    std::string problem = git::RefNameProblem(to);
    if (auto other = InTheWay(existing, to)) {
      problem = Quote(*other) + " is in its way";
    }
    if (!problem.empty()) {
      imported.left_out.push_back({name, problem});
      continue;
    }
    git::RefUpdate update{std::move(to), std::nullopt, oid};
    auto before = existing.find(update.name);
    if (before != existing.end()) update.before = before->second;
    imported.refs.push_back(std::move(update));
  }
  return imported;
}

void CheckImportedBranches(const git::ObjectReader& objects,
                           ImportedRefs* imported) {
  const std::string space = std::string(kImported) + imported->name + "/";
  std::erase_if(imported->refs, [&](const git::RefUpdate& ref) {
    std::string name = ref.name.substr(space.size());
    if (!name.starts_with("heads/")) return false;
    auto object = objects.Find(*ref.after);
    if (object && object->type == git::ObjectType::kCommit) return false;
    imported->left_out.push_back(
        {std::string(kRefs) + name, "is at something that is no commit"});
    return true;
  });
}

}  // namespace backgraft::restore
