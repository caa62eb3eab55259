#include "source/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

namespace backgraft::source {
namespace {

// IPv4 addresses stand in their IPv6 form, ::ffff:a.b.c.d.
using Address = std::array<uint8_t, 16>;
constexpr unsigned kMappedBits = 96;

struct Network {
  Address address;
  unsigned bits;
};

Address Mapped(const uint8_t* four) {
  Address address{};
  address[10] = address[11] = 0xff;
  std::copy_n(four, 4, address.begin() + 12);
  return address;
}

std::optional<Address> ParseAddress(std::string_view host, bool* is_v4) {
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  const std::string text(host.substr(0, host.find('%')));
  std::array<uint8_t, 16> bytes{};
  *is_v4 = inet_pton(AF_INET, text.c_str(), bytes.data()) == 1;
  if (*is_v4) return Mapped(bytes.data());
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

std::optional<Network> ParseNetwork(std::string_view text) {
  const size_t slash = text.find('/');
  bool is_v4 = false;
  const auto address = ParseAddress(text.substr(0, slash), &is_v4);
  if (!address) return std::nullopt;
  unsigned bits = is_v4 ? 32 : 128;
  if (slash != std::string_view::npos) {
    const std::string_view size = text.substr(slash + 1);
    const unsigned most = bits;
    const auto [end, error] =
        std::from_chars(size.data(), size.data() + size.size(), bits);
    if (error != std::errc() || end != size.data() + size.size() ||
        bits > most) {
      return std::nullopt;
    }
  }
  return Network{*address, is_v4 ? bits + kMappedBits : bits};
}

bool Contains(const Network& network, const Address& address) {
  for (unsigned bit = 0; bit < network.bits; ++bit) {
    const auto mask = static_cast<uint8_t>(0x80U >> (bit % 8));
    if (((network.address[bit / 8] ^ address[bit / 8]) & mask) != 0) {
      return false;
    }
  }
  return true;
}

bool IsPrivate(const Address& address) {
  // RFC 6890 and its successors, without the networks for documentation.
  static constexpr std::array<std::string_view, 16> kPrivate = {
      "0.0.0.0/8",      "10.0.0.0/8",    "100.64.0.0/10", "127.0.0.0/8",
      "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",  "192.168.0.0/16",
      "198.18.0.0/15",  "224.0.0.0/4",   "240.0.0.0/4",   "::/128",
      "::1/128",        "fc00::/7",      "fe80::/10",     "ff00::/8"};
  if (std::any_of(kPrivate.begin(), kPrivate.end(), [&](std::string_view text) {
        return Contains(*ParseNetwork(text), address);
      })) {
    return true;
  }
  // An IPv4 address that a translator reaches through IPv6.
  return Contains(*ParseNetwork("64:ff9b::/96"), address) &&
         IsPrivate(Mapped(address.data() + 12));
}

}  // namespace

bool IsPrivateAddress(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in;
    std::memcpy(&in, address, sizeof in);
    std::array<uint8_t, 4> four{};
    std::memcpy(four.data(), &in.sin_addr, four.size());
    return IsPrivate(Mapped(four.data()));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in;
    std::memcpy(&in, address, sizeof in);
    Address bytes;
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return IsPrivate(bytes);
  }
  return true;
}

bool IsPrivateHost(std::string_view host) {
  bool is_v4 = false;
  if (const auto address = ParseAddress(host, &is_v4)) {
    return IsPrivate(*address);
  }
  std::string name(host);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  if (name.ends_with('.')) name.pop_back();
  return name == "localhost" || name.ends_with(".localhost") ||
         name.ends_with(".local") || name.ends_with(".internal");
}

bool IsInNetwork(std::string_view host, std::string_view network) {
  bool is_v4 = false;
  const auto address = ParseAddress(host, &is_v4);
  const auto parsed = ParseNetwork(network);
  return address && parsed && Contains(*parsed, *address);
}

}  // namespace backgraft::source
