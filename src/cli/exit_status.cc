#include "cli/exit_status.h"

namespace backgraft::cli {
namespace {

struct Row {
  std::string_view name;
  int exit;
};

// By Status; the contract's table.
constexpr Row kRows[] = {
    {"ok", 0},
    {"nothing-to-do", 0},
    {"conflict", 1},
    {"different", 1},
    {"refused", 2},
    {"bad-source", 3},
    {"transfer", 4},
    {"expired", 5},
    {"database", 6},
    {"io", 7},
    {"usage", 129},
    {"bug", 70},
    {"interrupted", 130},
};

const Row& RowOf(Status status) { return kRows[static_cast<size_t>(status)]; }

}  // namespace

std::string_view StatusName(Status status) { return RowOf(status).name; }
int ExitStatus(Status status) { return RowOf(status).exit; }

Status StatusOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kConflict:
      return Status::kConflict;
    case ErrorKind::kRefused:
      return Status::kRefused;
    case ErrorKind::kBadSource:
      return Status::kBadSource;
    case ErrorKind::kTransfer:
      return Status::kTransfer;
    case ErrorKind::kExpired:
      return Status::kExpired;
    case ErrorKind::kDatabase:
      return Status::kDatabase;
    case ErrorKind::kIo:
      return Status::kIo;
    case ErrorKind::kUsage:
      return Status::kUsage;
    case ErrorKind::kBug:
      return Status::kBug;
  }
  return Status::kBug;
}

}  // namespace backgraft::cli
