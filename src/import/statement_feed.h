// A dump's statements, read and checked in a thread while the server is busy
// with those before them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "import/dump_rules.h"
#include "import/dump_source.h"
#include "import/statement_splitter.h"

namespace backgraft::imports {

// What DumpRules made of one statement; it owns its text.
struct FedStatement {
  std::string text;   // for the server
  std::string head;   // of what the dump has there; "" where that is `text`
  uint64_t line = 0;  // of the dump
  uint64_t done = 0;  // bytes of the source that were read for it, about
  std::string table;
  uint64_t rows = 0;
  bool makes_table = false;
};

class StatementFeed {
 public:
  // Begins to read. `source` must outlive this, and is not to be read by others
  // meanwhile; `rules` is used by the thread until Next() has returned nothing.
  // A statement of more than `most_bytes` is refused. Error(kIo) where there is
  // no thread to be had.
  StatementFeed(DumpSource& source, DumpRules& rules, std::string subject,
                size_t most_bytes);
  // Stops reading, wherever that is.
  ~StatementFeed();
  StatementFeed(const StatementFeed&) = delete;
  StatementFeed& operator=(const StatementFeed&) = delete;

  // The next statement that is to be run, nothing at the end. What is wrong
  // with the dump is thrown after all statements before it were returned; then
  // it throws for ever. Interrupted where a signal comes meanwhile.
  std::optional<FedStatement> Next();

  // As the splitter has them; once Next() has returned nothing.
  const std::vector<std::string>& messages() const {
    return splitter_.messages();
  }
  // True where "-- Dump completed" was the last line; once Next() has returned
  // nothing.
  bool trailer() const { return splitter_.trailer(); }

 private:
  void Run();
  std::optional<FedStatement> Make();
  bool Put(FedStatement statement);
  void End(std::exception_ptr failure);

  DumpSource& source_;
  DumpRules& rules_;
  StatementSplitter splitter_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<FedStatement> waiting_;
  size_t waiting_bytes_ = 0;
  bool ended_ = false;
  bool stopping_ = false;
  std::exception_ptr failure_;

  std::thread thread_;  // last: it uses everything above
};

}  // namespace backgraft::imports
