#include "restore/revert_message.h"

#include <algorithm>

#include "base/escape.h"
#include "git/encoding.h"

namespace backgraft::restore {
namespace {

constexpr std::string_view kRevert = "Revert \"";
constexpr std::string_view kReverts = "This reverts commit ";

// How many undone commits a message lists, and how much of each title.
constexpr size_t kListed = 30;
constexpr size_t kTitleBytes = 100;
constexpr size_t kIdDigits = 10;

bool IsBlank(std::string_view line) {
  return std::all_of(line.begin(), line.end(),
                     [](unsigned char c) { return std::isspace(c) != 0; });
}

std::string Count(size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// A title as an item of a list: one short line.
std::string Short(const std::string& title) {
  if (title.size() <= kTitleBytes) return Escape(title);
  size_t cut = kTitleBytes;
  // Not inside a character of several bytes.
  while (cut > 0 && (static_cast<unsigned char>(title[cut]) & 0xc0) == 0x80) {
    --cut;
  }
  return Escape(title.substr(0, cut)) + "...";
}

using Range = std::optional<std::string>;

std::string List(const std::vector<UndoneCommit>& undone, const Range& range) {
  std::string text;
  for (size_t i = 0; i < undone.size() && i < kListed; ++i) {
    text += "  " + undone[i].oid.Hex().substr(0, kIdDigits) + " " +
            Short(undone[i].title) + "\n";
  }
  if (range) {
    text += "  and earlier ones: git log --first-parent " + *range + "\n";
  } else if (undone.size() > kListed) {
    text += "  and " + std::to_string(undone.size() - kListed) + " more\n";
  }
  return text;
}

std::string MergeParagraph(const std::vector<UndoneCommit>& undone,
                           const Range& range) {
  bool merges = std::any_of(undone.begin(), undone.end(),
                            [](const auto& one) { return one.is_merge; });
  if (range) {
    return std::string("\nMerges ") +
           (merges ? "are among them" : "may be among them") +
           ", which this lists:\n\n  git log --first-parent --merges " +
           *range +
           "\n\nMerging their branches again brings nothing back, because git "
           "takes\n"
           "what they brought for merged already. To bring it back, revert "
           "this\n"
           "commit: git revert <this commit>\n";
  }
  if (!merges) return {};
  return "\nMerges are among them. Merging their branches again brings "
         "nothing\n"
         "back, because git takes what they brought for merged already. To\n"
         "bring it back, revert this commit: git revert <this commit>\n";
}

std::string Undoes(const std::vector<UndoneCommit>& undone,
                   const Range& range = std::nullopt) {
  std::string what;
  if (range && undone.empty()) {
    return "\nThis undoes what this command lists:\n\n  git log "
           "--first-parent " +
           *range + "\n" + MergeParagraph(undone, range);
  }
  if (range) {
    what = "these commits and earlier ones, newest first";
  } else if (undone.empty()) {
    return {};
  } else {
    what = Count(undone.size(), "commit") +
           (undone.size() > 1 ? ", newest first" : "");
  }
  return "\nThis undoes " + what + ":\n\n" + List(undone, range) +
         MergeParagraph(undone, range);
}

}  // namespace

std::string TitleOf(const git::Commit& commit) {
  std::string_view message = commit.message;
  std::string_view line;
  while (!message.empty()) {
    line = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(message.size(), line.size() + 1));
    if (!IsBlank(line)) break;
    line = {};
  }
  for (const auto& [key, value] : commit.extra_headers) {
    if (key == "encoding")
      return git::DecodeToUtf8(line, value).value_or(std::string(line));
  }
  return std::string(line);
}

std::string RevertMessage(const UndoneCommit& commit,
                          const std::optional<git::Oid>& mainline) {
  std::string text;
  std::string_view title = commit.title;
  // A revert of a revert of a revert stays as it is: git does not count.
  if (title.starts_with(kRevert) &&
      !title.substr(kRevert.size()).starts_with(kRevert)) {
    text = "Reapply \"" + std::string(title.substr(kRevert.size())) + "\n";
  } else {
    text = std::string(kRevert) + commit.title + "\"\n";
  }
  text += "\n" + std::string(kReverts) + commit.oid.Hex();
  if (commit.is_merge && mainline) {
    text += ", reversing\nchanges made to " + mainline->Hex();
  }
  return text + ".\n";
}

std::string SquashMessage(const std::vector<UndoneCommit>& undone) {
  std::string text = "Revert " + Count(undone.size(), "commit") + "\n";
  text += Undoes(undone) + "\n";
  // All of them, however many: this is how a later revert knows what is undone.
  for (const UndoneCommit& commit : undone) {
    text += std::string(kReverts) + commit.oid.Hex() + ".\n";
  }
  return text;
}

std::string ShortRange(const git::Oid& state, const git::Oid& before) {
  return state.Hex().substr(0, kIdDigits) + ".." +
         before.Hex().substr(0, kIdDigits);
}

std::string StateMessage(const StateText& state,
                         const std::vector<UndoneCommit>& undone) {
  std::string text = "Revert to " + Escape(state.name) + "\n";
  if (state.restored) {
    text += "\nThe code is again what it was at commit\n" +
            state.restored->Hex() + "\n(" + Short(state.title) + ").\n";
  }
  return text + Undoes(undone, state.range);
}

std::string DeployMessage(const DeployText& deploy,
                          const std::vector<UndoneCommit>& undone) {
  return "Revert deploy " + Escape(deploy.tag) + "\n\nThis undoes what " +
         Escape(deploy.tag) + "\n(" + deploy.commit.Hex() +
         ")\nbrought since " + Escape(deploy.previous_tag) + "\n(" +
         deploy.previous_commit.Hex() + ")\nand keeps what came after it.\n" +
         Undoes(undone);
}

std::vector<git::Oid> RevertedCommits(std::string_view message) {
  std::vector<git::Oid> found;
  size_t at = 0;
  while ((at = message.find(kReverts, at)) != std::string_view::npos) {
    at += kReverts.size();
    if (auto oid = git::Oid::FromHex(message.substr(at, 40))) {
      found.push_back(*oid);
    }
  }
  return found;
}

std::optional<std::string> UndoneMergesWarning(
    const std::vector<UndoneCommit>& undone, const git::Oid& revert) {
  std::vector<const UndoneCommit*> merges;
  for (const UndoneCommit& one : undone) {
    if (one.is_merge) merges.push_back(&one);
  }
  if (merges.empty()) return std::nullopt;
  const UndoneCommit& first = *merges.front();
  std::string what = "merge " + first.oid.Hex().substr(0, kIdDigits) + " (" +
                     Escape(first.title) + ")";
  if (merges.size() > 1) {
    what += " and " + std::to_string(merges.size() - 1) + " more";
  }
  return what + " undone: merging " + (merges.size() > 1 ? "those" : "that") +
         " again brings nothing back; what does: backgraft revert " +
         revert.Hex().substr(0, kIdDigits);
}

std::string UnlistedMergesWarning(const std::string& range,
                                  const git::Oid& revert) {
  return "merges may be among the earlier commits that are undone (git log "
         "--first-parent --merges " +
         range +
         "): merging those again brings nothing back; what does: backgraft "
         "revert " +
         revert.Hex().substr(0, kIdDigits);
}

git::Trailer MergeTrailer(const git::Oid& merge) {
  return {"Backgraft-Undone-Merge",
          merge.Hex() +
              " (merging its branch again brings nothing back; revert this "
              "commit instead)"};
}

}  // namespace backgraft::restore
