// A foreign repository's configuration.
#include <cstdlib>

#include "base/error.h"
#include "git/foreign_config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace backgraft;
  try {
    git::CheckForeignConfig({reinterpret_cast<const char*>(data), size},
                            "fuzz");
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kBadSource) abort();
  }
  return 0;
}
