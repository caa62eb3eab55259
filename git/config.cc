#include "git/config.h"

#include <pwd.h>

#include <vector>

#include "base/error.h"
#include "base/escape.h"
#include "git/config_loader.h"
#include "git/config_value.h"

namespace backgraft::git {
namespace {

[[noreturn]] void BadValue(const char* kind, const std::string& value,
                           const std::string& key) {
  throw Error(ErrorKind::kRefused, std::string("bad ") + kind + " value " +
                                       Quote(value) + " for " + Quote(key));
}

std::string XdgFile(const Environment& environment, const std::string& name) {
  const auto xdg = environment.Get("XDG_CONFIG_HOME").value_or("");
  if (!xdg.empty()) return xdg + "/git/" + name;
  const auto home = environment.Get("HOME");
  return home ? *home + "/.config/git/" + name : "";
}

}  // namespace

Config Config::Load(const std::string& git_dir, const std::string& common_dir,
                    const Environment& environment) {
  Config config;
  config.environment_ = environment;
  config.entries_ = LoadConfigEntries(git_dir, common_dir, environment);
  for (size_t i = 0; i < config.entries_.size(); ++i) {
    config.index_[config.entries_[i].key].push_back(i);
  }
  return config;
}

const ConfigEntry* Config::Find(const std::string& key) const {
  const auto canonical = CanonicalConfigKey(key);
  Require(canonical.has_value(), "a configuration key of ours is invalid");
  const auto found = index_.find(*canonical);
  return found == index_.end() ? nullptr : &entries_[found->second.back()];
}

std::optional<std::string> Config::GetString(const std::string& key) const {
  const ConfigEntry* entry = Find(key);
  if (entry == nullptr) return std::nullopt;
  return entry->value.value_or("");
}

std::optional<bool> Config::GetBool(const std::string& key) const {
  const ConfigEntry* entry = Find(key);
  if (entry == nullptr) return std::nullopt;
  if (!entry->value) return true;
  const auto parsed = ParseConfigBool(*entry->value);
  if (!parsed) BadValue("boolean", *entry->value, key);
  return parsed;
}

std::optional<int64_t> Config::GetInt(const std::string& key) const {
  const ConfigEntry* entry = Find(key);
  if (entry == nullptr) return std::nullopt;
  const std::string value = entry->value.value_or("");
  const auto parsed = ParseConfigInt(value);
  if (!parsed) BadValue("numeric", value, key);
  return parsed;
}

std::optional<std::string> Config::GetPath(const std::string& key) const {
  const auto value = GetString(key);
  if (!value) return std::nullopt;
  auto path = ExpandUserPath(*value, environment_);
  if (!path) BadValue("path", *value, key);
  return path;
}

std::vector<std::string> Config::GetAll(const std::string& key) const {
  const auto canonical = CanonicalConfigKey(key);
  Require(canonical.has_value(), "a configuration key of ours is invalid");
  std::vector<std::string> values;
  const auto found = index_.find(*canonical);
  if (found == index_.end()) return values;
  for (const size_t i : found->second) {
    values.push_back(entries_[i].value.value_or(""));
  }
  return values;
}

std::string Config::ExcludesFile() const {
  const auto path = GetPath("core.excludesFile");
  return path ? *path : XdgFile(environment_, "ignore");
}

std::string Config::AttributesFile() const {
  const auto path = GetPath("core.attributesFile");
  return path ? *path : XdgFile(environment_, "attributes");
}

std::optional<std::string> ExpandUserPath(const std::string& path,
                                          const Environment& environment) {
  if (path.empty() || path.front() != '~') return path;
  const size_t slash = std::min(path.find('/'), path.size());
  const std::string user = path.substr(1, slash - 1);
  if (user.empty()) {
    const auto home = environment.Get("HOME");
    if (!home) return std::nullopt;
    return *home + path.substr(slash);
  }
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  if (getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found) !=
          0 ||
      found == nullptr) {
    return std::nullopt;
  }
  return found->pw_dir + path.substr(slash);
}

}  // namespace backgraft::git
