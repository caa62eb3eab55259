// A link taken apart by the library that will open it.
#pragma once

#include <string>

namespace backgraft::source {

struct LinkParts {
  std::string scheme, host, port;  // the port always, host as in the link
  std::string user, password;      // decoded
  std::string bare;                // the link without user and password

  std::string Origin() const { return scheme + "://" + host + ":" + port; }
};

// Error(kBadSource) for what is no http or https link.
LinkParts TakeApart(const std::string& link);

}  // namespace backgraft::source
