#include "commands/part_operation.h"

#include <ctime>
#include <exception>

#include "base/error.h"
#include "base/interrupt.h"
#include "commands/place.h"
#include "git/recovery.h"

namespace backgraft::commands {

void JoinedParts::Add(std::unique_ptr<BackupPart> part) {
  all_.push_back(std::move(part));
}

std::vector<BackupPart*> JoinedParts::to_do() const {
  std::vector<BackupPart*> parts;
  for (const auto& part : all_) {
    if (part->to_do()) parts.push_back(part.get());
  }
  return parts;
}

void JoinedParts::Stage() {
  if (!journal_.empty()) {
    StagedPlaces places;
    for (const auto& part : all_) part->AddPlace(&places);
    note_ = std::make_unique<StagingNote>(journal_, places);
  }
  for (const auto& part : all_) part->Stage(note_.get());
  staged_ = true;
}

std::string JoinedParts::Title() const {
  std::string title;
  for (const BackupPart* part : to_do()) {
    title += (title.empty() ? "" : ", ") + part->Title();
  }
  return title;
}

std::vector<git::PartRecord> JoinedParts::Records() {
  std::vector<git::PartRecord> records;
  for (BackupPart* part : to_do()) records.push_back(part->Record());
  return records;
}

void JoinedParts::Switch() {
  for (BackupPart* part : to_do()) part->Switch();
}

void JoinedParts::PutBack() {
  const InterruptShield shield;
  const std::vector<BackupPart*> parts = to_do();
  std::exception_ptr failure;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    try {
      (*part)->PutBack();
    } catch (const Error&) {
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void JoinedParts::Finish(cli::Report* report) {
  const InterruptShield shield;
  for (BackupPart* part : to_do()) {
    try {
      part->Finish();
    } catch (const Error& error) {
      report->warnings.emplace_back(error.what());
      if (note_) note_->Leave();
    }
  }
  note_.reset();
}

namespace {

// What could not be put back, "" where all was.
std::string TryPutBack(JoinedParts& parts,
                       git::OpenOperation& operation) noexcept {
  try {
    parts.PutBack();
    operation.Discard();
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

void SwitchAlone(JoinedParts& parts, const std::string& command,
                 const git::Repository* repository, const git::Journal& journal,
                 cli::Report* report) {
  git::Operation record;
  record.parts = parts.Records();
  if (record.parts.empty()) return;
  git::OpenOperation operation = journal.Begin();
  record.id = operation.id();
  record.command = command.substr(0, command.find(' '));
  record.title = command + " " + parts.Title();
  record.time = std::time(nullptr);
  if (repository != nullptr) record.worktree = git::WorktreeName(*repository);
  operation.Write(record);
  try {
    parts.Switch();
    operation.Complete();
  } catch (const Error& error) {
    throw git::WithPutBackFailure(error, TryPutBack(parts, operation));
  } catch (...) {
    TryPutBack(parts, operation);
    throw;
  }
  report->op = record.id;
  parts.Finish(report);
}

void ImportParts(JoinedParts& parts, const std::string& command,
                 Context& context, cli::Report& report) {
  const Place place = OpenPlace(context, report, Access::kChange);
  if (!context.dry_run) parts.NoteIn(place.journal);
  parts.Stage();
  SwitchAlone(parts, command, place.repository_or_null(), place.journal,
              &report);
  const InterruptShield shield;
  context.terminal->progress().Finish();
  for (const auto& part : parts.all()) {
    part->Fill(&report);
    part->Say(*context.terminal);
  }
}

}  // namespace backgraft::commands
