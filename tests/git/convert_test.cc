#include "git/convert.h"

#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "base/io.h"
#include "git/encoding.h"
#include "git/oid.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::TempDir;

ConversionPlan Plan(const std::string& attributes,
                    const ConversionSettings& settings = {}) {
  Attributes::Builder builder;
  builder.Add("", "* " + attributes + "\n");
  const Attributes built = builder.Finish();
  return PlanConversion(built.Find("f"), settings, "f");
}

std::string ToGit(const std::string& attributes, const std::string& bytes,
                  bool has_crlf = false) {
  return ConvertToGit(Plan(attributes), {}, "f", bytes, has_crlf)
      .value_or("unchanged");
}

std::string ToWorktree(const std::string& attributes,
                       const std::string& bytes) {
  return ConvertToWorktree(Plan(attributes), bytes).value_or("unchanged");
}

TEST(ConvertTest, LineEndings) {
  EXPECT_EQ(ToGit("text", "a\r\nb\rc\n"), "a\nb\rc\n");
  EXPECT_EQ(ToGit("text=auto", "a\r\nb\rc\n"), "unchanged");
  EXPECT_EQ(ToGit("text=auto", "a\r\n"), "a\n");
  EXPECT_EQ(ToGit("text=auto", "a\r\n", /*has_crlf=*/true), "unchanged");
  EXPECT_EQ(ToGit("text", "a\r\n", /*has_crlf=*/true), "a\n");
  EXPECT_EQ(ToGit("-text", "a\r\n"), "unchanged");
  EXPECT_EQ(ToGit("-text eol=crlf", "a\r\n"), "unchanged");
  EXPECT_EQ(ToGit("eol=crlf", "a\r\n"), "a\n");
  EXPECT_EQ(ToGit("crlf", "a\r\n"), "a\n");
  EXPECT_EQ(ToWorktree("eol=crlf", "a\nb\r\n"), "a\r\nb\r\n");
  EXPECT_EQ(ToWorktree("text=auto eol=crlf", "a\nb\r\n"), "unchanged");
  EXPECT_EQ(ToWorktree("text", "a\n"), "unchanged");
}

TEST(ConvertTest, Ident) {
  EXPECT_EQ(ToGit("ident", "x $Id: abc $ y"), "x $Id$ y");
  EXPECT_EQ(ToGit("ident", "x $Id$ y"), "unchanged");
  EXPECT_EQ(ToGit("ident", "$Id: a\nb$"), "unchanged");
  // printf 'x $Id$' | git hash-object --stdin
  EXPECT_EQ(ToWorktree("ident", "x $Id$"),
            "x $Id: " + HashObject(ObjectType::kBlob, "x $Id$").Hex() + " $");
  EXPECT_EQ(ToWorktree("ident", "$Id: f.c,v 1.2 x $"), "unchanged");
}

TEST(ConvertTest, Encodings) {
  const std::string utf16("\xff\xfe\x61\x00\xe9\x00", 6);
  EXPECT_EQ(ToGit("working-tree-encoding=UTF-16", utf16), "a\xc3\xa9");
  EXPECT_EQ(ToGit("working-tree-encoding=latin-1", "\xe9"), "\xc3\xa9");
  EXPECT_EQ(ToWorktree("working-tree-encoding=ISO-8859-1", "\xc3\xa9"), "\xe9");
  EXPECT_EQ(ToWorktree("working-tree-encoding=UTF-16LE-BOM", "a"),
            std::string("\xff\xfe\x61\x00", 4));
  EXPECT_TRUE(Plan("working-tree-encoding=utf8").IsIdentity());
  // Without its mark, not in it, unknown, not a name.
  EXPECT_THROW(ToGit("working-tree-encoding=UTF-16", "ab"), Error);
  EXPECT_THROW(ToGit("working-tree-encoding=ASCII", "\xe9"), Error);
  EXPECT_THROW(ToGit("working-tree-encoding=nonsense", "a"), Error);
  EXPECT_THROW(ToGit("working-tree-encoding=../../x//IGNORE", "a"), Error);
  EXPECT_THROW(Plan("working-tree-encoding"), Error);
  // git checks such a file out as UTF-8.
  EXPECT_EQ(ToWorktree("working-tree-encoding=ASCII", "\xc3\xa9"), "unchanged");
}

TEST(ConvertTest, FiltersAreNamedOnly) {
  EXPECT_EQ(Plan("filter=lfs diff=lfs merge=lfs -text").filter_name, "lfs");
  EXPECT_EQ(Plan("filter").filter_name, "");
  EXPECT_EQ(Plan("-filter").filter_name, "");
}

TEST(ConvertTest, CheapTestSparesMostFiles) {
  EXPECT_FALSE(MayChangeToGit(Plan("text=auto"), "a\nb\n"));
  EXPECT_TRUE(MayChangeToGit(Plan("text=auto"), "a\r\nb\n"));
  EXPECT_FALSE(MayChangeToGit(Plan("ident"), "$ I d $"));
  EXPECT_FALSE(MayChangeToGit(Plan("-text"), "a\r\n$Id$"));
}

TEST(ConvertTest, LfsPointers) {
  const std::string id(64, 'a');
  const std::string pointer =
      "version https://git-lfs.github.com/spec/v1\n"
      "oid sha256:" +
      id + "\nsize 12345\n";
  EXPECT_TRUE(IsLfsPointer(pointer));
  EXPECT_TRUE(IsLfsPointer(""));
  EXPECT_FALSE(IsLfsPointer(pointer + "x"));
  EXPECT_FALSE(IsLfsPointer("version https://git-lfs.github.com/spec/v1\n"));
  EXPECT_FALSE(IsLfsPointer("\x89PNG\r\n"));
  EXPECT_TRUE(
      IsLfsPointer("version https://git-lfs.github.com/spec/v1\n"
                   "ext-0-foo sha256:" +
                   id + "\noid sha256:" + id + "\nsize 1\n"));
}

TEST(ConvertTest, RefusesContradictingConfiguration) {
  TempDir dir;
  const Environment environment(
      {{"GIT_CONFIG_NOSYSTEM", "1"},
       {"GIT_CONFIG_GLOBAL",
        dir.Write("c", "[core]\nautocrlf = input\neol = crlf\n")}});
  EXPECT_THROW(ConversionSettings::From(Config::Load("", "", environment)),
               Error);
}

std::string RandomBytes(std::mt19937* random) {
  const std::vector<std::string> pieces = {
      "a",    "text here", "\n",       "\n",      "\r\n",
      "\r\n", "$Id$",      "$Id: x $", "$Id:y$",  "$Id: a b $",
      "$",    "Id$",       "\xc3\xa9", "$Id: z\n"};
  const std::vector<std::string> rare = {"\r",
                                         std::string(1, '\0'),
                                         "\x01",
                                         "\x1a",
                                         "\xe9",
                                         "\x7f",
                                         std::string(140, 'p'),
                                         std::string(200, '\x02')};
  std::string bytes;
  for (auto n = (*random)() % 10; n > 0; --n) {
    const std::string& piece = (*random)() % 12 == 0
                                   ? rare[(*random)() % rare.size()]
                                   : pieces[(*random)() % pieces.size()];
    // Two dollars in a row are expanded by git's converter in memory, but not
    // by its streaming one; nobody means either.
    if (!bytes.empty() && bytes.back() == '$' && piece[0] == '$') bytes += " ";
    bytes += piece;
  }
  return bytes;
}

struct File {
  std::string name;
  std::string indexed;  // what the index held before, "" for nothing
  std::string worktree;
};

// Files of random bytes under every combination of attributes, added and
// checked out again by git.
void CompareWithGit(const std::vector<std::string>& config, unsigned seed) {
  const std::vector<std::string> attributes = {
      "",
      "text",
      "-text",
      "text=auto",
      "text=input",
      "eol=lf",
      "eol=crlf",
      "text eol=crlf",
      "text=auto eol=crlf",
      "text=auto eol=lf",
      "-text eol=crlf",
      "crlf",
      "-crlf",
      "crlf=input",
      "crlf=auto",
      "ident",
      "text=auto ident",
      "eol=crlf ident",
      "binary",
      "working-tree-encoding=ISO-8859-1",
      "working-tree-encoding=ISO-8859-1 eol=crlf ident",
      "text working-tree-encoding=UTF-8",
      "text=nonsense",
      "!text filter=none"};
  std::mt19937 random(seed);
  TempDir dir;
  auto git = [&](std::vector<std::string> args, const std::string& input = "") {
    std::vector<std::string> argv = {"git"};
    for (const auto& setting : config) {
      argv.push_back("-c");
      argv.push_back(setting);
    }
    argv.insert(argv.end(), args.begin(), args.end());
    const auto result =
        testing::Run(argv, {.directory = dir.path(), .input = input});
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
  };
  git({"init", "-q"});

  Attributes::Builder builder;
  std::string rules;
  std::vector<File> files;
  for (size_t i = 0; i < attributes.size(); ++i) {
    const std::string suffix = ".k" + std::to_string(i);
    rules += "*" + suffix + " " + attributes[i] + "\n";
    for (int k = 0; k < 12; ++k) {
      File file{"f" + std::to_string(k) + suffix, "", RandomBytes(&random)};
      if (random() % 3 == 0) file.indexed = RandomBytes(&random);
      files.push_back(file);
    }
  }
  builder.Add("", rules);
  const Attributes built = builder.Finish();

  // The index as it was: blobs made without filters.
  std::string paths;
  for (const auto& file : files) {
    dir.Write(file.name, file.indexed);
    paths += file.name + "\n";
  }
  git({"hash-object", "-w", "--no-filters", "--stdin-paths"}, paths);
  std::string index;
  for (const auto& file : files) {
    if (file.indexed.empty()) continue;
    index += "100644 " + HashObject(ObjectType::kBlob, file.indexed).Hex() +
             "\t" + file.name + "\n";
  }
  git({"update-index", "--index-info"}, index);
  for (const auto& file : files) dir.Write(file.name, file.worktree);
  dir.Write(".gitattributes", rules);
  git({"add", "-f", "."});

  std::map<std::string, std::string> added;  // name -> id
  const std::string listing = git({"ls-files", "-s"});
  for (size_t begin = 0; begin < listing.size();) {
    const size_t end = listing.find('\n', begin);
    const std::string line = listing.substr(begin, end - begin);
    added[line.substr(line.find('\t') + 1)] = line.substr(7, 40);
    begin = end + 1;
  }
  git({"checkout-index", "-a", "-f", "--prefix=out/"});

  std::vector<std::string> variables;
  std::map<std::string, std::string> environment = {
      {"GIT_CONFIG_NOSYSTEM", "1"},
      {"GIT_CONFIG_GLOBAL", "/dev/null"},
      {"GIT_CONFIG_COUNT", std::to_string(config.size())}};
  for (size_t i = 0; i < config.size(); ++i) {
    const size_t equals = config[i].find('=');
    const std::string number = std::to_string(i);
    environment["GIT_CONFIG_KEY_" + number] = config[i].substr(0, equals);
    environment["GIT_CONFIG_VALUE_" + number] = config[i].substr(equals + 1);
  }
  const auto settings =
      ConversionSettings::From(Config::Load("", "", Environment(environment)));
  size_t changed = 0;
  for (const auto& file : files) {
    const auto plan =
        PlanConversion(built.Find(file.name), settings, file.name);
    const auto converted = ConvertToGit(
        plan, settings, file.name, file.worktree, BlobHasCrlf(file.indexed));
    const std::string blob = converted.value_or(file.worktree);
    if (converted) ++changed;
    const std::string rule =
        attributes[std::stoul(file.name.substr(file.name.find(".k") + 2))];
    EXPECT_EQ(HashObject(ObjectType::kBlob, blob).Hex(), added[file.name])
        << rule << ": " << ::testing::PrintToString(file.worktree);
    if (converted) {
      EXPECT_TRUE(MayChangeToGit(plan, file.worktree));
    }
    EXPECT_EQ(ConvertToWorktree(plan, blob).value_or(blob),
              ReadFile(dir / ("out/" + file.name)))
        << rule << ": " << ::testing::PrintToString(blob);
  }
  EXPECT_GT(changed, 20U);
}

TEST(ConvertTest, AgreesWithGit) { CompareWithGit({}, 1); }
TEST(ConvertTest, AgreesWithGitUnderAutocrlf) {
  CompareWithGit({"core.autocrlf=true"}, 2);
}
TEST(ConvertTest, AgreesWithGitUnderAutocrlfInput) {
  CompareWithGit({"core.autocrlf=input"}, 3);
}
TEST(ConvertTest, AgreesWithGitUnderCrlfEol) {
  CompareWithGit({"core.eol=crlf"}, 4);
}

}  // namespace
}  // namespace backgraft::git
