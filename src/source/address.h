// Which addresses are of networks that the public cannot reach.
#pragma once

#include <string>
#include <string_view>

struct sockaddr;

namespace backgraft::source {

// Loopback, private, link-local, carrier and other addresses that are nobody's
// in public, IPv4 ones inside IPv6 included. Families other than IP are
// private.
bool IsPrivateAddress(const sockaddr* address);

// Whether a host, as a link names it ("10.0.0.1", "[::1]", "localhost"), is
// private by its name alone. Other names are not looked up.
bool IsPrivateHost(std::string_view host);

// Whether `host` is an address in `network` ("10.0.0.0/8", "fd00::/8").
bool IsInNetwork(std::string_view host, std::string_view network);

}  // namespace backgraft::source
