#include "commands/part_operation.h"

#include <ctime>
#include <exception>
#include <optional>

#include "base/error.h"
#include "base/interrupt.h"
#include "commands/opening.h"
#include "git/journal.h"
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
  for (const auto& part : all_) part->Stage();
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
    }
  }
}

namespace {

// What could not be put back, "" where all was.
std::string TryPutBack(JoinedParts& parts,
                       git::OpenOperation* operation) noexcept {
  try {
    parts.PutBack();
    if (operation != nullptr) operation->Discard();
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

void SwitchAlone(JoinedParts& parts, const std::string& command,
                 const git::Repository* repository, cli::Report* report) {
  std::vector<git::PartRecord> records = parts.Records();
  if (records.empty()) return;
  std::optional<git::OpenOperation> operation;
  if (repository != nullptr) {
    operation.emplace(git::Journal(git::JournalDirectory(*repository)).Begin());
    git::Operation record;
    record.id = operation->id();
    record.command = command.substr(0, command.find(' '));
    record.title = command + " " + parts.Title();
    record.time = std::time(nullptr);
    record.worktree = git::WorktreeName(*repository);
    record.parts = std::move(records);
    operation->Write(record);
  }
  git::OpenOperation* const open = operation ? &*operation : nullptr;
  try {
    parts.Switch();
    if (open != nullptr) {
      report->op = open->id();
      open->Complete();
    }
  } catch (const Error& error) {
    report->op.reset();
    throw git::WithPutBackFailure(error, TryPutBack(parts, open));
  } catch (...) {
    report->op.reset();
    TryPutBack(parts, open);
    throw;
  }
  parts.Finish(report);
}

void ImportParts(JoinedParts& parts, const std::string& command,
                 Context& context, cli::Report& report) {
  std::optional<git::Repository> repository = git::Repository::Find("");
  if (repository) Prepare(context, report, Access::kChange, &*repository);
  parts.Stage();
  SwitchAlone(parts, command, repository ? &*repository : nullptr, &report);
  const InterruptShield shield;
  context.terminal->progress().Finish();
  for (const auto& part : parts.all()) {
    part->Fill(&report);
    part->Say(*context.terminal);
  }
}

}  // namespace backgraft::commands
