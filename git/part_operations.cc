#include "git/part_operations.h"

#include <ctime>

#include "base/error.h"

namespace backgraft::git {
namespace {

// What failed, if anything.
std::string PutBack(const PartSwitcher& parts, OpenOperation& operation,
                    const Operation& record) noexcept {
  try {
    for (const PartRecord& part : record.parts) parts.put_back(part);
    operation.Discard();
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

std::vector<Recovered> RecoverParts(
    const Journal& journal, const OperationLock&,
    const std::function<void(const Operation&)>& switch_back) {
  std::vector<Recovered> all;
  const std::vector<std::string> open = journal.ListOpen();
  for (auto id = open.rbegin(); id != open.rend(); ++id) {
    OpenOperation operation = journal.Reopen(*id);
    Recovered& recovered = all.emplace_back();
    recovered.id = *id;
    recovered.record = Journal::RecordOf(operation);
    if (recovered.record) switch_back(*recovered.record);
    operation.Discard();
  }
  return all;
}

InverseResult TakeBackParts(const Journal& journal, const Operation& target,
                            const InverseOptions& options) {
  InverseResult result;
  Operation& record = result.record;
  record.command = options.command;
  record.title = options.command + " " + target.id;
  record.time = std::time(nullptr);
  record.undoes = target.id;
  for (const PartRecord& part : target.parts)
    record.parts.push_back(options.parts.plan(part));
  if (options.check_interrupted) options.check_interrupted();
  if (options.dry_run) return result;
  OpenOperation operation = journal.Begin();
  record.id = operation.id();
  operation.Write(record);
  try {
    for (const PartRecord& part : record.parts) options.parts.carry_out(part);
    result.operation = operation.id();
    operation.Complete();
  } catch (const Error& error) {
    throw WithPutBackFailure(error, PutBack(options.parts, operation, record));
  } catch (...) {
    PutBack(options.parts, operation, record);
    throw;
  }
  return result;
}

}  // namespace backgraft::git
