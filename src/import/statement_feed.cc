#include "import/statement_feed.h"

#include <chrono>
#include <system_error>
#include <utility>

#include "base/block_signals.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "import/statement_head.h"

namespace backgraft::imports {
namespace {

constexpr auto kSignalCheck = std::chrono::milliseconds(50);
// Some statements of what mariadb-dump makes, which are of 1 MB.
constexpr size_t kMostWaiting = size_t{8} << 20;

size_t BytesOf(const FedStatement& statement) {
  return sizeof statement + statement.text.capacity();
}

}  // namespace

StatementFeed::StatementFeed(DumpSource& source, DumpRules& rules,
                             std::string subject, size_t most_bytes)
    : source_(source),
      rules_(rules),
      splitter_([&source] { return source.Read(); }, std::move(subject),
                most_bytes) {
  splitter_.SetMode(rules_.mode());
  const BlockSignals blocked;
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error& error) {
    throw Error(ErrorKind::kIo, std::string("cannot start a thread: ") +
                                    error.code().message());
  }
}

StatementFeed::~StatementFeed() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  source_.Cancel();
  thread_.join();
}

void StatementFeed::Run() {
  try {
    while (std::optional<FedStatement> statement = Make()) {
      if (!Put(*std::move(statement))) return;
    }
    End(nullptr);
  } catch (...) {
    End(std::current_exception());
  }
}

std::optional<FedStatement> StatementFeed::Make() {
  while (const std::optional<Statement> statement = splitter_.Next()) {
    CheckedStatement checked = rules_.Check(*statement);
    splitter_.SetMode(rules_.mode());
    if (checked.text.empty()) continue;
    FedStatement made;
    made.line = statement->line;
    made.done = source_.done();
    made.table = std::move(checked.table);
    made.rows = checked.rows;
    made.makes_table = checked.makes_table;
    if (checked.text.data() == statement->text.data()) {
      made.text = splitter_.TakeText(*statement);
    } else {
      made.text = checked.text;
      made.head = HeadOf(statement->text);
    }
    return made;
  }
  return std::nullopt;
}

// False where nobody wants it any more.
bool StatementFeed::Put(FedStatement statement) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock,
                [this] { return stopping_ || waiting_bytes_ < kMostWaiting; });
  if (stopping_) return false;
  waiting_bytes_ += BytesOf(statement);
  waiting_.push_back(std::move(statement));
  changed_.notify_all();
  return true;
}

void StatementFeed::End(std::exception_ptr failure) {
  const std::lock_guard lock(mutex_);
  failure_ = std::move(failure);
  ended_ = true;
  changed_.notify_all();
}

std::optional<FedStatement> StatementFeed::Next() {
  std::unique_lock lock(mutex_);
  // A signal does not end the wait, and a pipe may be silent for hours.
  while (!changed_.wait_for(lock, kSignalCheck,
                            [this] { return ended_ || !waiting_.empty(); })) {
    ThrowIfInterrupted();
  }
  if (waiting_.empty()) {
    if (failure_) std::rethrow_exception(failure_);
    return std::nullopt;
  }
  FedStatement statement = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= BytesOf(statement);
  changed_.notify_all();
  return statement;
}

}  // namespace backgraft::imports
