// What an answer without content means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "source/transfer.h"

namespace backgraft::source {

// `body` is the beginning of the page that came with `status`; `expiry` is what
// the link says of itself. kExpired where either tells that the link's time is
// over.
TransferFailure FailureOf(long status, const std::string& body,
                          std::optional<int64_t> expiry);

// How every message about a link that has expired ends, and what to do then.
TransferFailure ExpiredFailure();

}  // namespace backgraft::source
