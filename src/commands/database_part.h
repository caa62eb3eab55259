// A dump on its way into a database, for `import db` and `restore`.
#pragma once

#include <memory>
#include <string>

#include "commands/backup_part.h"
#include "commands/context.h"
#include "import/import_database.h"
#include "restore/source_limits.h"

namespace CLI {
class App;
}

namespace backgraft::commands {

struct DatabaseArguments {
  imports::ImportDatabaseOptions use_case;
  std::string database_url, member;
  std::string definer = "current";
  bool from_whole = false;  // other parts come out of the same source
};

// --database-url, --definer, --member, --allow-no-trailer.
void AddDatabaseOptions(CLI::App& command, DatabaseArguments* arguments);

class DatabasePart : public BackupPart {
 public:
  // Error(kRefused) where nothing says which database is meant, Error(kUsage)
  // for arguments that make no sense. Recovery, too, uses their URL from now
  // on.
  DatabasePart(const DatabaseArguments& arguments,
               const restore::SourceLimits& limits, Context& context);

  std::string Plan() const override;
  void AddPlace(StagedPlaces* places) const override;
  void Stage(StagingNote* note) override;
  bool to_do() const override;
  std::string Title() const override;
  git::PartRecord Record() override;
  void Switch() override;
  void PutBack() override;
  void Finish() override;
  void Fill(cli::Report* report) const override;
  void Say(const cli::Terminal& terminal) const override;

 private:
  imports::ImportDatabaseOptions options_;
  imports::DatabaseUrl url_;
  Context& context_;
  const bool from_whole_;
  std::string name_;  // of the source
  std::unique_ptr<imports::DatabaseImport> import_;
};

}  // namespace backgraft::commands
