// Sources that are fetched: https:// and http:// links.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "source/file_source.h"

namespace backgraft::source {

// Who is told, on the thread that opens or reads.
struct LinkEvents {
  std::function<void(const std::string&)> warn;  // "link expires in 40 s"
  // How much has arrived while a reader waits for all of it.
  std::function<void(uint64_t)> arrived;
};

// Opens `link` and waits for the server's answer. It is fetched, and hashed, in
// threads of its own. Error(kExpired) where the link or the server says that
// its time has passed, Error(kTransfer) where it cannot be fetched; later, too.
// An archive that has to be read from its end (zip) is waited for whole.
std::unique_ptr<HashingSource> OpenLink(const std::string& link,
                                        LinkEvents events);

}  // namespace backgraft::source
