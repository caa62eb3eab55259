// Merges of known outcome, after the situations that git's own tests go
// through (t3501, t6400 to t6430) and that libgit2's merge repositories hold.
#include "git/tree_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "git/merge_forge.h"
#include "git/repository.h"
#include "git/tree.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using ::testing::ElementsAre;
using testing::Git;
using ::testing::IsEmpty;
using testing::TempDir;

std::string Lines(int first, int last) {
  std::string out;
  for (int i = first; i <= last; ++i) out += std::to_string(i) + "\n";
  return out;
}

ForgedFile Text(const std::string& content) { return {"100644", content}; }

class TreeMergeTest : public ::testing::Test {
 protected:
  TreeMergeTest() {
    Git(dir_.path(), {"init", "-q", "--bare", "-b", "main"});
    repository_.emplace(Repository::Open(dir_.path()));
    writer_.emplace(*repository_, repository_->objects_dir(),
                    ObjectWriterOptions{});
    merger_.emplace(*writer_);
    options_.ours_label = "HEAD";
    options_.theirs_label = "theirs";
  }

  // Writes a tree without help of the code under test.
  Oid Write(const ForgedTree& files) {
    std::map<std::string, ForgedTree> directories;
    Tree tree;
    for (const auto& [path, file] : files) {
      size_t slash = path.find('/');
      if (slash != std::string::npos) {
        directories[path.substr(0, slash)][path.substr(slash + 1)] = file;
        continue;
      }
      auto mode = static_cast<FileMode>(std::stoul(file.mode, nullptr, 8));
      Oid oid = mode == FileMode::kGitlink
                    ? Oid::MustFromHex(file.content)
                    : writer_->Add(ObjectType::kBlob, file.content);
      tree.push_back({path, mode, oid});
    }
    for (const auto& [name, below] : directories) {
      tree.push_back({name, FileMode::kTree, Write(below)});
    }
    SortTree(&tree);
    return writer_->Add(ObjectType::kTree, SerializeTree(tree));
  }

  MergeResult Merge(const ForgedTree& base, const ForgedTree& ours,
                    const ForgedTree& theirs) {
    return merger_->Merge(Write(base), Write(ours), Write(theirs), options_);
  }

  // Every file of a tree as "path" or "path mode" with its content.
  ForgedTree Read(const Oid& tree) {
    ForgedTree out;
    for (const TreeFile& file : ListTree(*writer_, tree)) {
      char mode[8];
      std::snprintf(mode, sizeof mode, "%06o",
                    static_cast<unsigned>(file.mode));
      out[file.path] = {mode, file.mode == FileMode::kGitlink
                                  ? file.oid.Hex()
                                  : writer_->Read(file.oid, ObjectType::kBlob)};
    }
    return out;
  }

  std::string Content(const MergeResult& result, const std::string& path) {
    ForgedTree files = Read(result.tree);
    auto at = files.find(path);
    return at == files.end() ? "(missing)" : at->second.content;
  }

  static std::vector<std::string> Paths(const MergeResult& result) {
    std::vector<std::string> out;
    for (const MergeConflict& conflict : result.conflicts) {
      out.push_back(conflict.path + ": " +
                    std::string(ConflictKindName(conflict.kind)));
    }
    return out;
  }

  static std::string Stages(const MergeConflict& conflict) {
    std::string out;
    for (size_t i = 0; i < 3; ++i) {
      if (conflict.stages[i]) out += static_cast<char>('1' + i);
    }
    return out;
  }

  TempDir dir_;
  std::optional<Repository> repository_;
  std::optional<ObjectWriter> writer_;
  std::optional<TreeMerger> merger_;
  MergeOptions options_;
};

TEST_F(TreeMergeTest, ChangesOfDifferentFilesAreBothTaken) {
  MergeResult result =
      Merge({{"a", Text("1\n")}, {"d/b", Text("1\n")}},
            {{"a", Text("2\n")}, {"d/b", Text("1\n")}},
            {{"a", Text("1\n")}, {"d/b", Text("2\n")}, {"d/c", Text("3\n")}});
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(
      result.tree,
      Write({{"a", Text("2\n")}, {"d/b", Text("2\n")}, {"d/c", Text("3\n")}}));
  EXPECT_THAT(result.messages, IsEmpty());
}

TEST_F(TreeMergeTest, MergesLinesOfOneFile) {
  MergeResult result =
      Merge({{"f", Text(Lines(1, 9))}}, {{"f", Text("0\n" + Lines(1, 9))}},
            {{"f", Text(Lines(1, 9) + "10\n")}});
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(Content(result, "f"), Lines(0, 10));
  EXPECT_THAT(result.auto_merged, ElementsAre("f"));
  EXPECT_THAT(result.messages, ElementsAre("Auto-merging f"));
}

TEST_F(TreeMergeTest, ConflictLeavesMarkersAndThreeStages) {
  MergeResult result =
      Merge({{"f", Text("a\nb\nc\n")}}, {{"f", Text("a\nours\nc\n")}},
            {{"f", Text("a\ntheirs\nc\n")}});
  ASSERT_THAT(Paths(result), ElementsAre("f: content"));
  EXPECT_EQ(Content(result, "f"),
            "a\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> theirs\nc\n");
  EXPECT_EQ(Stages(result.conflicts[0]), "123");
  EXPECT_EQ(result.conflicts[0].message,
            "CONFLICT (content): Merge conflict in f");
}

TEST_F(TreeMergeTest, Zdiff3LeavesCommonEndsOut) {
  options_.style = ConflictStyle::kZdiff3;
  options_.base_label = "parent of 1a2b3c4 (subject)";
  MergeResult result =
      Merge({{"f", Text("1\n2\n")}}, {{"f", Text("1\nA\nB\nC\n2\n")}},
            {{"f", Text("1\nA\nX\nC\n2\n")}});
  EXPECT_EQ(
      Content(result, "f"),
      "1\nA\n<<<<<<< HEAD\nB\n||||||| parent of 1a2b3c4 (subject)\n=======\nX\n"
      ">>>>>>> theirs\nC\n2\n");
}

TEST_F(TreeMergeTest, MarkersTakeTheLineEndingsOfTheFile) {
  MergeResult result =
      Merge({{"f", Text("a\r\nb\r\n")}}, {{"f", Text("a\r\no\r\n")}},
            {{"f", Text("a\r\nt\r\n")}});
  EXPECT_EQ(Content(result, "f"),
            "a\r\n<<<<<<< HEAD\r\no\r\n=======\r\nt\r\n>>>>>>> theirs\r\n");
}

TEST_F(TreeMergeTest, FavorSettlesConflictsInsideFilesOnly) {
  ForgedTree base = {{"f", Text("a\nb\nc\n")}, {"g", Text("1\n")}};
  ForgedTree ours = {{"f", Text("a\nours\nc\n")}, {"g", Text("2\n")}};
  ForgedTree theirs = {{"f", Text("a\ntheirs\nc\n")}};
  options_.favor = MergeFavor::kOurs;
  MergeResult result = Merge(base, ours, theirs);
  EXPECT_THAT(Paths(result), ElementsAre("g: modify/delete"));
  EXPECT_EQ(Content(result, "f"), "a\nours\nc\n");
  options_.favor = MergeFavor::kTheirs;
  EXPECT_EQ(Content(Merge(base, ours, theirs), "f"), "a\ntheirs\nc\n");
}

TEST_F(TreeMergeTest, DriversComeFromTheRules) {
  ForgedTree base = {{"f", Text("a\nc\n")}};
  ForgedTree ours = {{"f", Text("a\nours\nc\n")}};
  ForgedTree theirs = {{"f", Text("a\ntheirs\nc\n")}};
  FileMergeRules rules;
  options_.rules = [&rules](const std::string& path) {
    EXPECT_EQ(path, "f");
    return rules;
  };
  rules.driver = FileDriver::kUnion;
  MergeResult result = Merge(base, ours, theirs);
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(Content(result, "f"), "a\nours\ntheirs\nc\n");
  rules.driver = FileDriver::kBinary;
  result = Merge(base, ours, theirs);
  EXPECT_THAT(Paths(result), ElementsAre("f: binary"));
  EXPECT_EQ(Content(result, "f"), "a\nours\nc\n");
  rules.driver = FileDriver::kCustom;
  EXPECT_THAT(Paths(Merge(base, ours, theirs)), ElementsAre("f: content"));
  rules.driver = FileDriver::kText;
  rules.marker_size = 9;
  EXPECT_EQ(Content(Merge(base, ours, theirs), "f"),
            "a\n<<<<<<<<< HEAD\nours\n=========\ntheirs\n>>>>>>>>> theirs\n"
            "c\n");
}

TEST_F(TreeMergeTest, BinaryFilesConflictAndOursStays) {
  std::string zero(1, '\0');
  MergeResult result = Merge({{"f", Text(zero)}}, {{"f", Text(zero + "o")}},
                             {{"f", Text(zero + "t")}});
  ASSERT_THAT(Paths(result), ElementsAre("f: binary"));
  EXPECT_EQ(Content(result, "f"), zero + "o");
  EXPECT_EQ(result.conflicts[0].message,
            "warning: Cannot merge binary files: f (HEAD vs. theirs)\n"
            "CONFLICT (content): Merge conflict in f");
}

TEST_F(TreeMergeTest, ModesMergeLikeContents) {
  MergeResult result = Merge({{"f", Text("1\n")}}, {{"f", {"100755", "1\n"}}},
                             {{"f", Text("2\n")}});
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(Read(result.tree).at("f").mode, "100755");
  EXPECT_EQ(Content(result, "f"), "2\n");
}

TEST_F(TreeMergeTest, DeletedHereChangedThereIsAConflict) {
  MergeResult result =
      Merge({{"f", Text("1\n")}, {"g", Text("1\n")}},
            {{"f", Text("2\n")}, {"g", Text("1\n")}}, {{"g", Text("1\n")}});
  ASSERT_THAT(Paths(result), ElementsAre("f: modify/delete"));
  EXPECT_EQ(Stages(result.conflicts[0]), "12");
  EXPECT_EQ(Content(result, "f"), "2\n");
  EXPECT_EQ(result.conflicts[0].message,
            "CONFLICT (modify/delete): f deleted in theirs and modified in "
            "HEAD.  Version HEAD of f left in tree.");
}

TEST_F(TreeMergeTest, AddedDifferentlyOnBothSides) {
  MergeResult result = Merge({}, {{"f", Text("o\n")}}, {{"f", Text("t\n")}});
  ASSERT_THAT(Paths(result), ElementsAre("f: add/add"));
  EXPECT_EQ(Stages(result.conflicts[0]), "23");
  EXPECT_EQ(Content(result, "f"),
            "<<<<<<< HEAD\no\n=======\nt\n>>>>>>> theirs\n");
}

TEST_F(TreeMergeTest, ChangeFollowsARename) {
  // t3501: what is reverted was made before the file got its present name.
  MergeResult result = Merge({{"oops", Text(Lines(1, 9) + "bad\n")}},
                             {{"spoo", Text(Lines(1, 9) + "bad\nnew\n")}},
                             {{"oops", Text(Lines(1, 9))}});
  ASSERT_THAT(Paths(result), ElementsAre("spoo: content"));
  EXPECT_EQ(Content(result, "spoo"),
            Lines(1, 9) +
                "<<<<<<< HEAD:spoo\nbad\nnew\n=======\n"
                ">>>>>>> theirs:oops\n");
  result = Merge({{"oops", Text("bad\n" + Lines(1, 9))}},
                 {{"spoo", Text("bad\n" + Lines(1, 9) + "new\n")}},
                 {{"oops", Text(Lines(1, 9))}});
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(Content(result, "spoo"), Lines(1, 9) + "new\n");
  EXPECT_THAT(result.renames, ElementsAre(MergeRename{"oops", "spoo", true}));
}

TEST_F(TreeMergeTest, RenamedHereDeletedThere) {
  MergeResult result =
      Merge({{"a", Text(Lines(1, 20))}}, {{"b", Text(Lines(1, 21))}}, {});
  ASSERT_EQ(Paths(result), std::vector<std::string>{"b: rename/delete"});
  EXPECT_EQ(Stages(result.conflicts[0]), "12");
  EXPECT_THAT(result.conflicts[0].message,
              ::testing::StartsWith("CONFLICT (rename/delete): a renamed to b "
                                    "in HEAD, but deleted in theirs."));
}

TEST_F(TreeMergeTest, RenamedTwiceDifferently) {
  std::string text = Lines(1, 20);
  MergeResult result =
      Merge({{"a", Text(text)}}, {{"b", Text(text)}}, {{"c", Text(text)}});
  ASSERT_THAT(Paths(result), ElementsAre("a: rename/rename", "b: rename/rename",
                                         "c: rename/rename"));
  EXPECT_EQ(Stages(result.conflicts[0]), "1");
  EXPECT_EQ(Stages(result.conflicts[1]), "2");
  EXPECT_EQ(Stages(result.conflicts[2]), "3");
  EXPECT_EQ(result.conflicts[0].message,
            "CONFLICT (rename/rename): a renamed to b in HEAD and to c in "
            "theirs.");
  EXPECT_EQ(result.conflicts[1].message, "");
}

TEST_F(TreeMergeTest, TwoFilesRenamedToOneName) {
  MergeResult result =
      Merge({{"a", Text(Lines(1, 20))}, {"b", Text(Lines(50, 70))}},
            {{"c", Text(Lines(1, 20))}, {"b", Text(Lines(50, 70))}},
            {{"a", Text(Lines(1, 20))}, {"c", Text(Lines(50, 70))}});
  ASSERT_THAT(Paths(result), ElementsAre("c: add/add"));
  EXPECT_EQ(Stages(result.conflicts[0]), "23");
}

TEST_F(TreeMergeTest, FileAddedToARenamedDirectory) {
  ForgedTree base = {{"d/a", Text(Lines(1, 9))}, {"d/b", Text(Lines(20, 29))}};
  ForgedTree ours = base;
  ours["d/new"] = Text("new\n");
  ForgedTree theirs = {{"e/a", Text(Lines(1, 9))},
                       {"e/b", Text(Lines(20, 29))}};
  MergeResult result = Merge(base, ours, theirs);
  ASSERT_THAT(Paths(result), ElementsAre("e/new: directory rename"));
  EXPECT_EQ(result.conflicts[0].message,
            "CONFLICT (file location): d/new added in HEAD inside a directory "
            "that was renamed in theirs, suggesting it should perhaps be moved "
            "to e/new.");
  options_.directory_renames = DirectoryRenames::kYes;
  result = Merge(base, ours, theirs);
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(Content(result, "e/new"), "new\n");
  options_.directory_renames = DirectoryRenames::kNo;
  result = Merge(base, ours, theirs);
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(Content(result, "d/new"), "new\n");
}

TEST_F(TreeMergeTest, DirectoryRenamedToSeveralPlacesIsUndecided) {
  ForgedTree base = {{"d/a", Text(Lines(1, 9))}, {"d/b", Text(Lines(20, 29))}};
  ForgedTree ours = base;
  ours["d/new"] = Text("new\n");
  MergeResult result = Merge(
      base, ours, {{"e/a", Text(Lines(1, 9))}, {"f/b", Text(Lines(20, 29))}});
  ASSERT_THAT(Paths(result), ElementsAre("d: directory rename"));
  EXPECT_EQ(Stages(result.conflicts[0]), "");
  EXPECT_EQ(Content(result, "d/new"), "new\n");
}

TEST_F(TreeMergeTest, DirectoryInTheWayOfAFile) {
  MergeResult result =
      Merge({{"a", Text("1\n")}}, {{"a", Text("1\n")}, {"x", Text("file\n")}},
            {{"a", Text("1\n")}, {"x/y", Text("below\n")}});
  ASSERT_THAT(Paths(result), ElementsAre("x~HEAD: file/directory"));
  EXPECT_EQ(Stages(result.conflicts[0]), "2");
  EXPECT_EQ(Content(result, "x~HEAD"), "file\n");
  EXPECT_EQ(Content(result, "x/y"), "below\n");
}

TEST_F(TreeMergeTest, FileAgainstSymlinkIsMovedAside) {
  MergeResult result = Merge({{"f", Text("1\n")}}, {{"f", Text("2\n")}},
                             {{"f", {"120000", "t"}}});
  ASSERT_THAT(Paths(result),
              ElementsAre("f: distinct types", "f~HEAD: distinct types"));
  EXPECT_EQ(Read(result.tree).at("f").mode, "120000");
  EXPECT_EQ(Content(result, "f~HEAD"), "2\n");
}

TEST_F(TreeMergeTest, SubmodulesMergeByIdOnly) {
  auto link = [](char c) { return ForgedFile{"160000", std::string(40, c)}; };
  MergeResult result =
      Merge({{"s", link('1')}}, {{"s", link('1')}}, {{"s", link('2')}});
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(Content(result, "s"), std::string(40, '2'));
  result = Merge({{"s", link('1')}}, {{"s", link('2')}}, {{"s", link('3')}});
  ASSERT_THAT(Paths(result), ElementsAre("s: submodule"));
  EXPECT_EQ(Stages(result.conflicts[0]), "123");
}

TEST_F(TreeMergeTest, EmptyTreeIsAnAbsentBase) {
  MergeResult result = merger_->Merge(kEmptyTree, Write({{"a", Text("1\n")}}),
                                      Write({{"b", Text("2\n")}}), options_);
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(result.tree, Write({{"a", Text("1\n")}, {"b", Text("2\n")}}));
}

TEST_F(TreeMergeTest, NothingIsLeftWhenAllIsReverted) {
  Oid tree = Write({{"d/a", Text("1\n")}});
  MergeResult result = merger_->Merge(tree, tree, kEmptyTree, options_);
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(result.tree, kEmptyTree);
}

// Only what may have been renamed is read: none of these trees and blobs exist.
TEST_F(TreeMergeTest, DirectoriesThatOneSideLeftAloneAreNotOpened) {
  auto subtree = [](char c) {
    return TreeEntry{"d", FileMode::kTree,
                     Oid::MustFromHex(std::string(40, c))};
  };
  auto blob = [](const char* name, char c) {
    return TreeEntry{name, FileMode::kBlob,
                     Oid::MustFromHex(std::string(40, c))};
  };
  auto write = [this](const Tree& tree) {
    return writer_->Add(ObjectType::kTree, SerializeTree(tree));
  };
  MergeResult result = merger_->Merge(
      write({subtree('1'), blob("f", '2'), blob("g", '5')}),
      write({subtree('1'), blob("f", '3'), blob("g", '5')}),
      write({subtree('4'), blob("f", '2'), blob("h", '6')}), options_);
  EXPECT_TRUE(result.clean());
  EXPECT_EQ(result.tree, write({subtree('4'), blob("f", '3'), blob("h", '6')}));
}

}  // namespace
}  // namespace backgraft::git
