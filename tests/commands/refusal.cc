#include "commands/refusal.h"

#include "testing/snapshot.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string StatusWord(int exit) {
  switch (exit) {
    case 2:
      return "refused";
    case 3:
      return "bad-source";
    case 7:
      return "io";
    default:
      return "usage";
  }
}

}  // namespace

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::string RowName(const ::testing::TestParamInfo<Row>& info) {
  return info.param.name;
}

void ExpectRefused(const Row& row) {
  Sandbox box;
  Args args = row.prepare(box);
  auto before = testing::Snapshot(box.repo());

  ProcessResult result = box.Backgraft(args, row.options);
  EXPECT_EQ(result.status, row.status);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, StartsWith("error: "));
  EXPECT_THAT(result.err, HasSubstr(row.message));
  if (!row.hint.empty()) {
    EXPECT_THAT(result.err, HasSubstr("\nhint: "));
    EXPECT_THAT(result.err, HasSubstr(row.hint));
  }
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(box.repo())),
              IsEmpty());

  args.push_back("--json");
  result = box.Backgraft(args, row.options);
  EXPECT_EQ(result.status, row.status);
  nlohmann::json json = JsonOf(result);
  EXPECT_EQ(json["exit"], row.status);
  EXPECT_EQ(json["status"], StatusWord(row.status));
  EXPECT_THAT(json["error"]["message"].get<std::string>(),
              HasSubstr(row.message));
  EXPECT_FALSE(json.contains("after"));
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(box.repo())),
              IsEmpty());
}

}  // namespace backgraft::commands
