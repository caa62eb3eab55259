// A part of a backup that is no code, on its way from its source to its place.
#pragma once

#include <string>

#include "cli/report.h"
#include "cli/terminal.h"
#include "commands/staging_note.h"
#include "git/operation.h"

namespace backgraft::commands {

class BackupPart {
 public:
  virtual ~BackupPart() = default;

  // "import db shop.sql into 'shop'", before anything is known of it.
  virtual std::string Plan() const = 0;

  // Where it is going to stage. Error(kRefused) where it cannot.
  virtual void AddPlace(StagedPlaces* places) const = 0;

  // Fetches, checks and stages it; a dry run only checks. On failure nothing is
  // left, or `note` is left with it: null in a dry run, else it is there until
  // this was finished or is gone.
  virtual void Stage(StagingNote* note) = 0;
  // What follows is for what was staged.

  // Whether there is anything to switch; false of a dry run.
  virtual bool to_do() const = 0;
  // "shop.sql into shop", for the journal's title.
  virtual std::string Title() const = 0;
  // What undo and recovery need; to be durable before Switch().
  virtual git::PartRecord Record() = 0;
  virtual void Switch() = 0;
  // Undoes Switch(), wherever it was stopped, and drops what was staged.
  virtual void PutBack() = 0;
  // The operation is done: what it needs no more goes. Error does not change
  // that it is done.
  virtual void Finish() = 0;

  virtual void Fill(cli::Report* report) const = 0;
  virtual void Say(const cli::Terminal& terminal) const = 0;
};

}  // namespace backgraft::commands
