// The parts of a backup that one command switches, as one operation.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/report.h"
#include "commands/backup_part.h"
#include "commands/context.h"
#include "git/journal.h"
#include "git/publication_parts.h"
#include "git/repository.h"

namespace backgraft::commands {

// Several parts, switched in their order and put back in the reverse one.
class JoinedParts : public git::PublicationParts {
 public:
  void Add(std::unique_ptr<BackupPart> part);
  const std::vector<std::unique_ptr<BackupPart>>& all() const { return all_; }
  bool staged() const { return staged_; }

  // Where the journal is that is going to have them; not in a dry run.
  void NoteIn(const git::Journal& journal) { journal_ = journal.directory(); }

  void Stage() override;
  std::string Title() const override;
  std::vector<git::PartRecord> Records() override;
  void Switch() override;
  void PutBack() override;

  // Their operation is done. What could not be cleared away is a warning, and
  // the next command tries it again.
  void Finish(cli::Report* report);

 private:
  std::vector<BackupPart*> to_do() const;

  std::string journal_;
  std::unique_ptr<StagingNote> note_;  // until nothing staged is left
  std::vector<std::unique_ptr<BackupPart>> all_;
  bool staged_ = false;
};

// Switches parts that were staged, as an operation of their own in `journal`
// (whose lock is held), and tells it in `report`. On failure everything is as
// before, or, with a hint that says so, the next command takes it back.
// `repository` is the journal's, or null.
void SwitchAlone(JoinedParts& parts, const std::string& command,
                 const git::Repository* repository, const git::Journal& journal,
                 cli::Report* report);

// The whole of an `import`: stages the one part, switches it, and tells it.
void ImportParts(JoinedParts& parts, const std::string& command,
                 Context& context, cli::Report& report);

}  // namespace backgraft::commands
