#include "restore/rebuild_chain.h"

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/commit.h"
#include "git/content_cache.h"
#include "restore/source_text.h"

namespace backgraft::restore {
namespace {

std::string StandardMessage(const SourceInfo& source, const std::string& what) {
  if (what == "merge") return "Merge " + SourceText(source) + "\n";
  if (what == "uncommitted") {
    return "Add uncommitted changes in " + SourceText(source) + "\n";
  }
  return "Add " + SourceText(source) + "\n";
}

// Reads each of the trees that many commits share once.
class SharedTrees : public git::ObjectReader {
 public:
  explicit SharedTrees(const git::ObjectReader& objects) : objects_(objects) {}

  bool Exists(const git::Oid& oid) const override {
    return objects_.Exists(oid);
  }
  std::optional<git::Object> Find(const git::Oid& oid) const override {
    if (const auto known = trees_.Find(oid)) {
      return git::Object{git::ObjectType::kTree, *known};
    }
    auto object = objects_.Find(oid);
    if (object && object->type == git::ObjectType::kTree) {
      trees_.Add(oid, std::make_shared<const std::string>(object->content));
    }
    return object;
  }

 private:
  const git::ObjectReader& objects_;
  mutable git::ContentCache trees_{size_t{16} << 20};
};

}  // namespace

RebuildChain::RebuildChain(const Target& target, const git::Config& config,
                           const RebuildOptions& options, ImportTarget& import)
    : config_(config),
      options_(options),
      import_(import),
      tip_(target.tip),
      tree_(target.tree),
      who_(Who(0).committer.ToHeader()) {}

// The sources' dates, in UTC: neither the clock nor the zone nor the
// environment's dates count, so that the ids are the same everywhere.
Authorship RebuildChain::Who(int64_t time) const {
  Authorship who = WhoCommits(config_, options_.commit, time);
  who.committer.seconds = time;
  who.committer.offset_minutes = 0;
  if (!options_.commit.date) {
    who.author.seconds = time;
    who.author.offset_minutes = 0;
  }
  return who;
}

void RebuildChain::FastForward(const git::Oid& commit, const git::Oid& tree) {
  tip_ = commit;
  tree_ = tree;
}

git::Oid RebuildChain::Commit(const RebuildSource& source, const git::Oid& tree,
                              const std::optional<git::Oid>& joined,
                              const std::string& what) {
  std::vector<git::Oid> parents;
  if (tip_) parents.push_back(*tip_);
  if (joined) parents.push_back(*joined);
  const Authorship who = Who(*source.time);
  const std::string message = MessageWithTrailers(
      who, options_.commit, StandardMessage(source.info, what),
      SourceTrailers("rebuild", source.info, {}, options_.exclude_text));
  tip_ = WriteCommit(tree, parents, who, message, import_.writer());
  tree_ = tree;
  who_ = who.committer.ToHeader();
  commits_.push_back({*tip_, git::Subject(message)});
  return *tip_;
}

void RebuildChain::ProveLater(const RebuildSource& source) {
  Require(tree_ == source.tree, "a source is not what its commit holds");
  expected_.push_back({*tip_, *tree_, source.listing, source.files});
}

uint64_t RebuildChain::last_files() const {
  return expected_.empty() ? 0 : expected_.back().files;
}

void RebuildChain::Prove(const git::Repository& repository,
                         Progress& progress) const {
  repository.RefreshObjects();
  progress.Begin("verifying commits", Unit::kCommits, expected_.size());
  uint64_t done = 0;
  const SharedTrees trees(repository);
  for (const Expected& expected : expected_) {
    ThrowIfInterrupted();
    if (git::ReadCommit(repository, expected.commit).tree != expected.tree) {
      throw Error(ErrorKind::kBug, "commit " + expected.commit.Hex() +
                                       " does not hold its tree");
    }
    const std::vector<git::TreeFile> files =
        git::ListTree(trees, expected.tree);
    if (files.size() != expected.files ||
        DigestListing(files) != expected.listing) {
      throw Error(ErrorKind::kBug, "tree " + expected.tree.Hex() +
                                       " does not hold what the source does");
    }
    progress.Update(++done);
  }
}

}  // namespace backgraft::restore
