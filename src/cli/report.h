// What a command has to say, as values; printed as JSON here and as text by the
// command.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_status.h"
#include "restore/source_info.h"

namespace backgraft::cli {

struct Counts {
  std::optional<uint64_t> files{}, added{}, modified{}, deleted{}, left_out{},
      commits{};
};

struct SkippedCommit {
  std::string commit;
  std::string reason;
};

struct Difference {
  std::string path;
  std::string change;
};

// One deploy tag, for `deploys`.
struct DeployRow {
  std::string tag;
  std::string commit;
  std::string date;  // ISO 8601
  uint64_t commits = 0;
  bool current = false;
};

// One operation of the journal, for `log`.
struct OperationRow {
  std::string op;
  std::string time;  // ISO 8601
  std::string command;
  std::string title;  // what it was about
  std::optional<std::string> branch, before, after, undoes;
  uint64_t files = 0;
  bool undone = false;
};

// One part of a backup, for a `restore` of several.
struct PartRow {
  Status status = Status::kOk;
  restore::SourceInfo source;
  std::optional<Counts> counts;
  std::optional<bool> verified;
};

struct ErrorText {
  std::string message;
  std::vector<std::string> hints;
};

// Absent values have no key in the JSON object. Paths and texts are raw bytes
// here and escaped when printed.
struct Report {
  std::string command;
  Status status = Status::kOk;
  int exit = 0;
  bool dry_run = false;
  std::optional<std::string> op, branch, before, after, tree;
  std::optional<bool> verified;
  std::optional<std::string> relation;
  std::optional<restore::SourceInfo> source;
  std::optional<Counts> counts;
  std::vector<PartRow> parts;
  std::vector<std::string> conflicts;
  std::vector<restore::LeftOut> left_out;
  std::vector<SkippedCommit> skipped;
  std::vector<Difference> differences;
  std::optional<std::vector<DeployRow>> deploys;
  std::optional<std::vector<OperationRow>> operations;
  std::vector<std::string> warnings;
  std::optional<ErrorText> error;
};

// One JSON object and a newline.
std::string ToJson(const Report& report);

}  // namespace backgraft::cli
