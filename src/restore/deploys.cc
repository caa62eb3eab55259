#include "restore/deploys.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "git/commit.h"
#include "git/refs.h"
#include "git/wildmatch.h"

namespace backgraft::restore {
namespace {

constexpr std::string_view kTags = "refs/tags/";
constexpr std::string_view kDefaultSeries[] = {"pantheon_live_",
                                               "pantheon_test_"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The digits at the front of `text`, which is moved behind them; leading zeros
// do not count.
std::string_view TakeNumber(std::string_view* text) {
  size_t end = 0;
  while (end < text->size() && IsDigit((*text)[end])) ++end;
  std::string_view number = text->substr(0, end);
  text->remove_prefix(end);
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

// Numbers by their value, everything else byte by byte.
bool NumberedLess(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a[0]) && IsDigit(b[0])) {
      std::string_view left = TakeNumber(&a), right = TakeNumber(&b);
      if (left.size() != right.size()) return left.size() < right.size();
      if (left != right) return left < right;
      continue;
    }
    if (a[0] != b[0]) return a[0] < b[0];
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

// What stands before the first digit; nothing where there is none.
std::optional<std::string> SeriesOf(const std::string& tag) {
  size_t digit = tag.find_first_of("0123456789");
  if (digit == std::string::npos) return std::nullopt;
  return tag.substr(0, digit);
}

bool IsDeployTag(const std::string& tag,
                 const std::vector<git::Wildmatch>& patterns) {
  if (!patterns.empty()) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const auto& one) { return one.Matches(tag); });
  }
  return std::any_of(
      std::begin(kDefaultSeries), std::end(kDefaultSeries),
      [&](std::string_view series) {
        return tag.starts_with(series) && tag.size() > series.size() &&
               std::all_of(tag.begin() + static_cast<ptrdiff_t>(series.size()),
                           tag.end(), IsDigit);
      });
}

void SetTime(const git::Repository& repository, const git::Oid& tag_target,
             Deploy* deploy) {
  git::SignatureTime time;
  auto object = repository.Find(tag_target);
  if (object && object->type == git::ObjectType::kTag) {
    std::string_view text = object->content;
    text = text.substr(0, text.find("\n\n"));
    size_t tagger = text.find("\ntagger ");
    if (tagger != std::string_view::npos) {
      text.remove_prefix(tagger + 1);
      time = git::TimeOf(text.substr(0, text.find('\n')));
    }
  }
  if (time.seconds == 0) {
    time = git::TimeOf(git::ReadCommit(repository, deploy->commit).committer);
  }
  deploy->time = time.seconds;
  deploy->offset_minutes = time.offset_minutes;
}

void MarkCurrent(git::History& history, const git::Oid& tip,
                 std::vector<Deploy>* deploys) {
  auto mark = [&](auto&& is_at) {
    bool any = false;
    for (Deploy& deploy : *deploys) any |= deploy.current = is_at(deploy);
    return any;
  };
  if (mark([&](const Deploy& one) { return one.commit == tip; })) return;
  git::Oid tree = history.Get(tip).tree;
  const Deploy* nearest = nullptr;
  // Of several with the branch's tree the latest; it may have come twice.
  for (const Deploy& one : *deploys) {
    if (history.Get(one.commit).tree != tree) continue;
    if (nearest == nullptr || one.time >= nearest->time) nearest = &one;
  }
  if (nearest == nullptr) {
    for (const Deploy& one : *deploys) {
      if (!one.in_branch) continue;
      if (nearest == nullptr ||
          history.IsAncestor(nearest->commit, one.commit)) {
        nearest = &one;
      }
    }
  }
  if (nearest == nullptr) return;
  git::Oid at = nearest->commit;
  mark([&](const Deploy& one) { return one.commit == at; });
}

const Deploy& NewestDeploy(const std::vector<Deploy>& deploys) {
  const Deploy* newest = nullptr;
  bool newest_is_live = false;
  for (size_t i = 0; i < deploys.size(); ++i) {
    bool last =
        i + 1 == deploys.size() || deploys[i + 1].series != deploys[i].series;
    if (!last) continue;
    bool live = deploys[i].series.find("live") != std::string::npos;
    if (newest == nullptr || (live && !newest_is_live) ||
        (live == newest_is_live && deploys[i].time > newest->time)) {
      newest = &deploys[i];
      newest_is_live = live;
    }
  }
  return *newest;
}

// The newest deploy of the series that the branch has and that has one before.
std::string OtherDeploy(const std::vector<Deploy>& deploys,
                        const std::string& series) {
  for (size_t i = deploys.size(); i-- > 1;) {
    if (deploys[i].series == series && deploys[i].in_branch &&
        deploys[i - 1].series == series) {
      return deploys[i].tag;
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> DeployGlobs(const git::Config& config,
                                     const std::vector<std::string>& globs) {
  std::vector<std::string> result =
      globs.empty() ? config.GetAll("backgraft.deployTags") : globs;
  for (std::string& glob : result) {
    if (glob.starts_with(kTags)) glob.erase(0, kTags.size());
  }
  return result;
}

std::vector<Deploy> ListDeploys(const git::Repository& repository,
                                git::History& history,
                                const std::vector<std::string>& globs,
                                const std::optional<git::Oid>& tip) {
  std::vector<git::Wildmatch> patterns;
  for (const std::string& glob : globs) patterns.emplace_back(glob);
  std::vector<Deploy> deploys;
  for (const git::Ref& ref : git::ListRefs(repository, std::string(kTags))) {
    Deploy deploy;
    deploy.tag = ref.name.substr(kTags.size());
    auto series = SeriesOf(deploy.tag);
    if (!series || !IsDeployTag(deploy.tag, patterns)) continue;
    auto commit = repository.ResolveCommit(ref.name);
    if (!commit) continue;  // a tag of a tree or a blob
    deploy.series = *series;
    deploy.commit = *commit;
    SetTime(repository, ref.oid, &deploy);
    deploy.in_branch = tip && history.IsAncestor(*commit, *tip);
    deploys.push_back(std::move(deploy));
  }
  std::sort(deploys.begin(), deploys.end(),
            [](const Deploy& a, const Deploy& b) {
              if (a.series != b.series) return a.series < b.series;
              return NumberedLess(a.tag, b.tag);
            });
  if (tip) MarkCurrent(history, *tip, &deploys);
  return deploys;
}

void CountCommits(git::History& history, std::vector<Deploy>* deploys) {
  for (size_t i = 0; i < deploys->size(); ++i) {
    Deploy& deploy = (*deploys)[i];
    std::vector<git::Oid> before;
    if (i > 0 && (*deploys)[i - 1].series == deploy.series) {
      before.push_back((*deploys)[i - 1].commit);
    }
    deploy.commits = history.Walk({deploy.commit}, before).size();
  }
}

DeploySpan FindDeploy(const std::vector<Deploy>& deploys,
                      const std::optional<std::string>& tag,
                      const std::string& branch) {
  if (deploys.empty()) {
    throw Error(ErrorKind::kRefused, "there are no deploy tags here",
                {"fetch them: git fetch --tags",
                 "or say which they are: backgraft revert --deploy "
                 "--deploy-tags 'GLOB'"});
  }
  const Deploy* found = nullptr;
  if (tag) {
    std::string name = *tag;
    if (name.starts_with(kTags)) name.erase(0, kTags.size());
    for (const Deploy& one : deploys) {
      if (one.tag == name) found = &one;
    }
    if (found == nullptr) {
      throw Error(ErrorKind::kRefused, Quote(*tag) + " is not a deploy tag",
                  {"list them: backgraft deploys"});
    }
  } else {
    found = &NewestDeploy(deploys);
  }
  if (!found->in_branch) {
    std::vector<std::string> hints;
    std::string other = OtherDeploy(deploys, found->series);
    if (!other.empty()) {
      hints.push_back("its newest deploy is " + Quote(other) +
                      ": backgraft revert --deploy " + other);
    }
    hints.push_back("see which deploys it has: backgraft deploys");
    throw Error(ErrorKind::kRefused,
                "deploy " + Quote(found->tag) + " is not in the history of " +
                    Quote(branch),
                hints);
  }
  if (found == &deploys.front() || (found - 1)->series != found->series) {
    throw Error(ErrorKind::kRefused,
                Quote(found->tag) +
                    " is the first deploy, there is none before it to go back "
                    "to",
                {"list them: backgraft deploys",
                 "go back to any state: backgraft revert --to STATE"});
  }
  return {*found, *(found - 1)};
}

}  // namespace backgraft::restore
