// Which proxy the environment wants for a link.
#pragma once

#include <string>
#include <string_view>

namespace backgraft::source {

// The proxy for `scheme` ("http", "https") and `host`, as curl reads the
// environment: http_proxy (lower case alone, since CGI fills the other), then
// HTTPS_PROXY, ALL_PROXY and NO_PROXY in either case, lower case first. ""
// where the host is reached directly.
std::string ProxyFor(std::string_view scheme, std::string_view host);

}  // namespace backgraft::source
