#include "restore/collisions.h"

#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <set>

namespace backgraft::restore {
namespace {

// Case folded and decomposed. Bytes that are not UTF-8 stay as they are.
std::string Folded(const std::string& text) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  size_t length = 0;
  std::unique_ptr<uint8_t, decltype(&free)> folded(
      u8_casefold(bytes, text.size(), nullptr, UNINORM_NFD, nullptr, &length),
      &free);
  if (folded == nullptr) return text;
  return {reinterpret_cast<const char*>(folded.get()), length};
}

}  // namespace

std::vector<std::vector<std::string>> FindCollisions(
    const std::vector<std::string>& paths) {
  // Each directory level counts once, under its folded form.
  std::map<std::string, std::set<std::string>> groups;
  for (const std::string& path : paths) {
    size_t end = 0;
    do {
      end = path.find('/', end + 1);
      std::string part = path.substr(0, end);
      groups[Folded(part)].insert(part);
    } while (end != std::string::npos);
  }
  std::vector<std::vector<std::string>> collisions;
  for (const auto& [folded, group] : groups) {
    if (group.size() > 1) collisions.emplace_back(group.begin(), group.end());
  }
  return collisions;
}

}  // namespace backgraft::restore
