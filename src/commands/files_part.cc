#include "commands/files_part.h"

#include <unistd.h>

#include <ctime>

#include "base/error.h"
#include "base/escape.h"
#include "commands/parts.h"
#include "commands/summary.h"
#include "import/files_target.h"
#include "restore/opened_source.h"
#include "source/file_source.h"
#include "source/link.h"

namespace backgraft::commands {
namespace {

// Unique beside one directory: two imports never share a second and a process.
std::string NewOperation() {
  return std::to_string(time(nullptr)) + "-" + std::to_string(getpid());
}

void SayFilesChanges(const cli::Terminal& terminal,
                     const imports::FilesComparison& comparison) {
  std::vector<ChangedPath> files;
  for (const imports::FilesChange& change : comparison.changes) {
    if (change.directory && !terminal.verbose()) continue;
    files.push_back(
        {change.change, change.path + (change.directory ? "/" : "")});
  }
  SayChanges(terminal, files,
             {.added = comparison.added,
              .modified = comparison.modified,
              .deleted = comparison.deleted});
}

std::vector<restore::LeftOut> LeftOutOf(const imports::StagedFiles& staged) {
  std::vector<restore::LeftOut> left_out;
  for (const imports::SkippedFile& skipped : staged.skipped) {
    left_out.push_back({skipped.path, skipped.reason});
  }
  return left_out;
}

}  // namespace

FilesPart::FilesPart(std::string source, imports::FilesOptions options,
                     restore::SourceLimits limits, Context& context,
                     std::optional<archive::Part> part)
    : source_(std::move(source)),
      options_(std::move(options)),
      limits_(std::move(limits)),
      context_(context),
      part_(std::move(part)) {
  options_.operation = NewOperation();
  options_.dry_run = context.dry_run;
}

FilesPart::~FilesPart() {
  if (!staged_.files || finished_) return;
  try {
    // Where it is switched, recovery decides.
    if (!imports::IsSwitched(*staged_.files)) imports::Discard(*staged_.files);
  } catch (const Error&) {
    // The next import into the same directory sweeps what is left.
  }
}

std::string FilesPart::Plan() const {
  return "import files " + Escape(source::FileName(source_)) + " into " +
         Quote(options_.directory);
}

void FilesPart::AddPlace(StagedPlaces* places) const {
  places->files = imports::FindFilesTarget(options_.directory).path;
}

void FilesPart::Stage(StagingNote*) {
  if (part_) source::RewindInput(source_);
  restore::OpenedSource source(source_, limits_, context_.terminal->progress(),
                               part_);
  options_.source_name = source.name();
  options_.whole = !source.type();
  staged_ = source.Explaining([&] {
    return imports::Stage(source.reader(), options_, [&] {
      // The bytes are checked as a whole before anything is made of them.
      info_ = source.Finish({});
    });
  });
  info_.kind = "files";
  if (!part_) {
    info_.root = staged_.root;
    return;
  }
  if (!staged_.root.empty()) info_.root += "/" + staged_.root;
  for (const std::string& path : source.passed_over()) {
    staged_.skipped.push_back(
        {path, "outside of the root " + Quote(part_->directory)});
  }
}

std::string FilesPart::Title() const {
  return Escape(info_.name) + " into " + staged_.target;
}

git::PartRecord FilesPart::Record() { return PartOf(*staged_.files); }

void FilesPart::Switch() { imports::Switch(*staged_.files); }

void FilesPart::PutBack() {
  imports::SwitchBack(*staged_.files);
  imports::Discard(*staged_.files);
  finished_ = true;
}

void FilesPart::Finish() {
  finished_ = true;
  if (staged_.files->existed) {
    imports::Keep(*staged_.files);
  } else {
    imports::Discard(*staged_.files);
  }
}

void FilesPart::Fill(cli::Report* report) const {
  report->source = info_;
  report->counts = cli::Counts{.files = staged_.count,
                               .added = staged_.comparison.added,
                               .modified = staged_.comparison.modified,
                               .deleted = staged_.comparison.deleted,
                               .left_out = staged_.skipped.size()};
  report->left_out = LeftOutOf(staged_);
  if (staged_.verified) report->verified = true;
  if (staged_.verified && !staged_.files) {
    report->status = cli::Status::kNothingToDo;
  }
}

void FilesPart::Say(const cli::Terminal& terminal) const {
  SaySource(terminal, info_, staged_.count);
  SayLeftOut(terminal, LeftOutOf(staged_));
  if (staged_.files || !staged_.verified) {
    SayFilesChanges(terminal, staged_.comparison);
  } else {
    terminal.Say("nothing to do: " + Quote(staged_.target) +
                 " holds these files");
  }
  if (staged_.files && staged_.files->existed) {
    terminal.Say("the files before are kept in " +
                 Quote(staged_.files->tree()));
  }
  if (!staged_.verified) return;
  terminal.Say(terminal.Good("verified:") + " " + Quote(staged_.target) +
               (options_.overlay ? " holds" : " equals") + " the backup (" +
               cli::Plural(staged_.count, "file") + ")");
}

}  // namespace backgraft::commands
