// How a dump falls into statements, whatever the pieces it is read in.
#include "import/statement_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace backgraft::imports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Split {
  std::vector<std::string> texts;
  std::vector<uint64_t> lines;
  bool trailer = false;
  std::string error;
};

Split SplitIn(const std::string& dump, size_t piece, const LexicalMode& mode) {
  size_t at = 0;
  StatementSplitter splitter(
      [&]() -> ByteSpan {
        const std::string_view rest = std::string_view(dump).substr(at);
        const std::string_view taken = rest.substr(0, piece);
        at += taken.size();
        return AsBytes(taken);
      },
      "'d.sql'", 1 << 20);
  splitter.SetMode(mode);
  Split split;
  try {
    while (const std::optional<Statement> statement = splitter.Next()) {
      split.texts.emplace_back(statement->text);
      split.lines.push_back(statement->line);
    }
    split.trailer = splitter.trailer();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadSource);
    split.error = error.what();
  }
  return split;
}

Split SplitAll(const std::string& dump, const LexicalMode& mode = {}) {
  const Split whole = SplitIn(dump, dump.size() + 1, mode);
  for (const size_t piece : {1u, 2u, 3u, 7u}) {
    const Split pieces = SplitIn(dump, piece, mode);
    EXPECT_EQ(pieces.texts, whole.texts) << piece;
    EXPECT_EQ(pieces.lines, whole.lines) << piece;
    EXPECT_EQ(pieces.error.empty(), whole.error.empty()) << piece;
    EXPECT_EQ(pieces.trailer, whole.trailer) << piece;
  }
  return whole;
}

TEST(StatementSplitterTest, QuotesAndCommentsHideDelimiters) {
  const Split split = SplitAll(
      "a ';' \";\" `;` 'it''s;' 'x\\';';\n"
      "b -- ;\n c # ;\n d /* ; */ e;\n"
      "-- ; f\n/* g; */ # h;\ni--;");
  EXPECT_THAT(split.texts, ElementsAre("a ';' \";\" `;` 'it''s;' 'x\\';'",
                                       "b -- ;\n c # ;\n d /* ; */ e", "i--"));
  EXPECT_THAT(split.lines, ElementsAre(1u, 2u, 7u));
}

TEST(StatementSplitterTest, DelimiterChangesAndComesBack) {
  const Split split = SplitAll(
      "DELIMITER ;;\nCREATE x BEGIN a; b; END ;;\r\ndelimiter $$ more\n"
      "c;;$$ DELIMITER ;\nd;");
  EXPECT_THAT(split.texts,
              ElementsAre("CREATE x BEGIN a; b; END ", "c;;", "d"));
}

TEST(StatementSplitterTest, ModesDecideWhatABackslashIs) {
  EXPECT_THAT(SplitAll("a '\\';b';").texts, ElementsAre("a '\\';b'"));
  LexicalMode mode;
  mode.no_backslash_escapes = true;
  EXPECT_THAT(SplitAll("a '\\';b;", mode).texts, ElementsAre("a '\\'", "b"));
}

TEST(StatementSplitterTest, AnsiQuotesHaveNoEscapes) {
  LexicalMode mode;
  mode.ansi_quotes = true;
  EXPECT_THAT(SplitAll("a \"\\\";b;", mode).texts,
              ElementsAre("a \"\\\"", "b"));
}

TEST(StatementSplitterTest, TrailOfAPairIsNoBackslash) {
  LexicalMode mode;
  mode.multi_byte = MultiByte::kGbk;
  EXPECT_THAT(SplitAll("a '\xbf\\';b;", mode).texts,
              ElementsAre("a '\xbf\\'", "b"));
}

TEST(StatementSplitterTest, SandboxLineIsSkippedAnywhere) {
  const Split split = SplitAll(
      "/*M!999999\\- enable the sandbox mode */ \na;\n"
      "/*!999999\\- enable the sandbox mode */\nb;");
  EXPECT_THAT(split.texts, ElementsAre("a", "b"));
}

// What '2>&1' writes into a dump.
TEST(StatementSplitterTest, KnownMessagesAtTheBeginningArePassedOver) {
  for (const std::string message :
       {"mysqldump: [Warning] Using a password on the command line interface "
        "can be insecure.",
        "Warning: Using a password on the command line interface can be "
        "insecure.\r",
        "/usr/bin/mysqldump: Deprecated program name. It will be removed in a "
        "future release, use '/usr/bin/mariadb-dump' instead",
        "mysqldump: Error: 'Access denied; you need (at least one of) the "
        "PROCESS privilege(s) for this operation' when trying to dump "
        "tablespaces"}) {
    const Split split = SplitAll(
        message + "\n" + message +
        "\n/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump\n" +
        message + "\na;\n-- Dump completed\n");
    EXPECT_THAT(split.texts, ElementsAre("a")) << message;
    EXPECT_THAT(split.lines, ElementsAre(6u));
    EXPECT_EQ(split.error, "");
    EXPECT_TRUE(split.trailer);
    // Later it may have come between two halves of something.
    EXPECT_THAT(SplitAll("a;\n" + message + "\nb;").error,
                HasSubstr("'d.sql': line 2: '"));
  }
}

TEST(StatementSplitterTest, OtherMessagesAreRefusedForWhatTheyAre) {
  for (const std::string message :
       {"mysqldump: Got error: 1045: Access denied",
        "mariadb-dump: Couldn't execute 'SHOW EVENTS': denied (1044)",
        "mysqldump: [Warning] Something new"}) {
    const std::string error = SplitAll(message + "\na;").error;
    EXPECT_THAT(error, HasSubstr("'d.sql': line 1: '" + message.substr(0, 20)));
    EXPECT_THAT(error, HasSubstr("said on standard error"));
    EXPECT_THAT(SplitAll("a;\n-- c\n" + message).error,
                HasSubstr("'d.sql': line 3: '"));
  }
  // No messages, though they look like some.
  for (const std::string text :
       {"mysqldump", "Warning: x", "my: y", "/x: y", "mysqldump x: y"}) {
    EXPECT_THAT(SplitAll(text + ";").texts, ElementsAre(text));
  }
}

TEST(StatementSplitterTest, TrailerIsTheLastLineOrNone) {
  EXPECT_TRUE(SplitAll("a;\n-- Dump completed on 2026-01-01\n\n").trailer);
  EXPECT_TRUE(SplitAll("a;\n-- Dump completed").trailer);
  EXPECT_FALSE(SplitAll("a;\n-- Dump completed\n-- more\n").trailer);
  EXPECT_FALSE(SplitAll("a;\n-- Dump completed\nb;\n").trailer);
  EXPECT_FALSE(SplitAll("a;\n'\n-- Dump completed\n';\n").trailer);
  EXPECT_FALSE(SplitAll("a; -- Dump completed\n").trailer);
}

TEST(StatementSplitterTest, TakenTextLeavesWhatFollows) {
  // A small one is copied, a large one is not.
  for (const size_t size : {size_t{10}, size_t{5} << 20}) {
    const std::string large = "a\n'" + std::string(size, ';') + "'";
    const std::string dump = "x;\n" + large + ";\nb;\n\nc;";
    for (const size_t piece : {dump.size(), size_t{1} << 20, size_t{1000}}) {
      size_t at = 0;
      StatementSplitter splitter(
          [&]() -> ByteSpan {
            const std::string_view taken =
                std::string_view(dump).substr(at, piece);
            at += taken.size();
            return AsBytes(taken);
          },
          "'d.sql'", size_t{1} << 30);
      std::vector<std::string> texts;
      std::vector<uint64_t> lines;
      while (const std::optional<Statement> statement = splitter.Next()) {
        lines.push_back(statement->line);
        texts.push_back(splitter.TakeText(*statement));
      }
      EXPECT_TRUE(texts == std::vector<std::string>({"x", large, "b", "c"}));
      EXPECT_THAT(lines, ElementsAre(1, 2, 4, 6));
    }
  }
}

TEST(StatementSplitterTest, WhatIsCutOffIsRefused) {
  for (const char* dump : {"a", "a 'b;", "a /* b;", "/* a", "a `b;",
                           "DELIMITER ;;\na;", "a '\\"}) {
    EXPECT_THAT(SplitAll(dump).error, HasSubstr("the dump ends within"))
        << dump;
  }
}

TEST(StatementSplitterTest, CommandsOfTheClientAreRefused) {
  EXPECT_THAT(SplitAll("a;\n\n\\! ls\n").error,
              HasSubstr("line 3: '\\! ls': commands of the client"));
  EXPECT_THAT(SplitAll("a (\\N);").texts, ElementsAre("a (\\N)"));
}

TEST(StatementSplitterTest, UseNeedsNoDelimiter) {
  EXPECT_THAT(SplitAll("USE x\na;use y;b;").texts,
              ElementsAre("USE x", "a", "use y", "b"));
}

TEST(StatementSplitterTest, Utf16IsRefusedAndAByteOrderMarkIsNot) {
  EXPECT_THAT(SplitAll(std::string("\xff\xfe-\0", 4)).error,
              HasSubstr("UTF-16"));
  EXPECT_THAT(SplitAll("\xef\xbb\xbf"
                       "a;")
                  .texts,
              ElementsAre("a"));
}

}  // namespace
}  // namespace backgraft::imports
