// Walks over random histories, against git rev-list.
#include "git/history.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "git/repository.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using testing::TempDir;

class HistoryTest : public ::testing::Test {
 protected:
  HistoryTest() { Git(dir_.path(), {"init", "-q", "-b", "main"}); }

  // `count` commits with one to three parents each; dates that `skew` lets jump
  // about.
  void Import(unsigned seed, size_t count, unsigned skew) {
    std::mt19937 random(seed);
    std::string stream;
    for (size_t i = 1; i <= count; ++i) {
      stream += "commit refs/heads/main\nmark :" + std::to_string(i) +
                "\ncommitter T <t@example.com> " +
                std::to_string(1'600'000'000 + i * 10 + random() % skew) +
                " +0000\ndata 1\nx\n";
      for (size_t parent = 0; i > 1 && parent < 1 + random() % 3; ++parent) {
        size_t back = 1 + random() % std::min<size_t>(i - 1, 6);
        stream += (parent == 0 ? "from :" : "merge :") +
                  std::to_string(parent == 0 ? i - 1 : i - back) + "\n";
      }
      stream += "\n";
    }
    ASSERT_EQ(testing::Run({"git", "fast-import", "--quiet"},
                           {.directory = dir_.path(), .input = stream})
                  .status,
              0);
    repository_.emplace(Repository::Open(dir_.path()));
    history_.emplace(*repository_);
    commits_ = List({"rev-list", "--topo-order", "main"});
  }

  std::vector<Oid> List(const std::vector<std::string>& args) {
    std::vector<Oid> oids;
    std::istringstream lines(Git(dir_.path(), args));
    for (std::string line; std::getline(lines, line);) {
      oids.push_back(Oid::MustFromHex(line));
    }
    return oids;
  }

  TempDir dir_;
  std::optional<Repository> repository_;
  std::optional<History> history_;
  std::vector<Oid> commits_;
};

TEST_F(HistoryTest, WalksInTheOrderOfRevList) {
  Import(1, 80, 1);
  std::mt19937 random(2);
  for (int i = 0; i < 40; ++i) {
    Oid from = commits_[random() % commits_.size()];
    Oid to = commits_[random() % commits_.size()];
    EXPECT_EQ(history_->Walk({to}, {from}),
              List({"rev-list", to.Hex(), "^" + from.Hex()}));
  }
  EXPECT_EQ(history_->Walk({commits_[0]}, {}), List({"rev-list", "main"}));
}

TEST_F(HistoryTest, WalksAlikeWithWrongClocks) {
  Import(3, 80, 200);
  std::mt19937 random(4);
  for (int i = 0; i < 40; ++i) {
    Oid from = commits_[random() % commits_.size()];
    Oid to = commits_[random() % commits_.size()];
    EXPECT_EQ(history_->Walk({to}, {from}),
              List({"rev-list", to.Hex(), "^" + from.Hex()}));
  }
}

TEST_F(HistoryTest, KnowsAncestors) {
  Import(5, 60, 200);
  std::mt19937 random(6);
  for (int i = 0; i < 40; ++i) {
    Oid a = commits_[random() % commits_.size()];
    Oid b = commits_[random() % commits_.size()];
    bool expected =
        testing::Run({"git", "merge-base", "--is-ancestor", a.Hex(), b.Hex()},
                     {.directory = dir_.path()})
            .status == 0;
    EXPECT_EQ(history_->IsAncestor(a, b), expected)
        << a.Hex() << " " << b.Hex();
  }
}

TEST_F(HistoryTest, FollowsTheFirstParents) {
  Import(7, 60, 1);
  std::vector<Oid> line = List({"rev-list", "--first-parent", "main"});
  FirstParentLine first(*history_, commits_[0]);
  for (const Oid& oid : commits_) {
    bool expected = std::find(line.begin(), line.end(), oid) != line.end();
    EXPECT_EQ(first.Contains(oid), expected);
  }
  EXPECT_EQ(first.At(line.size() - 1), line.back());
  EXPECT_EQ(first.At(line.size()), std::nullopt);
}

TEST_F(HistoryTest, SortsLikeAWalk) {
  Import(8, 40, 1);
  std::vector<Oid> all = List({"rev-list", "main"});
  EXPECT_EQ(history_->Sort(commits_[0], {all[9], all[3], all[9], all[20]}),
            (std::vector<Oid>{all[3], all[9], all[20]}));
}

}  // namespace
}  // namespace backgraft::git
