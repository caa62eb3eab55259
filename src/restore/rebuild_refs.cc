#include "restore/rebuild_refs.h"

#include <algorithm>

#include "base/escape.h"
#include "git/linked_worktrees.h"
#include "git/ref_name.h"

namespace backgraft::restore {
namespace {

constexpr std::string_view kHeads = "refs/heads/";
constexpr std::string_view kTags = "refs/tags/";

bool IsBranch(std::string_view name) { return name.starts_with(kHeads); }
bool IsBranchOrTag(std::string_view name) {
  return IsBranch(name) || name.starts_with(kTags);
}

// "branch 'main'", "tag 'v1'".
std::string Describe(const std::string& name) {
  return IsBranch(name) ? "branch " + Quote(name.substr(kHeads.size()))
                        : "tag " + Quote(name.substr(kTags.size()));
}

bool IsForbidden(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= ' ' || byte == 0x7f ||
         std::string_view("~^:?*[\\").find(c) != std::string_view::npos;
}

bool IsCommit(const git::ObjectReader& objects, const git::Oid& oid) {
  const auto object = objects.Find(oid);
  return object && object->type == git::ObjectType::kCommit;
}

}  // namespace

std::optional<std::string> TagName(std::string_view stem) {
  std::string name;
  for (const char c : stem) {
    const bool twice = !name.empty() && name.back() == c;
    if (IsForbidden(c) || c == '/' || (c == '.' && twice) ||
        (c == '{' && name.ends_with('@'))) {
      name += '-';
    } else {
      name += c;
    }
  }
  // Neither hidden nor an option.
  name.erase(0, std::min(name.find_first_not_of(".-"), name.size()));
  while (name.ends_with('.') || name.ends_with(".lock")) name.back() = '-';
  if (!git::RefNameProblem(std::string(kTags) + name).empty()) {
    return std::nullopt;
  }
  return name;
}

RebuildRefs::RebuildRefs(const git::Repository* repository,
                         const std::string& branch)
    : repository_(repository), branch_(branch) {
  if (repository_ == nullptr) return;
  head_ = repository_->HeadRef();
  for (const std::string_view prefix : {kHeads, kTags}) {
    for (git::Ref& ref : git::ListRefs(*repository_, std::string(prefix))) {
      before_.emplace(std::move(ref.name), ref.oid);
    }
  }
  now_ = before_;
}

void RebuildRefs::AddSource(const git::ForeignRefs& refs,
                            const std::string& source,
                            const git::Oid& branch_tip,
                            const git::ObjectReader& objects,
                            git::History& history) {
  for (const auto& [name, oid] : refs.refs) {
    if (name == branch_) {
      if (IsCommit(objects, oid) && history.IsAncestor(oid, branch_tip)) {
        continue;
      }
      KeepOut(name, source, "it is the one that is built");
    } else if (IsBranchOrTag(name)) {
      Add(name, oid, source, objects, history);
    }
  }
  for (const git::RejectedRef& rejected : refs.rejected) {
    if (!IsBranchOrTag(rejected.name)) continue;
    KeepOut(rejected.name, source, "its name or value " + rejected.reason);
  }
}

void RebuildRefs::Add(const std::string& name, const git::Oid& oid,
                      const std::string& source,
                      const git::ObjectReader& objects, git::History& history) {
  const auto found = now_.find(name);
  if (found != now_.end() && found->second == oid) return;
  if (IsBranch(name) && !IsCommit(objects, oid)) {
    return KeepOut(name, source, "it is at something other than a commit");
  }
  if (found != now_.end()) {
    const git::Oid now = found->second;
    // An older backup has nothing to add.
    if (IsBranch(name) && history.IsAncestor(oid, now)) return;
    const std::string reason = ReasonAgainstMove(name, now, oid, history);
    if (!reason.empty()) return KeepOut(name, source, reason);
  } else if (const auto clash = Clash(name)) {
    return KeepOut(name, source, "there is a " + Describe(*clash));
  }
  now_.insert_or_assign(name, oid);
}

std::string RebuildRefs::ReasonAgainstMove(const std::string& name,
                                           const git::Oid& now,
                                           const git::Oid& oid,
                                           git::History& history) const {
  std::string there = "there is one at " + now.Hex().substr(0, 10);
  if (!IsBranch(name) || !history.IsAncestor(now, oid)) return there;
  if (name == head_ || (repository_ != nullptr &&
                        git::CheckedOutElsewhere(*repository_, name))) {
    return "it is checked out at " + now.Hex().substr(0, 10);
  }
  return {};
}

std::optional<std::string> RebuildRefs::Clash(const std::string& name) const {
  const auto taken = [&](const std::string& other) {
    return other == branch_ || now_.contains(other);
  };
  for (size_t slash = name.find('/', name.find('/') + 1);
       slash != std::string::npos; slash = name.find('/', slash + 1)) {
    if (taken(name.substr(0, slash))) return name.substr(0, slash);
  }
  const std::string below = name + "/";
  if (branch_.starts_with(below)) return branch_;
  const auto next = now_.lower_bound(below);
  if (next != now_.end() && next->first.starts_with(below)) return next->first;
  return std::nullopt;
}

void RebuildRefs::AddTag(const std::string& stem, const git::Oid& commit,
                         const std::string& source) {
  const auto short_name = TagName(stem);
  if (!short_name) {
    warnings_.push_back("no tag for " + Quote(source) +
                        ": its name gives no valid one");
    return;
  }
  const std::string name = std::string(kTags) + *short_name;
  const auto found = now_.find(name);
  if (found != now_.end()) {
    if (found->second == commit) return;
    return KeepOut(name, source,
                   "there is one at " + found->second.Hex().substr(0, 10));
  }
  if (const auto clash = Clash(name)) {
    return KeepOut(name, source, "there is a " + Describe(*clash));
  }
  now_.emplace(name, commit);
}

bool RebuildRefs::Needs(const git::ForeignRefs& refs,
                        const git::ObjectReader& objects,
                        git::History& history) const {
  return std::any_of(refs.refs.begin(), refs.refs.end(), [&](const auto& ref) {
    const auto& [name, oid] = ref;
    if (!IsBranchOrTag(name) || name == branch_) return false;
    const auto found = now_.find(name);
    if (found == now_.end()) return true;
    return IsBranch(name) &&
           !(objects.Exists(oid) && history.IsAncestor(oid, found->second));
  });
}

void RebuildRefs::KeepOut(const std::string& name, const std::string& source,
                          const std::string& reason) {
  warnings_.push_back(Describe(name) + " of " + Quote(source) +
                      " is kept out: " + reason);
}

std::vector<git::RefUpdate> RebuildRefs::Updates() const {
  std::vector<git::RefUpdate> updates;
  for (const auto& [name, oid] : now_) {
    const auto before = before_.find(name);
    if (name == branch_) continue;
    if (before == before_.end()) {
      updates.push_back({name, std::nullopt, oid});
    } else if (before->second != oid) {
      updates.push_back({name, before->second, oid});
    }
  }
  return updates;
}

}  // namespace backgraft::restore
