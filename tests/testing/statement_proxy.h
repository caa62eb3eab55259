// Between a program and its database server: counts the statements, and lets
// one of them come to harm.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/io.h"
#include "testing/temp_dir.h"

namespace backgraft::testing {

// "Before": the server never gets the statement. "After": it answered it, and
// the program never gets that answer.
enum class Harm {
  kNone,
  kKillClientBefore,
  kKillClientAfter,
  kKillServerBefore,
  kKillServerAfter,
  kDropBefore,    // the connection ends
  kDropAfter,     // the connection ends
  kRefuse,        // an error, of a full disk, is the answer
  kRefuseAlways,  // to this text, whenever it comes
  kRefuseFromOn,  // to everything that comes from then on
};

// A Unix socket that leads to the server's. One thread serves all connections,
// so that the order of statements is that in which they are carried out.
class StatementProxy {
 public:
  explicit StatementProxy(std::string server);
  ~StatementProxy();
  StatementProxy(const StatementProxy&) = delete;
  StatementProxy& operator=(const StatementProxy&) = delete;

  std::string socket() const { return dir_ / "s"; }

  // Forgets what it saw; the `at`-th statement from now (1 is the next) comes
  // to that harm.
  void Arm(Harm harm, size_t at);
  // What came since then.
  std::vector<std::string> statements() const;
  // Whether the harm was done.
  bool done() const;

 private:
  struct Pair;
  enum class Flow { kGoOn, kEnd };

  void Serve();
  void Accept();
  Flow FromClient(Pair& pair);
  Flow FromServer(Pair& pair);
  Flow Forward(Pair& pair, const std::string& packet);
  Harm Take(const std::string& statement);

  const std::string server_;
  TempDir dir_;
  UniqueFd listener_;
  UniqueFd stop_;  // an eventfd
  std::vector<std::unique_ptr<Pair>> pairs_;

  mutable std::mutex mutex_;  // guards what is below
  std::vector<std::string> statements_;
  Harm harm_ = Harm::kNone;
  size_t at_ = 0;
  std::string refused_;
  bool done_ = false;

  std::thread thread_;  // last: it uses everything above
};

}  // namespace backgraft::testing
