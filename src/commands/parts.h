// The parts of an operation that are not the repository's, as undo, redo and
// recovery switch them back and forth.
#pragma once

#include <optional>
#include <string>

#include "git/inverse.h"
#include "git/operation.h"

namespace backgraft::commands {

// PartRecord::kind of a database; its text is an import::DatabaseSwitch.
inline constexpr char kDatabasePart[] = "database";

// git config backgraft.databaseUrl, of the repository at hand if there is one.
std::optional<std::string> ConfiguredUrl();

// Connects as configured at the time: no record holds a password. Error as
// import::FindDatabase(), and Error(kDatabase).
git::PartSwitcher SwitcherOfParts();

// What an interrupted operation did to its parts is taken back.
// `database_url` is what the command line says, if it does.
void PutPartsBack(const git::Operation& operation,
                  const std::optional<std::string>& database_url);

}  // namespace backgraft::commands
