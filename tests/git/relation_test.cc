// Merge bases and relations over random histories, against git merge-base and
// rev-list.
#include "git/relation.h"

#include <gtest/gtest.h>

#include <chrono>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "base/io.h"
#include "git/merge_base.h"
#include "object_forge.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using testing::MemoryObjects;
using testing::ProcessResult;
using testing::TempDir;

class RelationTest : public ::testing::Test {
 protected:
  RelationTest() { Git(dir_.path(), {"init", "-q", "-b", "main"}); }

  // `count` commits on up to three parents each among the last `reach` ones,
  // `roots` of them without any; dates that `skew` lets jump about.
  void Import(unsigned seed, size_t count, size_t roots, unsigned reach,
              unsigned skew) {
    std::mt19937 random(seed);
    std::string stream;
    for (size_t i = 1; i <= count; ++i) {
      stream += "commit refs/heads/c" + std::to_string(i) +
                "\nmark :" + std::to_string(i) +
                "\ncommitter T <t@example.com> " +
                std::to_string(1'600'000'000 + i * step_ + random() % skew) +
                " +0000\ndata <<END\n" + std::to_string(i) + "\nEND\n";
      std::set<size_t> parents;
      for (size_t n = i <= roots ? 0 : 1 + random() % 3; n > 0; --n) {
        parents.insert(i - 1 - random() % std::min<size_t>(i - 1, reach));
      }
      const char* word = "from :";
      for (size_t parent : parents) {
        stream += word + std::to_string(parent) + "\n";
        word = "merge :";
      }
      stream += "\n";
    }
    ProcessResult result =
        testing::Run({"git", "fast-import", "--quiet", "--export-marks=marks"},
                     {.directory = dir_.path(), .input = stream});
    ASSERT_EQ(result.status, 0) << result.err;
    std::istringstream marks(ReadFile(dir_ / "marks"));
    for (std::string mark, oid; marks >> mark >> oid;) {
      commits_.push_back(Oid::MustFromHex(oid));
    }
    Load();
  }

  void Load() {
    const std::string all =
        testing::Run({"git", "cat-file", "--batch", "--batch-all-objects"},
                     {.directory = dir_.path()})
            .out;
    for (size_t at = 0; at < all.size();) {
      const size_t end = all.find('\n', at);
      std::istringstream line(all.substr(at, end - at));
      std::string oid, type;
      size_t size;
      line >> oid >> type >> size;
      if (type == "commit") {
        objects_.Add({ObjectType::kCommit, all.substr(end + 1, size)});
      }
      at = end + 1 + size + 1;
    }
    history_.emplace(objects_, std::unordered_set<Oid, OidHash>());
  }

  // What git prints, a line an item; nothing where it exits with 1.
  std::vector<std::string> Ask(std::vector<std::string> args) {
    args.insert(args.begin(), "git");
    std::istringstream words(
        testing::Run(args, {.directory = dir_.path()}).out);
    return {std::istream_iterator<std::string>(words), {}};
  }

  void Compare(const Oid& a, const Oid& b) {
    SCOPED_TRACE(a.Hex() + " " + b.Hex());
    std::vector<std::string> bases;
    for (const Oid& oid : MergeBases(*history_, a, b)) {
      bases.push_back(oid.Hex());
    }
    EXPECT_EQ(bases, Ask({"merge-base", "--all", a.Hex(), b.Hex()}));
    RelationResult result = FindRelation(*history_, a, b);
    EXPECT_EQ(result.merge_bases.size(), bases.size());
    auto count = [&](const Oid& from, const Oid& to) {
      return Ask({"rev-list", "--count", from.Hex() + ".." + to.Hex()}).at(0);
    };
    EXPECT_EQ(std::to_string(result.ahead), count(a, b));
    EXPECT_EQ(std::to_string(result.behind), count(b, a));
    Relation expected = a == b                ? Relation::kIdentical
                        : bases.empty()       ? Relation::kUnrelated
                        : bases[0] == a.Hex() ? Relation::kAhead
                        : bases[0] == b.Hex() ? Relation::kBehind
                                              : Relation::kDiverged;
    EXPECT_EQ(result.relation, expected);
    EXPECT_EQ(expected == Relation::kAhead || expected == Relation::kIdentical,
              history_->IsAncestor(a, b));
    ++seen_[result.relation];
    if (bases.size() > 1) ++several_;
  }

  void ComparePairs(unsigned seed, int pairs) {
    std::mt19937 random(seed);
    for (int i = 0; i < pairs; ++i) {
      Compare(commits_[random() % commits_.size()],
              commits_[random() % commits_.size()]);
    }
  }

  TempDir dir_;
  MemoryObjects objects_;
  std::optional<History> history_;
  std::vector<Oid> commits_;
  std::map<Relation, int> seen_;
  int several_ = 0;
  size_t step_ = 10;  // seconds between commits
};

TEST_F(RelationTest, CrissCrossedHistoriesMeetWhereGitSays) {
  Import(1, 120, 2, 25, 1);
  ComparePairs(2, 60);
  Compare(commits_[5], commits_[5]);
  EXPECT_GT(several_, 5);
  EXPECT_GT(seen_[Relation::kDiverged], 5);
}

TEST_F(RelationTest, UnrelatedRootsShareNothing) {
  Import(3, 60, 30, 60, 1);
  ComparePairs(4, 40);
  EXPECT_GT(seen_[Relation::kUnrelated], 5);
}

TEST_F(RelationTest, WrongClocksChangeNothing) {
  Import(5, 100, 2, 10, 400);
  ComparePairs(6, 50);
  EXPECT_GT(several_, 5);
}

TEST_F(RelationTest, EqualDatesKeepGitsOrder) {
  step_ = 0;
  Import(7, 80, 1, 10, 1);
  ComparePairs(8, 50);
  EXPECT_GT(several_, 3);
}

TEST_F(RelationTest, ShallowHistoriesEndWhereTheyAreCut) {
  Import(9, 20, 1, 1, 1);
  history_.emplace(objects_, std::unordered_set<Oid, OidHash>{commits_[10]});
  RelationResult result = FindRelation(*history_, commits_[15], commits_[19]);
  EXPECT_EQ(result.relation, Relation::kAhead);
  EXPECT_EQ(result.ahead, 4u);
  EXPECT_EQ(FindRelation(*history_, commits_[5], commits_[19]).relation,
            Relation::kUnrelated);
}

TEST(RelationNames, AreThoseOfTheReport) {
  EXPECT_EQ(RelationName(Relation::kIdentical), "identical");
  EXPECT_EQ(RelationName(Relation::kBehind), "behind");
  EXPECT_EQ(RelationName(Relation::kAhead), "ahead");
  EXPECT_EQ(RelationName(Relation::kDiverged), "diverged");
  EXPECT_EQ(RelationName(Relation::kUnrelated), "unrelated");
}

// A long history told beforehand: no object is read.
TEST(RelationOfMany, EightyThousandPreloadedCommitsAreFast) {
  MemoryObjects none;
  History history(none, {});
  constexpr uint64_t kCount = 80'000;
  auto id = [](uint64_t i) {
    return HashObject(ObjectType::kBlob, std::to_string(i));
  };
  std::mt19937 random(1);
  for (uint64_t i = 0; i < kCount; ++i) {
    HistoryCommit commit;
    commit.committed = static_cast<int64_t>(i);
    // Two lines that merge each other now and then, and part for good at last.
    if (i >= 2) commit.parents.push_back(id(i - 2));
    if (i >= 2 && i < kCount - 2000 && random() % 20 == 0) {
      commit.parents.push_back(id(i - 1));
    }
    history.Preload(id(i), commit);
  }
  auto start = std::chrono::steady_clock::now();
  RelationResult result = FindRelation(history, id(kCount - 1), id(kCount - 2));
  EXPECT_EQ(result.relation, Relation::kDiverged);
  EXPECT_GE(result.ahead, 1000u);
  EXPECT_GE(result.behind, 1000u);
  EXPECT_EQ(FindRelation(history, id(kCount - 1), id(1)).relation,
            Relation::kBehind);
  HistoryCommit root;
  history.Preload(id(kCount), root);
  result = FindRelation(history, id(kCount - 1), id(kCount));
  EXPECT_EQ(result.relation, Relation::kUnrelated);
  EXPECT_GT(result.behind, kCount / 2);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

}  // namespace
}  // namespace backgraft::git
