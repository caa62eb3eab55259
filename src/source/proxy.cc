#include "source/proxy.h"

#include <strings.h>

#include <cstdlib>
#include <initializer_list>

#include "source/address.h"

namespace backgraft::source {
namespace {

std::string FirstSet(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

bool Equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool Excludes(std::string_view pattern, std::string_view host) {
  if (pattern == "*" || IsInNetwork(host, pattern)) return true;
  if (pattern.starts_with('.')) pattern.remove_prefix(1);
  if (pattern.ends_with('.')) pattern.remove_suffix(1);
  if (pattern.empty() || host.size() < pattern.size()) return false;
  const size_t at = host.size() - pattern.size();
  return Equal(host.substr(at), pattern) && (at == 0 || host[at - 1] == '.');
}

}  // namespace

std::string ProxyFor(std::string_view scheme, std::string_view host) {
  std::string proxy = scheme == "https"
                          ? FirstSet({"https_proxy", "HTTPS_PROXY"})
                          : FirstSet({"http_proxy"});
  if (proxy.empty()) proxy = FirstSet({"all_proxy", "ALL_PROXY"});
  if (proxy.empty()) return {};
  const std::string excluded = FirstSet({"no_proxy", "NO_PROXY"});
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string_view rest = excluded;
  while (!rest.empty()) {
    const size_t end = rest.find_first_of(", ");
    if (Excludes(rest.substr(0, end), host)) return {};
    rest = end == std::string_view::npos ? std::string_view()
                                         : rest.substr(end + 1);
  }
  return proxy;
}

}  // namespace backgraft::source
