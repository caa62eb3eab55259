#include "base/error.h"

#include <cstring>

#include "base/escape.h"

namespace backgraft {

void ThrowErrno(int error_number, const std::string& what,
                const std::string& path) {
  throw Error(ErrorKind::kIo, what + " " + Quote(path) + ": " +
                                  std::string(strerror(error_number)));
}

void Require(bool holds, const char* what) {
  if (!holds) throw Error(ErrorKind::kBug, what);
}

}  // namespace backgraft
