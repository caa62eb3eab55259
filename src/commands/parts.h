// The parts of an operation that are not the repository's, as undo, redo and
// recovery switch them back and forth.
#pragma once

#include <optional>
#include <string>

#include "git/inverse.h"
#include "git/journal.h"
#include "git/operation.h"
#include "git/repository.h"
#include "import/files_switch.h"

namespace backgraft::commands {

// PartRecord::kind of a database; its text is an imports::DatabaseSwitch.
inline constexpr char kDatabasePart[] = "database";

// PartRecord::kind of a directory of files; its text is a directory and
// the way it is switched.
inline constexpr char kFilesPart[] = "files";

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
