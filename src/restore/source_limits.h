// What a source has to meet before anything is done with it.
#pragma once

#include <optional>
#include <string>

#include "archive/limits.h"

namespace backgraft::restore {

struct SourceLimits : archive::Limits {
  // What the SHA-256 of its bytes has to be, in lower-case hexadecimal.
  std::optional<std::string> sha256{};
};

}  // namespace backgraft::restore
