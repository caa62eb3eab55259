#include "git/environment.h"

#include <unistd.h>

#include <string_view>

#include "base/error.h"
#include "base/escape.h"
#include "git/config_value.h"

namespace backgraft::git {

Environment Environment::OfProcess() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return Environment(std::move(variables));
}

std::optional<std::string> Environment::Get(const std::string& name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) return std::nullopt;
  return found->second;
}

bool Environment::GetBool(const std::string& name, bool otherwise) const {
  const auto value = Get(name);
  if (!value) return otherwise;
  const auto parsed = ParseConfigBool(*value);
  if (!parsed) {
    throw Error(ErrorKind::kRefused, "bad boolean value " + Quote(*value) +
                                         " of the environment variable " +
                                         Quote(name));
  }
  return *parsed;
}

}  // namespace backgraft::git
