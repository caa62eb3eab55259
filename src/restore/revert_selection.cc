#include "restore/revert_selection.h"

#include <algorithm>
#include <unordered_set>

#include "base/error.h"
#include "base/escape.h"
#include "git/commit.h"
#include "restore/revert_message.h"

namespace backgraft::restore {
namespace {

using OidSet = std::unordered_set<git::Oid, git::OidHash>;

constexpr size_t kIdDigits = 10;

class Selector {
 public:
  Selector(const git::Repository& repository, git::History& history,
           const Target& target, std::optional<size_t> mainline)
      : repository_(repository),
        history_(history),
        target_(target),
        mainline_(mainline),
        line_(history, *target.tip) {}

  // Returns what the argument stands for, in git's order.
  std::vector<git::Oid> Take(const std::string& argument) {
    size_t dots = argument.find("..");
    if (dots == std::string::npos && !argument.starts_with('^')) {
      git::Oid oid = Resolve(argument, argument);
      RefuseUnlessInBranch(oid, argument);
      return {oid};
    }
    if (argument.starts_with('^') || argument.find("...") == dots) {
      throw Error(ErrorKind::kUsage,
                  Quote(argument) + " is neither a commit nor a range A..B");
    }
    git::Oid from = Resolve(argument.substr(0, dots), argument);
    git::Oid to = Resolve(argument.substr(dots + 2), argument);
    RefuseUnlessInBranch(to, argument);
    return WithoutBrought(history_.Walk({to}, {from}));
  }

  SelectedCommit Select(const git::Oid& oid) {
    const git::HistoryCommit& commit = history_.Get(oid);
    if (commit.cut) {
      throw Error(ErrorKind::kRefused,
                  "the history is cut off at " + Name(oid) +
                      ", what was before it is not known",
                  {"fetch the rest: git fetch --unshallow"});
    }
    size_t mainline = MainlineOf(oid, commit);
    if (commit.parents.empty()) return {oid, std::nullopt, 0};
    if (commit.parents.size() == 1) return {oid, commit.parents[0], 0};
    return {oid, commit.parents[mainline - 1], mainline};
  }

 private:
  git::Oid Resolve(const std::string& revision, const std::string& argument) {
    if (revision.empty()) return *target_.tip;
    auto oid = repository_.ResolveCommit(revision);
    if (oid) return *oid;
    std::string in = revision == argument ? "" : " in " + Quote(argument);
    throw Error(ErrorKind::kRefused,
                Quote(revision) + in + " is not a commit here",
                {"list them: git log " + target_.short_name});
  }

  std::string Name(const git::Oid& oid) const {
    return oid.Hex().substr(0, kIdDigits) + " (" +
           Escape(TitleOf(git::ReadCommit(repository_, oid))) + ")";
  }

  void RefuseUnlessInBranch(const git::Oid& oid, const std::string& argument) {
    if (history_.IsAncestor(oid, *target_.tip)) return;
    throw Error(
        ErrorKind::kRefused,
        Quote(argument) + " is not in the history of " +
            Quote(target_.short_name),
        {"see which branches have it: git branch --contains " +
             oid.Hex().substr(0, kIdDigits),
         "work on one of them: backgraft revert --branch NAME " + argument});
  }

  // Which parent of a merge is gone back to; 0 for other commits.
  size_t MainlineOf(const git::Oid& oid, const git::HistoryCommit& commit) {
    size_t parents = commit.parents.size();
    if (mainline_ && (parents > 1 ? *mainline_ > parents : *mainline_ > 1)) {
      std::vector<std::string> hints;
      if (parents > 1) hints = ParentHints(oid, commit);
      throw Error(ErrorKind::kRefused,
                  "commit " + Name(oid) + " has no parent " +
                      std::to_string(*mainline_),
                  hints);
    }
    if (parents < 2) return 0;
    if (mainline_) return *mainline_;
    if (line_.Contains(oid)) return 1;
    throw Error(ErrorKind::kRefused,
                "commit " + Name(oid) + " is a merge off the branch's own line",
                ParentHints(oid, commit));
  }

  std::vector<std::string> ParentHints(const git::Oid& oid,
                                       const git::HistoryCommit& commit) const {
    std::vector<std::string> hints = {
        "say which parent to go back to: backgraft revert -m N " +
        oid.Hex().substr(0, kIdDigits)};
    for (size_t i = 0; i < commit.parents.size(); ++i) {
      hints.push_back("parent " + std::to_string(i + 1) + " is " +
                      Name(commit.parents[i]));
    }
    return hints;
  }

  // A range without the commits that merges in it brought: undoing a merge
  // undoes them.
  std::vector<git::Oid> WithoutBrought(std::vector<git::Oid> range) {
    OidSet brought;
    auto take = [&](const git::Oid& merge, size_t mainline) {
      const git::Oid parent = history_.Get(merge).parents[mainline - 1];
      for (const git::Oid& oid : history_.Walk({merge}, {parent})) {
        if (oid != merge) brought.insert(oid);
      }
    };
    // Those of the branch's own line first: they bring other merges.
    for (bool on_line : {true, false}) {
      for (const git::Oid& oid : range) {
        const git::HistoryCommit& commit = history_.Get(oid);
        if (commit.parents.size() < 2 || brought.contains(oid)) continue;
        if (line_.Contains(oid) != on_line) continue;
        take(oid, MainlineOf(oid, commit));
      }
    }
    std::erase_if(range,
                  [&](const git::Oid& oid) { return brought.contains(oid); });
    return range;
  }

  const git::Repository& repository_;
  git::History& history_;
  const Target& target_;
  std::optional<size_t> mainline_;
  git::FirstParentLine line_;
};

}  // namespace

Selection SelectCommits(const git::Repository& repository,
                        git::History& history, const Target& target,
                        const std::vector<std::string>& arguments,
                        std::optional<size_t> mainline) {
  Selector selector(repository, history, target, mainline);
  std::vector<git::Oid> chosen;
  for (const std::string& argument : arguments) {
    std::vector<git::Oid> taken = selector.Take(argument);
    chosen.insert(chosen.end(), taken.begin(), taken.end());
  }
  if (arguments.size() > 1) chosen = history.Sort(*target.tip, chosen);
  Selection selection;
  selection.is_sequence =
      arguments.size() > 1 || arguments.front().find("..") != std::string::npos;
  for (const git::Oid& oid : chosen) {
    selection.commits.push_back(selector.Select(oid));
  }
  return selection;
}

}  // namespace backgraft::restore
