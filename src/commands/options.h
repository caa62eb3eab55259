// Options that several commands have, added the same way to each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "restore/assemble.h"
#include "restore/record.h"
#include "restore/source_limits.h"

namespace CLI {
class App;
}

namespace backgraft::commands {

// --sha256, --max-total, --max-file, --max-entries, --max-ratio, --max-depth.
void AddLimitOptions(CLI::App& command, restore::SourceLimits* limits);

struct CommitTexts {
  std::vector<std::string> message;
  std::string file;  // -F, "-" is standard input
  std::string author, date, branch;
  std::string sign;  // -S: a key or "true"; --no-sign: "false"; "": neither
  bool signoff = false;
  bool force = false;
};

// --ref.
void AddRef(CLI::App& command, std::optional<std::string>* ref);

// --branch, --message (and -m unless `mainline`, which is git revert's),
// -F/--file, --author, --date, -S/--sign, -s/--signoff, --force.
void AddCommitOptions(CLI::App& command, CommitTexts* texts,
                      bool mainline = false);

// `args` with -S<key> as --sign=<key>: a flag with a value, which stands behind
// it as git has it, and never is the next argument.
std::vector<std::string> WithSigningKeys(std::vector<std::string> args);

// --force.
void AddForce(CLI::App& command, bool* force);

// Reads the file that -F names. Error(kUsage) for -m and -F together.
restore::CommitOptions ToCommitOptions(const CommitTexts& texts);

// Nothing where `text` is empty.
std::optional<std::string> Given(const std::string& text);

// An option that may be given several times, with one value each.
void AddRepeated(CLI::App& command, const std::string& name,
                 std::vector<std::string>* values, const std::string& what,
                 const std::string& type = "PATHSPEC");

// --keep and --exclude, of a backup.
void AddKeepAndExclude(CLI::App& command, std::vector<std::string>* keep,
                       std::vector<std::string>* exclude);

// --prefix, and what is meant by it: "a/b/" is "a/b". Error(kUsage) for what
// cannot stand in a tree.
void AddPrefix(CLI::App& command, std::string* prefix);
std::string CleanPrefix(std::string prefix);

// --conflicts.
void AddConflicts(CLI::App& command, bool* leave, const std::string& what);

void AddFilters(CLI::App& command, restore::Filters* filters);

// --select; `select` stays nothing where it is not given.
void AddSelect(CLI::App& command, std::optional<restore::Select>* select);

}  // namespace backgraft::commands
