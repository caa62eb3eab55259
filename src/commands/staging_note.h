// What a command is about to stage, written down first: where it is killed
// before its operation is recorded, the next command clears it away.
#pragma once

#include <optional>
#include <string>

#include "cli/report.h"
#include "commands/context.h"

namespace backgraft::commands {

struct StagedPlaces {
  // Without a password; "" is what ~/.my.cnf says.
  std::optional<std::string> database_url;
  std::optional<std::string> files;  // the target, absolute
};

// The note in the directory of a journal, whose lock is held. There is one at a
// time.
class StagingNote {
 public:
  // Durable on return.
  StagingNote(const std::string& journal, const StagedPlaces& places);
  // Everything staged is gone, or recorded elsewhere, unless Leave() was
  // called.
  ~StagingNote();
  StagingNote(const StagingNote&) = delete;
  StagingNote& operator=(const StagingNote&) = delete;

  // Something could not be cleared away: the next command has to do it.
  void Leave() { left_ = true; }

 private:
  const std::string path_;
  bool left_ = false;
};

// Whether a run has died while it staged, or is at it. Reads only.
bool IsStagingNoted(const std::string& journal);

// Clears away what the note of a dead run tells of. Where that fails the note
// stays, and `report` gets a warning.
void SweepStaged(const std::string& journal, const Context& context,
                 cli::Report& report);

}  // namespace backgraft::commands
