// Bad objects in real packs: what VerifyPack() with ImportCheck says of each,
// against `git index-pack --strict --fsck-objects`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>
#include <sstream>

#include "base/error.h"
#include "fsck_cases.h"
#include "git/import_check.h"
#include "git/pack_verifier.h"
#include "object_forge.h"
#include "pack_forge.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::FsckCase;
using testing::MemoryObjects;
using testing::ProcessResult;
using testing::RawEntry;
using testing::RawObject;
using testing::TempDir;

// Whether a pack is refused, and the findings ("error badDate").
struct Verdict {
  bool refused = false;
  std::set<std::string> findings{};
};

// Ids that no pack makes `git index-pack --strict --fsck-objects` report, and
// why.
const std::map<std::string, std::string>& Unreachable() {
  static const char* const kParser =
      "git's parser refuses such an object before fsck sees it";
  static const std::map<std::string, std::string> ids = {
      {"badObjectSha1", kParser},
      {"badTreeSha1", kParser},
      {"badType", kParser},
      {"missingObject", kParser},
      {"missingTag", kParser},
      {"missingTagEntry", kParser},
      {"missingTree", kParser},
      {"missingType", kParser},
      {"missingTypeEntry", kParser},
      {"unknownType", kParser},
      {"unparsable", "ours: what git's parser refuses has no id"},
      {"emptyName", "the tree's decoder refuses it: badTree"},
      {"extraHeaderEntry", "ignored unless a configuration asks for it"},
      {"gitmodulesMissing", "index-pack leaves it to the fetch that called it"},
      {"gitmodulesLarge", "a blob over core.bigFileThreshold, 512 MiB"},
  };
  return ids;
}

class FsckPackTest : public ::testing::Test {
 protected:
  FsckPackTest() { testing::InitBare(repository_); }

  // The case's object, with the ids it names made those of real objects, which
  // are put into `objects` too: what git says is then about the object alone.
  RawObject Complete(const FsckCase& c, MemoryObjects* objects) {
    const Oid tree = objects->Add({ObjectType::kTree, ""});
    const Oid blob = objects->Add({ObjectType::kBlob, "blob\n"});
    const std::string ident = "A U Thor <a@example.com> 1700000000 +0000\n";
    const Oid commit = objects->Add(
        {ObjectType::kCommit, "tree " + tree.Hex() + "\nauthor " + ident +
                                  "committer " + ident + "\nfirst\n"});
    RawObject object{c.type, c.content};
    std::string& bytes = object.content;
    auto replace = [&](char digit, const Oid& oid) {
      const std::string from(40, digit);
      for (size_t at; (at = bytes.find(from)) != std::string::npos;) {
        bytes.replace(at, 40, oid.Hex());
      }
    };
    replace('3', tree);
    replace('4', commit);
    replace('5', commit);
    const std::string from(20, '\x11');
    size_t entry = 0;
    for (size_t at; (at = bytes.find(from, entry)) != std::string::npos;) {
      const bool is_tree = bytes.substr(entry).starts_with("4") ||
                           bytes.substr(entry).starts_with("04");
      std::memcpy(bytes.data() + at, (is_tree ? tree : blob).bytes.data(), 20);
      entry = at + 20;
    }
    objects->Add(object);
    return object;
  }

  std::string Pack(const MemoryObjects& objects) {
    testing::PackForge forge;
    for (const auto& [oid, object] : objects.all()) {
      forge.Add(object.type, object.content);
    }
    return forge.Finish();
  }

  Verdict AskGit(const std::string& pack) {
    ProcessResult result = testing::Run(
        {"git", "index-pack", "--strict", "--fsck-objects", "--stdin"},
        {.directory = repository_, .input = pack});
    Verdict verdict{.refused = result.status != 0};
    std::istringstream lines(result.err);
    for (std::string line; std::getline(lines, line);) {
      // "error: object <id>: <msg-id>: <text>"
      std::istringstream words(line);
      std::string severity, object, oid, id;
      words >> severity >> object >> oid >> id;
      if (object != "object" || id.empty()) continue;
      verdict.findings.insert((severity == "error:" ? "error " : "warning ") +
                              id.substr(0, id.find(':')));
    }
    return verdict;
  }

  Verdict AskUs(const std::string& pack, const Oid& tip) {
    const std::string path = dir_.Write("x.pack", pack);
    Verdict verdict;
    const MemoryObjects nothing;
    ImportCheck check{FsckOptions(), nothing};
    try {
      VerifiedPack verified = VerifyPack(
          path, {}, [&](const PackedObjectView& object) { check.Add(object); });
      auto type = [&](const Oid& oid) { return verified.FindType(oid); };
      for (const FsckMessage& message :
           check.Finish({tip}, {&verified, type})) {
        verdict.findings.insert("warning " +
                                std::string(FsckIdName(message.id)));
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBadSource) << error.what();
      verdict.refused = true;
      // "git fsck refuses commit '<id>': <msg-id>: <text>"
      const std::string what = error.what();
      const size_t at = what.find("': ");
      if (what.starts_with("git fsck refuses") && at != std::string::npos) {
        const std::string rest = what.substr(at + 3);
        verdict.findings.insert("error " + rest.substr(0, rest.find(':')));
      }
    }
    return verdict;
  }

  // Both refuse, or neither does; and what we name git names as well, unless
  // its parser refused before its checks began.
  void Compare(const MemoryObjects& objects, const Oid& tip) {
    const std::string pack = Pack(objects);
    const Verdict git = AskGit(pack);
    const Verdict ours = AskUs(pack, tip);
    EXPECT_EQ(ours.refused, git.refused)
        << ::testing::PrintToString(git.findings)
        << ::testing::PrintToString(ours.findings);
    for (const std::string& finding : ours.findings) {
      EXPECT_TRUE(git.findings.empty() || git.findings.contains(finding))
          << finding << " " << ::testing::PrintToString(git.findings);
    }
    if (!git.refused) {
      EXPECT_EQ(ours.findings, git.findings);
    }
    for (const std::string& finding : git.findings) {
      seen_.insert(finding.substr(finding.find(' ') + 1));
    }
  }

  TempDir dir_;
  std::string repository_ = dir_ / "repo.git";
  std::set<std::string> seen_;  // what git reported
};

TEST_F(FsckPackTest, EveryIdIsJudgedInPacksAsGitDoes) {
  for (const FsckCase& c : testing::FsckCases()) {
    SCOPED_TRACE(c.what);
    MemoryObjects objects;
    const RawObject object = Complete(c, &objects);
    Compare(objects, object.oid());
  }
  auto compare_file = [&](const char* name, const std::string& content) {
    SCOPED_TRACE(content.substr(0, 100));
    MemoryObjects objects;
    const Oid blob = objects.Add({ObjectType::kBlob, content});
    Compare(objects,
            objects.Add({ObjectType::kTree, RawEntry("100644", name, blob)}));
  };
  for (const char* content :
       {"[submodule \"a\"]\n\tpath = a\n\turl = https://example.com/a\n",
        "[submodule \"..\"]\n\turl = x\n", "[submodule \"a\"]\n\turl = -x\n",
        "[submodule \"a\"]\n\tpath = -x\n",
        "[submodule \"a\"]\n\tupdate = !x\n", "[submodule \"a\"\n"}) {
    compare_file(".gitmodules", content);
  }
  compare_file(".gitattributes", std::string(2047, 'a') + "\n");
  compare_file(".gitattributes", std::string(2048, 'a') + "\n");
  compare_file(".gitattributes", std::string((100 << 20) + 1, '\n'));
  for (const char* name : {".gitmodules", ".gitattributes"}) {
    SCOPED_TRACE(name);
    MemoryObjects objects;
    const Oid tree = objects.Add({ObjectType::kTree, ""});
    Compare(objects,
            objects.Add({ObjectType::kTree, RawEntry("40000", name, tree)}));
  }
  {
    MemoryObjects objects;
    const Oid elsewhere =
        HashObject(ObjectType::kCommit, "in another repository");
    Compare(objects,
            objects.Add({ObjectType::kTree,
                         RawEntry("160000", ".gitattributes", elsewhere)}));
  }
  // Each id was met, or cannot be.
  for (size_t i = 0; i < kFsckIdCount; ++i) {
    const std::string id(FsckIdName(static_cast<FsckId>(i)));
    EXPECT_NE(seen_.contains(id), Unreachable().contains(id)) << id;
  }
}

}  // namespace
}  // namespace backgraft::git
