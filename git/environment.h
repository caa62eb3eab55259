// The environment variables that steer git, taken once as a plain value, so
// that nothing below asks the process again and tests need not change it.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace backgraft::git {

class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string> variables)
      : variables_(std::move(variables)) {}

  // A copy of this process's variables as they are now.
  static Environment OfProcess();

  // Nothing where it is not set; "" where it is set to nothing.
  std::optional<std::string> Get(const std::string& name) const;

  // As git_env_bool(): `otherwise` where it is not set. Throws Error(kRefused)
  // where the value is not a boolean to git.
  bool GetBool(const std::string& name, bool otherwise) const;

 private:
  std::map<std::string, std::string> variables_;
};

}  // namespace backgraft::git
