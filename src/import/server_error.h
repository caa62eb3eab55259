// What the database server answered, as a failure of ours.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace backgraft::imports {

// Always kDatabase. `code` is the server's or the client library's number.
class ServerError : public Error {
 public:
  ServerError(unsigned code, const std::string& message,
              std::vector<std::string> hints = {})
      : Error(ErrorKind::kDatabase, message, std::move(hints)), code_(code) {}
  unsigned code() const { return code_; }

 private:
  unsigned code_;
};

// The connection is gone, and with it the knowledge whether the statement was
// done.
bool IsConnectionLoss(unsigned code);

// A statement of the dump failed for a reason that lies in the dump: its
// syntax, a duplicate key, a missing table. False for rights, limits, locks,
// disks and connections, which are the server's.
bool IsDumpFault(unsigned code);

}  // namespace backgraft::imports
