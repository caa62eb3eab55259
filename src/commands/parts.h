// The parts of an operation that are not the repository's, as undo, redo and
// recovery switch them back and forth.
#pragma once

#include <optional>
#include <string>

#include "cli/report.h"
#include "git/inverse.h"
#include "git/journal.h"
#include "git/operation.h"
#include "git/repository.h"
#include "import/files_switch.h"

namespace backgraft::commands {

// PartRecord::kind of a database; its text is an imports::DatabaseSwitch.
inline constexpr char kDatabasePart[] = "database";

// PartRecord::kind of a directory of files; its text is a FilesPart.
inline constexpr char kFilesPart[] = "files";

// One part that was switched, as an operation of the repository's journal.
// Outside a repository it keeps nothing.
class PartOperation {
 public:
  // `repository` may be null; its lock must be held.
  explicit PartOperation(const git::Repository* repository);

  // Makes durable what is about to be switched, before it is.
  void Write(const std::string& title, git::PartRecord part);
  bool written() const { return part_.has_value(); }
  const git::PartRecord& part() const { return *part_; }
  // It was switched back.
  void Discard();
  // It is done; its id is told in `report`.
  void Complete(cli::Report* report);

 private:
  const git::Repository* repository_;
  std::optional<git::OpenOperation> operation_;
  std::optional<git::PartRecord> part_;  // what the record says
};

// The record of a directory that is about to be switched.
git::PartRecord PartOf(const imports::FilesSwitch& files);

// git config backgraft.databaseUrl, of the repository at hand if there is one.
std::optional<std::string> ConfiguredUrl();

// Connects as configured at the time: no record holds a password. Error as
// imports::FindDatabase(), and Error(kDatabase).
git::PartSwitcher SwitcherOfParts();

// What an interrupted operation did to its parts is taken back.
// `database_url` is what the command line says, if it does.
void PutPartsBack(const git::Operation& operation,
                  const std::optional<std::string>& database_url);

}  // namespace backgraft::commands
