// Dumps that end too early, wherever that is, and dumps with a fault in the
// middle: refused with exit 3, and nothing is changed. A sample of the places;
// all of them with BACKGRAFT_IMPORT_WHOLE=1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "base/io.h"
#include "import/database_server.h"
#include "import/dump_rules.h"
#include "import/statement_splitter.h"

namespace backgraft::imports {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::ProcessResult;

bool Whole() { return getenv("BACKGRAFT_IMPORT_WHOLE") != nullptr; }

struct Reading {
  std::vector<std::string> statements;
  bool trailer = false;
  bool refused = false;
};

// All of it through the splitter and the rules.
Reading Read(std::string_view dump) {
  DumpTarget target;
  target.subject = "'d.sql'";
  target.live = "live";
  target.side = "side";
  target.server_version = 101119;
  target.definer = ParseDefiner("current");
  DumpRules rules(target, "", "utf8mb4", {});
  bool given = false;
  StatementSplitter splitter(
      [&] { return std::exchange(given, true) ? ByteSpan() : AsBytes(dump); },
      target.subject, size_t{1} << 30);
  splitter.SetMode(rules.mode());
  Reading reading;
  try {
    while (const auto statement = splitter.Next()) {
      reading.statements.emplace_back(statement->text);
      rules.Check(*statement);
      splitter.SetMode(rules.mode());
    }
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadSource) << error.what();
    EXPECT_THAT(error.what(), ::testing::StartsWith("'d.sql': "));
    reading.refused = true;
  }
  reading.trailer = splitter.trailer();
  return reading;
}

class CutDumpTest : public ::testing::Test {
 protected:
  CutDumpTest() {
    server_.Renew("want");
    server_.Load(RichSchema(), "want");
    rich_ = server_.RawDump("want", {});
    server_.Renew("want");
    server_.Load(
        ReadFile(std::string(BACKGRAFT_DUMPS) + "/schemas/features.sql"),
        "want");
    features_ = server_.RawDump("want", {});
    server_.Sql("DROP DATABASE want");
    server_.Renew("live");
    server_.Load(RichSchema(), "live");
    before_ = State();
  }
  std::string State() const {
    std::string state = server_.Dump("live") + server_.Checksums("live");
    for (const std::string& name : server_.Schemas()) state += name + "\n";
    for (const auto& entry : fs::directory_iterator(server_.data())) {
      if (entry.is_directory()) state += entry.path().native() + "\n";
    }
    for (const auto& entry : fs::directory_iterator(server_.data() + "/live")) {
      state += entry.path().native() + "\n";
    }
    return state;
  }
  // Places behind each line but the last, or some of them.
  std::vector<size_t> LineEnds(const std::string& dump) const {
    std::vector<size_t> ends;
    for (size_t at = dump.find('\n'); at + 1 < dump.size();
         at = dump.find('\n', at + 1)) {
      ends.push_back(at + 1);
    }
    if (Whole()) return ends;
    std::vector<size_t> some;
    for (size_t i = 0; i < ends.size(); i += 67) some.push_back(ends[i]);
    return some;
  }

  DatabaseServer& server_ = DatabaseServer::Shared();
  std::string rich_, features_, before_;
};

TEST_F(CutDumpTest, EveryPrefixHasTheStatementsOfTheWholeAndNoTrailer) {
  const std::string text =
      rich_.substr(0, rich_.find("-- Dump completed")) +
      "INSERT INTO p VALUES (1,'it''s; -- \\'','\"',0x00), -- ; '\n"
      "  (2,'/*','*/',b'1') /* ; ' */;\n# ; '\n"
      "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 PROCEDURE q()\n"
      "SELECT ';' /* not the end */ */;\n";
  const std::string dump = text + "-- Dump completed on 2026-01-01  1:00:00\n";
  const Reading whole = Read(dump);
  ASSERT_FALSE(whole.refused);
  EXPECT_TRUE(whole.trailer);
  size_t refused = 0;
  size_t places = 0;
  for (size_t cut = 0; cut <= text.size(); cut += Whole() ? 1 : 13) {
    ++places;
    const std::string where =
        text.substr(cut > 60 ? cut - 60 : 0, std::min<size_t>(cut, 60));
    const Reading part = Read(std::string_view(dump).substr(0, cut));
    if (part.refused) ++refused;
    EXPECT_FALSE(part.trailer) << where;
    ASSERT_LE(part.statements.size(), whole.statements.size()) << where;
    for (size_t i = 0; i < part.statements.size(); ++i) {
      const std::string& statement = part.statements[i];
      const std::string_view same = i + 1 < part.statements.size()
                                        ? std::string_view(whole.statements[i])
                                        : std::string_view(whole.statements[i])
                                              .substr(0, statement.size());
      EXPECT_EQ(statement, same) << where;
    }
    if (HasFailure()) return;
  }
  std::printf("%zu places, refused before the end %zu\n", places, refused);
  EXPECT_GT(refused, places / 4);
  EXPECT_LT(refused, places);
}

TEST_F(CutDumpTest, CutAtALineItIsRefusedAndChangesNothing) {
  const std::vector<size_t> places = LineEnds(features_);
  for (const size_t cut : places) {
    const std::string where = std::to_string(cut);
    const ProcessResult result =
        server_.Import(features_.substr(0, cut), "live");
    EXPECT_EQ(result.status, 3) << where << result.err;
    EXPECT_THAT(result.err, ::testing::StartsWith("error: '-'")) << where;
    EXPECT_EQ(State(), before_) << where;
    if (HasFailure()) return;
  }
  std::printf("%zu places\n", places.size());
  EXPECT_GT(places.size(), 9u);
}

TEST_F(CutDumpTest, FaultInTheMiddleIsToldWithItsLineAndChangesNothing) {
  const std::string fault = "CREATE TABLE broken (x INT,, y INT);\n";
  size_t places = 0;
  bool other_delimiter = false;
  size_t begin = 0;
  size_t line = 1;
  size_t boundaries = 0;
  for (size_t end = features_.find('\n'); end != std::string::npos;
       begin = end + 1, end = features_.find('\n', begin), ++line) {
    const std::string text = features_.substr(begin, end - begin);
    if (text.starts_with("DELIMITER ")) other_delimiter = text != "DELIMITER ;";
    if (other_delimiter || !text.ends_with(';')) continue;
    if (!Whole() && boundaries++ % 41 != 0) continue;
    ++places;
    std::string dump = features_;
    dump.insert(end + 1, fault);
    const ProcessResult result = server_.Import(dump, "live");
    const std::string where = "line " + std::to_string(line + 1) + ": ";
    EXPECT_EQ(result.status, 3) << where << result.err;
    EXPECT_THAT(result.err, HasSubstr(where + "'CREATE TABLE broken (x INT,,"));
    EXPECT_THAT(result.err, HasSubstr("error in your SQL syntax"));
    EXPECT_EQ(State(), before_) << where;
    if (HasFailure()) return;
  }
  std::printf("%zu places\n", places);
  EXPECT_GT(places, 7u);
}

}  // namespace
}  // namespace backgraft::imports
