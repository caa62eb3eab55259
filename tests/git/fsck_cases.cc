#include "fsck_cases.h"

#include <gtest/gtest.h>

namespace backgraft::testing {

using namespace std::string_literals;
using git::Fsck;
using git::FsckMessage;
using git::FsckOptions;
using git::FsckSeverity;
using git::ObjectType;
using git::Oid;

namespace {

const Oid kSomeOid =
    Oid::MustFromHex("1111111111111111111111111111111111111111");

const std::string kTreeLine = "tree 3333333333333333333333333333333333333333\n";
const std::string kParentLine =
    "parent 4444444444444444444444444444444444444444\n";
const std::string kIdent = "A U Thor <a@example.com> 1700000000 +0000\n";
const std::string kTagHead =
    "object 5555555555555555555555555555555555555555\ntype commit\n";

}  // namespace

std::string RawCommit(const std::string& author, const std::string& committer) {
  return kTreeLine + kParentLine + "author " + author + "committer " +
         committer + "\nmessage\n";
}

std::string RawTree(
    std::initializer_list<std::pair<const char*, const char*>> entries) {
  std::string out;
  for (auto [mode, name] : entries) out += RawEntry(mode, name, kSomeOid);
  return out;
}

std::vector<FsckCase> FsckCases() {
  using enum ObjectType;
  std::string good = RawCommit(kIdent, kIdent);
  auto author = [](const std::string& ident) {
    return RawCommit(ident, kIdent);
  };
  std::string long_name(4096, 'x');
  return {
      {"good commit", kCommit, good, {}},
      {"root commit",
       kCommit,
       kTreeLine + "author " + kIdent + "committer " + kIdent + "\n",
       {}},
      {"no message, no blank line",
       kCommit,
       kTreeLine + "author " + kIdent + "committer " + kIdent,
       {}},
      {"NUL in header",
       kCommit,
       kTreeLine + "author A\0"s + kIdent + "committer " + kIdent + "\n",
       {"error nulInHeader"}},
      {"unterminated header",
       kCommit,
       kTreeLine + "author x",
       {"error unterminatedHeader"}},
      {"NUL in message", kCommit, good + "\0more"s, {"error nulInCommit"}},
      {"empty commit", kCommit, "", {"error unparsable"}},
      {"no tree", kCommit, "author " + kIdent, {"error unparsable"}},
      {"bad tree id",
       kCommit,
       "tree zzzz\nauthor " + kIdent + "\n",
       {"error unparsable"}},
      {"bad parent",
       kCommit,
       kTreeLine + "parent 12\nauthor " + kIdent + "committer " + kIdent + "\n",
       {"error unparsable"}},
      {"bad parent at the end",
       kCommit,
       kTreeLine + "parent 12\n",
       {"error badParentSha1"}},
      {"no author",
       kCommit,
       kTreeLine + "committer " + kIdent + "\n",
       {"error missingAuthor"}},
      {"two authors",
       kCommit,
       kTreeLine + "author " + kIdent + "author " + kIdent + "committer " +
           kIdent + "\n",
       {"error multipleAuthors"}},
      {"no committer",
       kCommit,
       kTreeLine + "author " + kIdent + "\n",
       {"error missingCommitter"}},
      {"no name",
       kCommit,
       author("<a@b> 1 +0000\n"),
       {"error missingNameBeforeEmail"}},
      {"> in name", kCommit, author("A> <a@b> 1 +0000\n"), {"error badName"}},
      {"no email", kCommit, author("A 1 +0000\n"), {"error missingEmail"}},
      {"no space before email",
       kCommit,
       author("A<a@b> 1 +0000\n"),
       {"error missingSpaceBeforeEmail"}},
      {"< in email", kCommit, author("A <a<b> 1 +0000\n"), {"error badEmail"}},
      {"no space before date",
       kCommit,
       author("A <a@b>1 +0000\n"),
       {"error missingSpaceBeforeDate"}},
      {"zero-padded date",
       kCommit,
       author("A <a@b> 01 +0000\n"),
       {"error zeroPaddedDate"}},
      {"zero date", kCommit, author("A <a@b> 0 +0000\n"), {}},
      {"negative date",
       kCommit,
       author("A <a@b> -1 +0000\n"),
       {"error badDateOverflow"}},
      {"huge date",
       kCommit,
       author("A <a@b> 18446744073709551616 +0000\n"),
       {"error badDateOverflow"}},
      {"date of 2^63",
       kCommit,
       author("A <a@b> 9223372036854775808 +0000\n"),
       {"error badDateOverflow"}},
      {"date of 2^63-1",
       kCommit,
       author("A <a@b> 9223372036854775807 +0000\n"),
       {}},
      {"date is no number",
       kCommit,
       author("A <a@b> x +0000\n"),
       {"error badDate"}},
      {"date on the next line",
       kCommit,
       author("A <a@b> \n 5 +0000\n"),
       {"error missingCommitter"}},
      {"bad zone", kCommit, author("A <a@b> 1 +000\n"), {"error badTimezone"}},
      {"long zone",
       kCommit,
       author("A <a@b> 1 +00000\n"),
       {"error badTimezone"}},
      {"bad committer",
       kCommit,
       RawCommit(kIdent, "x\n"),
       {"error missingEmail"}},

      {"good tag", kTag, kTagHead + "tag v1\ntagger " + kIdent + "\nm\n", {}},
      {"NUL in tag header",
       kTag,
       kTagHead + "tag v\0"s + "1\ntagger " + kIdent,
       {"error nulInHeader"}},
      {"tag, unterminated",
       kTag,
       kTagHead + "tag v1\ntagger A",
       {"error unterminatedHeader"}},
      {"tag without object",
       kTag,
       "type commit\ntag v1\n" + long_name + "\n",
       {"error unparsable"}},
      {"bad object id",
       kTag,
       "object zz\ntype commit\ntag v1\n" + long_name,
       {"error unparsable"}},
      {"no type",
       kTag,
       kTagHead.substr(0, 48) + "tag v1\ntagger " + kIdent,
       {"error unparsable"}},
      {"unknown type",
       kTag,
       kTagHead.substr(0, 48) + "type cat\ntag v1\ntagger " + kIdent,
       {"error unparsable"}},
      {"no tag name line",
       kTag,
       kTagHead + "tagger " + kIdent + "\n",
       {"error unparsable"}},
      {"bad tag name",
       kTag,
       kTagHead + "tag a..b\ntagger " + kIdent + "\nm\n",
       {"warning badTagName"}},
      {"tag name with slash at end",
       kTag,
       kTagHead + "tag a/\ntagger " + kIdent + "\n",
       {"warning badTagName"}},
      {"tag name .lock",
       kTag,
       kTagHead + "tag a.lock/b\ntagger " + kIdent + "\n",
       {"warning badTagName"}},
      {"empty tag name",
       kTag,
       kTagHead + "tag \ntagger " + kIdent + "\n",
       {"warning badTagName"}},
      {"tag name with star",
       kTag,
       kTagHead + "tag a*\ntagger " + kIdent + "\n",
       {"warning badTagName"}},
      {"tag @{",
       kTag,
       kTagHead + "tag a@{b\ntagger " + kIdent + "\n",
       {"warning badTagName"}},
      {"tag @", kTag, kTagHead + "tag @\ntagger " + kIdent + "\n", {}},
      {"no tagger",
       kTag,
       kTagHead + "tag v1\n\nmessage\n",
       {"warning missingTaggerEntry"}},
      {"bad tagger",
       kTag,
       kTagHead + "tag v1\ntagger A <a@b> 01 +0000\n\nm\n",
       {"error zeroPaddedDate"}},
      {"extra header",
       kTag,
       kTagHead + "tag v1\ntagger " + kIdent + "extra x\n\nm\n",
       {}},

      {"empty tree", kTree, "", {}},
      {"good tree",
       kTree,
       RawTree({{"100644", "a"},
                {"100755", "b"},
                {"120000", "c"},
                {"40000", "d"},
                {"160000", "e"}}),
       {}},
      {"short tree", kTree, "100644 a", {"error badTree"}},
      {"tree cut in its second entry",
       kTree,
       RawTree({{"100777", "a"}, {"100644", "b"}}).substr(0, 50),
       {"error badTree"}},
      {"tree with a bad mode digit",
       kTree,
       RawTree({{"10064x", "a"}}),
       {"error badTree"}},
      {"empty name", kTree, RawTree({{"100644", ""}}), {"error badTree"}},
      {"slash", kTree, RawTree({{"100644", "a/b"}}), {"error fullPathname"}},
      {"dot", kTree, RawTree({{"40000", "."}}), {"error hasDot"}},
      {"dot dot", kTree, RawTree({{"40000", ".."}}), {"error hasDotdot"}},
      {"dot git", kTree, RawTree({{"40000", ".GIT"}}), {"error hasDotgit"}},
      {"dot git, HFS",
       kTree,
       RawTree({{"40000", ".g\u200cit"}}),
       {"error hasDotgit"}},
      {"dot git, NTFS",
       kTree,
       RawTree({{"40000", "git~1"}}),
       {"error hasDotgit"}},
      {"dot git behind backslash",
       kTree,
       RawTree({{"40000", "a\\.git"}}),
       {"error hasDotgit"}},
      {"zero-padded mode",
       kTree,
       RawTree({{"040000", "a"}}),
       {"error zeroPaddedFilemode"}},
      {"odd mode", kTree, RawTree({{"100777", "a"}}), {"warning badFilemode"}},
      {"mode 664", kTree, RawTree({{"100664", "a"}}), {"warning badFilemode"}},
      {"mode wider than 16 bits", kTree, RawTree({{"1100644", "a"}}), {}},
      {"null id", kTree, RawEntry("100644", "a", Oid{}), {"error nullSha1"}},
      {"unsorted",
       kTree,
       RawTree({{"100644", "b"}, {"100644", "a"}}),
       {"error treeNotSorted"}},
      {"unsorted directory",
       kTree,
       RawTree({{"40000", "a"}, {"100644", "a.c"}}),
       {"error treeNotSorted"}},
      {"twice",
       kTree,
       RawTree({{"100644", "a"}, {"100644", "a"}}),
       {"error duplicateEntries"}},
      {"file and directory",
       kTree,
       RawTree({{"100644", "a"}, {"100644", "a.c"}, {"40000", "a"}}),
       {"error duplicateEntries"}},
      {"nested candidates",
       kTree,
       RawTree({{"100644", "foo"},
                {"100644", "foo.bar"},
                {"100644", "foo.bar.baz"},
                {"40000", "foo.bar"},
                {"40000", "foo"}}),
       {"error duplicateEntries"}},
      {"gitmodules link",
       kTree,
       RawTree({{"120000", ".gitmodules"}}),
       {"error gitmodulesSymlink"}},
      {"gitmodules link, NTFS",
       kTree,
       RawTree({{"120000", "GITMOD~1"}}),
       {"error gitmodulesSymlink"}},
      {"gitmodules link behind backslash",
       kTree,
       RawTree({{"120000", "a\\.gitmodules"}}),
       {"error gitmodulesSymlink"}},
      {"gitattributes link",
       kTree,
       RawTree({{"120000", ".gitattributes"}}),
       {"warning gitattributesSymlink"}},
      {"gitignore link",
       kTree,
       RawTree({{"120000", ".gitignore"}}),
       {"warning gitignoreSymlink"}},
      {"mailmap link",
       kTree,
       RawTree({{"120000", ".mailmap"}}),
       {"warning mailmapSymlink"}},
  };
}

Findings OurFsck(const MemoryObjects& objects, const FsckOptions& options) {
  Fsck fsck(options);
  for (const auto& [oid, object] : objects.all()) {
    fsck.Check(object.type, oid, object.content);
  }
  Findings findings;
  for (const FsckMessage& message : fsck.Finish(objects)) {
    std::string severity =
        message.severity == FsckSeverity::kError ? "error " : "warning ";
    findings[message.oid].insert(severity +
                                 std::string(FsckIdName(message.id)));
  }
  // git goes no further with what it cannot parse.
  for (auto& [oid, ids] : findings) {
    if (ids.contains("error unparsable")) ids = {"error unparsable"};
  }
  return findings;
}

namespace {

std::set<std::string> Of(const Findings& findings, const Oid& oid) {
  auto found = findings.find(oid);
  return found == findings.end() ? std::set<std::string>{} : found->second;
}

}  // namespace

void ExpectSameFindings(const MemoryObjects& objects, const Findings& git,
                        const Findings& ours) {
  int shown = 0;
  for (const auto& [oid, object] : objects.all()) {
    EXPECT_EQ(Of(ours, oid), Of(git, oid))
        << TypeName(object.type) << " " << oid.Hex() << "\n"
        << ::testing::PrintToString(object.content);
    if (::testing::Test::HasNonfatalFailure() && ++shown == 5) return;
  }
}

}  // namespace backgraft::testing
