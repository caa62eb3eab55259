// The parts of an operation that are not the repository's, as undo, redo and
// recovery switch them back and forth.
#pragma once

#include <optional>
#include <string>

#include "cli/report.h"
#include "commands/context.h"
#include "git/expiry.h"
#include "git/inverse.h"
#include "git/journal.h"
#include "git/operation.h"
#include "import/database_switch.h"
#include "import/database_url.h"
#include "import/files_switch.h"

namespace backgraft::commands {

// PartRecord::kind of a database; its text is an imports::DatabaseSwitch.
inline constexpr char kDatabasePart[] = "database";

// PartRecord::kind of a directory of files; its text is a directory and
// the way it is switched.
inline constexpr char kFilesPart[] = "files";

// The record of a directory that is about to be switched.
git::PartRecord PartOf(const imports::FilesSwitch& files);

// The record of a database that is about to be switched; `url` is where it is,
// without a password.
git::PartRecord PartOf(const imports::DatabaseSwitch& plan,
                       const std::string& url);

// git config backgraft.databaseUrl, of the repository at hand if there is one.
std::optional<std::string> ConfiguredUrl();

// The database that an operation's journal has as `recorded` (its URL without a
// password; nothing where ~/.my.cnf alone said it): what is configured now,
// which may have another user and a password, or, where nothing is, `recorded`.
// `given` is what the command at hand was told: it counts where it is the same
// database. Error(kRefused) where another one is configured.
imports::DatabaseUrl FindRecordedDatabase(
    const std::optional<std::string>& given,
    const std::optional<std::string>& recorded);

// Connects as FindRecordedDatabase() says: no record holds a password.
// Error(kDatabase).
git::PartSwitcher SwitcherOfParts();

// What an interrupted operation did to its parts is taken back. A directory
// that somebody replaced since stays, and `report` gets a warning.
void PutPartsBack(const git::Operation& operation, const Context& context,
                  cli::Report& report);

// Drops what the parts of expired operations keep; null where the command at
// hand has nothing to do with parts. A failure is a warning of `report`.
git::DropParts DropperOfParts(const Context& context, cli::Report& report);

}  // namespace backgraft::commands
