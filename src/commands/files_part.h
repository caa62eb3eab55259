// Uploaded files on their way into a directory, for `import files` and
// `restore`.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "archive/part_reader.h"
#include "commands/backup_part.h"
#include "commands/context.h"
#include "import/import_files.h"
#include "restore/source_limits.h"

namespace backgraft::restore {
class OpenedSource;
}

namespace backgraft::commands {

class FilesPart : public BackupPart {
 public:
  // What the options say of the source, the operation and the dry run is
  // filled in. With `part` that part of the source is taken, which others read,
  // too.
  FilesPart(std::string source, imports::FilesOptions options,
            restore::SourceLimits limits, Context& context,
            std::optional<archive::Part> part = std::nullopt);
  ~FilesPart() override;

  std::string Plan() const override;
  void AddPlace(StagedPlaces* places) const override;
  void Stage(StagingNote* note) override;
  bool to_do() const override { return staged_.files.has_value(); }
  std::string Title() const override;
  git::PartRecord Record() override;
  void Switch() override;
  void PutBack() override;
  void Finish() override;
  void Fill(cli::Report* report) const override;
  void Say(const cli::Terminal& terminal) const override;

 private:
  const std::string source_;
  imports::FilesOptions options_;
  const restore::SourceLimits limits_;
  Context& context_;
  const std::optional<archive::Part> part_;
  imports::StagedFiles staged_;
  restore::SourceInfo info_;
  bool finished_ = false;
};

}  // namespace backgraft::commands
