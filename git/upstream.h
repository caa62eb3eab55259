// The branch elsewhere that a branch follows (branch.<name>.merge).
#pragma once

#include <optional>
#include <string>

namespace backgraft::git {

class Repository;

// The remote-tracking ref of `ref` ("refs/heads/main"); nothing where it has
// none.
std::optional<std::string> UpstreamOf(const Repository& repository,
                                      const std::string& ref);

}  // namespace backgraft::git
