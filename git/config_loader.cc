#include "git/config_loader.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/escape.h"
#include "base/io.h"
#include "git/config.h"
#include "git/config_value.h"
#include "git/wildmatch.h"

namespace backgraft::git {
namespace {

constexpr int kMaxIncludeDepth = 10;  // git's MAX_INCLUDE_DEPTH

[[noreturn]] void Refuse(const std::string& message) {
  throw Error(ErrorKind::kRefused, message);
}

bool TakePrefix(std::string_view* text, std::string_view prefix) {
  if (text->substr(0, prefix.size()) != prefix) return false;
  text->remove_prefix(prefix.size());
  return true;
}

std::string RealPath(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::weakly_canonical(path, error);
  return error ? path : real.string();
}

class Loader {
 public:
  Loader(const std::string& git_dir, const std::string& common_dir,
         const Environment& environment,
         const std::vector<std::string>* remote_urls)
      : git_dir_(git_dir),
        common_dir_(common_dir),
        environment_(environment),
        remote_urls_(remote_urls) {}

  std::vector<ConfigEntry> Run() {
    if (!environment_.GetBool("GIT_CONFIG_NOSYSTEM", false)) {
      ReadFileAt(
          environment_.Get("GIT_CONFIG_SYSTEM").value_or("/etc/gitconfig"));
    }
    if (const auto global = environment_.Get("GIT_CONFIG_GLOBAL")) {
      ReadFileAt(*global);
    } else {
      const auto home = environment_.Get("HOME");
      const auto xdg = environment_.Get("XDG_CONFIG_HOME").value_or("");
      if (!xdg.empty()) {
        ReadFileAt(xdg + "/git/config");
      } else if (home) {
        ReadFileAt(*home + "/.config/git/config");
      }
      if (home) ReadFileAt(*home + "/.gitconfig");
    }
    if (!common_dir_.empty()) {
      const size_t before = entries_.size();
      ReadFileAt(common_dir_ + "/config");
      if (HasWorktreeConfig(before)) ReadFileAt(git_dir_ + "/config.worktree");
    }
    ReadCountedVariables();
    ReadParameters();
    return std::move(entries_);
  }

  // Whether an includeIf asked for remotes' URLs, which are known only once
  // everything else has been read.
  bool needs_remote_urls() const { return needs_remote_urls_; }

 private:
  // extensions.worktreeConfig counts in the repository's own file only.
  bool HasWorktreeConfig(size_t from) const {
    bool result = false;
    for (size_t i = from; i < entries_.size(); ++i) {
      if (entries_[i].key != "extensions.worktreeconfig") continue;
      result = !entries_[i].value ||
               ParseConfigBool(*entries_[i].value).value_or(false);
    }
    return result;
  }

  void ReadFileAt(const std::string& path) {
    std::string text;
    if (path.empty() || !ReadFileIfExists(path, &text)) return;
    for (ConfigEntry& entry : ParseConfigFile(text, path)) {
      Add(std::move(entry), path);
    }
  }

  // `file` is where the entry stands, "" for the environment.
  void Add(ConfigEntry entry, const std::string& file) {
    const std::string_view key = entry.key;
    std::string_view condition = key;
    bool include = key == "include.path";
    if (TakePrefix(&condition, "includeif.") && condition.size() > 5 &&
        condition.substr(condition.size() - 5) == ".path") {
      condition.remove_suffix(5);
      include = Holds(condition, file);
    }
    const std::optional<std::string> value = entry.value;
    entries_.push_back(std::move(entry));
    if (!include) return;
    if (!value) Refuse("missing value for 'include.path'");
    Include(*value, file);
  }

  void Include(const std::string& value, const std::string& file) {
    auto path = ExpandUserPath(value, environment_);
    if (!path) Refuse("cannot expand include path " + Quote(value));
    if (path->empty()) return;
    if (path->front() != '/') {
      if (file.empty()) {
        Refuse("relative config includes must come from files");
      }
      *path = file.substr(0, file.rfind('/') + 1) + *path;
    }
    if (++depth_ > kMaxIncludeDepth) {
      Refuse("exceeded maximum include depth (" +
             std::to_string(kMaxIncludeDepth) + ") while including " +
             Quote(*path));
    }
    ReadFileAt(*path);
    --depth_;
  }

  bool Holds(std::string_view condition, const std::string& file) {
    if (TakePrefix(&condition, "gitdir:")) {
      return GitDirMatches(condition, file, false);
    }
    if (TakePrefix(&condition, "gitdir/i:")) {
      return GitDirMatches(condition, file, true);
    }
    if (TakePrefix(&condition, "onbranch:")) return BranchMatches(condition);
    if (TakePrefix(&condition, "hasconfig:remote.*.url:")) {
      if (remote_urls_ == nullptr) {
        needs_remote_urls_ = true;
        return false;
      }
      for (const auto& url : *remote_urls_) {
        if (MatchesWild(condition, url, {.pathname = true})) return true;
      }
    }
    return false;
  }

  bool GitDirMatches(std::string_view condition, const std::string& file,
                     bool casefold) {
    if (git_dir_.empty()) return false;
    std::string pattern(condition);
    if (auto expanded = ExpandUserPath(pattern, environment_)) {
      pattern = std::filesystem::path(*expanded).string();
      // git resolves the home directory of "~/", and nothing else.
      if (condition.substr(0, 2) == "~/") {
        pattern = RealPath(environment_.Get("HOME").value_or("")) +
                  std::string(condition.substr(1));
      }
    }
    // What comes from a directory's name is compared as it stands.
    size_t literal = 0;
    if (pattern.substr(0, 2) == "./") {
      if (file.empty()) return false;
      const std::string real = RealPath(file);
      const std::string directory = real.substr(0, real.rfind('/'));
      pattern.replace(0, 1, directory);
      literal = directory.size() + 1;
    } else if (pattern.empty() || pattern.front() != '/') {
      pattern.insert(0, "**/");
    }
    if (pattern.back() == '/') pattern += "**";
    std::error_code error;
    const std::string absolute =
        std::filesystem::absolute(git_dir_, error).string();
    for (const std::string& text : {RealPath(git_dir_), absolute}) {
      if (text.size() < literal) continue;
      const std::string_view head =
          std::string_view(pattern).substr(0, literal);
      const std::string_view start = std::string_view(text).substr(0, literal);
      if (casefold ? !EqualsIgnoringCase(head, start) : head != start) continue;
      if (MatchesWild(std::string_view(pattern).substr(literal),
                      std::string_view(text).substr(literal),
                      {.pathname = true, .casefold = casefold})) {
        return true;
      }
    }
    return false;
  }

  bool BranchMatches(std::string_view condition) const {
    std::string head;
    if (git_dir_.empty() || !ReadFileIfExists(git_dir_ + "/HEAD", &head)) {
      return false;
    }
    std::string_view name = head;
    if (!TakePrefix(&name, "ref:")) return false;
    while (!name.empty() && IsGitSpace(name.front())) name.remove_prefix(1);
    while (!name.empty() && IsGitSpace(name.back())) name.remove_suffix(1);
    if (!TakePrefix(&name, "refs/heads/")) return false;
    std::string pattern(condition);
    if (!pattern.empty() && pattern.back() == '/') pattern += "**";
    return MatchesWild(pattern, name, {.pathname = true});
  }

  void AddFromEnvironment(const std::string& key,
                          std::optional<std::string> value) {
    auto canonical = CanonicalConfigKey(key);
    if (!canonical) Refuse("invalid configuration key " + Quote(key));
    Add({std::move(*canonical), std::move(value)}, "");
  }

  void ReadCountedVariables() {
    const auto text = environment_.Get("GIT_CONFIG_COUNT");
    if (!text || text->empty()) return;
    const auto count = ParseConfigInt(*text);
    if (!count || *count < 0) Refuse("bogus count in 'GIT_CONFIG_COUNT'");
    for (int64_t i = 0; i < *count; ++i) {
      const std::string number = std::to_string(i);
      const auto key = environment_.Get("GIT_CONFIG_KEY_" + number);
      if (!key) Refuse("missing config key 'GIT_CONFIG_KEY_" + number + "'");
      auto value = environment_.Get("GIT_CONFIG_VALUE_" + number);
      if (!value) {
        Refuse("missing config value 'GIT_CONFIG_VALUE_" + number + "'");
      }
      AddFromEnvironment(*key, std::move(value));
    }
  }

  // 'key'='value' or 'key=value' in shell quotes, as git -c hands them on.
  void ReadParameters() {
    const auto text = environment_.Get("GIT_CONFIG_PARAMETERS");
    if (!text) return;
    std::string_view rest = *text;
    while (!rest.empty() && IsGitSpace(rest.front())) rest.remove_prefix(1);
    while (!rest.empty()) {
      std::string key = TakeQuoted(&rest);
      std::optional<std::string> value;
      if (!rest.empty() && rest.front() == '=') {
        rest.remove_prefix(1);
        if (!rest.empty() && rest.front() == '\'') value = TakeQuoted(&rest);
      } else if (const size_t equals = key.find('=');
                 equals != std::string::npos) {
        value = key.substr(equals + 1);
        key.resize(equals);
      }
      AddFromEnvironment(key, std::move(value));
      if (!rest.empty() && !IsGitSpace(rest.front())) BadParameters();
      while (!rest.empty() && IsGitSpace(rest.front())) rest.remove_prefix(1);
    }
  }

  [[noreturn]] static void BadParameters() {
    Refuse("bogus format in 'GIT_CONFIG_PARAMETERS'");
  }

  // One word in single quotes, in which \' and \! stand outside of them.
  static std::string TakeQuoted(std::string_view* rest) {
    std::string word;
    do {
      if (!TakePrefix(rest, "'")) BadParameters();
      const size_t end = rest->find('\'');
      if (end == std::string_view::npos) BadParameters();
      word += rest->substr(0, end);
      rest->remove_prefix(end + 1);
      if (rest->empty() || rest->front() != '\\') return word;
      if (rest->size() < 2) BadParameters();
      word += (*rest)[1];
      rest->remove_prefix(2);
    } while (true);
  }

  const std::string& git_dir_;
  const std::string& common_dir_;
  const Environment& environment_;
  const std::vector<std::string>* remote_urls_;
  std::vector<ConfigEntry> entries_;
  int depth_ = 0;
  bool needs_remote_urls_ = false;
};

}  // namespace

std::vector<ConfigEntry> LoadConfigEntries(const std::string& git_dir,
                                           const std::string& common_dir,
                                           const Environment& environment) {
  Loader first(git_dir, common_dir, environment, nullptr);
  std::vector<ConfigEntry> entries = first.Run();
  if (!first.needs_remote_urls()) return entries;
  std::vector<std::string> urls;
  for (const auto& entry : entries) {
    const std::string_view key = entry.key;
    if (entry.value && key.substr(0, 7) == "remote." && key.size() > 11 &&
        key.substr(key.size() - 4) == ".url") {
      urls.push_back(*entry.value);
    }
  }
  return Loader(git_dir, common_dir, environment, &urls).Run();
}

}  // namespace backgraft::git
