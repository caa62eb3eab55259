#include "git/fsck_gitmodules.h"

#include <algorithm>
#include <string>

#include "git/fsck_config.h"

namespace backgraft::git {
namespace {

// git's attr.h.
constexpr size_t kMaximumAttributesSize = size_t{100} << 20;
constexpr size_t kMaximumAttributesLine = 2048;

bool IsSeparator(char c) { return c == '/' || c == '\\'; }

// Neither empty nor with ".." as a component, whatever separates components.
bool IsSafeName(std::string_view name) {
  if (name.empty()) return false;
  for (size_t i = 0; i <= name.size(); ++i) {
    if (i > 0 && !IsSeparator(name[i - 1])) continue;
    std::string_view rest = name.substr(i);
    if (rest.starts_with("..") && (rest.size() == 2 || IsSeparator(rest[2]))) {
      return false;
    }
  }
  return true;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Percent-decoded, except for what comes before the first colon (url_decode in
// git's url.c).
bool DecodesToNewline(std::string_view url) {
  size_t colon = url.find(':');
  size_t i = colon == std::string_view::npos ? 0 : colon;
  if (url.substr(0, i).find('\n') != std::string_view::npos) return true;
  while (i < url.size()) {
    if (url[i] == '\n') return true;
    if (url[i] == '%' && url.size() - i >= 3 && HexDigit(url[i + 1]) >= 0 &&
        HexDigit(url[i + 2]) >= 0) {
      int value = HexDigit(url[i + 1]) * 16 + HexDigit(url[i + 2]);
      if (value == '\n') return true;
      if (value != 0) {
        i += 3;
        continue;
      }
    }
    ++i;
  }
  return false;
}

bool StartsWithDotSlash(std::string_view url) {
  return url.size() >= 2 && url[0] == '.' && IsSeparator(url[1]);
}

bool StartsWithDotDotSlash(std::string_view url) {
  return url.size() >= 3 && url.starts_with("..") && IsSeparator(url[2]);
}

// Where ".." leads above the URL's root, what follows must not become a host.
bool EscapesToHost(std::string_view url) {
  bool climbs = false;
  for (;;) {
    if (StartsWithDotDotSlash(url)) {
      climbs = true;
      url.remove_prefix(3);
    } else if (StartsWithDotSlash(url)) {
      url.remove_prefix(2);
    } else {
      return climbs && !url.empty() && (url[0] == ':' || url[0] == '/');
    }
  }
}

// Whether git's credential_from_url_gently() takes the URL and finds a host.
bool HasCredentialHost(std::string_view url) {
  size_t protocol = url.find("://");
  if (protocol == std::string_view::npos || protocol == 0) return false;
  std::string_view rest = url.substr(protocol + 3);
  size_t slash = std::min(rest.find_first_of("/?#"), rest.size());
  size_t at = rest.find('@');
  size_t colon = rest.find(':');
  size_t host = 0;
  bool newline = url.substr(0, protocol).find('\n') != std::string_view::npos;
  if (at < slash) {
    size_t user_end = std::min(at, colon);
    newline |= DecodesToNewline(rest.substr(0, user_end));
    if (colon < at) {
      newline |= DecodesToNewline(rest.substr(colon + 1, at - colon - 1));
    }
    host = at + 1;
  }
  newline |= DecodesToNewline(rest.substr(host, slash - host));
  std::string_view path = rest.substr(slash);
  path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
  newline |= DecodesToNewline(path);
  return !newline && slash > host;
}

// The URL that git would hand to curl, if it would.
std::optional<std::string_view> CurlUrl(std::string_view url) {
  for (std::string_view prefix : {"http::", "https::", "ftp::", "ftps::"}) {
    if (url.starts_with(prefix)) return url.substr(prefix.size());
  }
  for (std::string_view prefix : {"http://", "https://", "ftp://", "ftps://"}) {
    if (url.starts_with(prefix)) return url;
  }
  return std::nullopt;
}

bool IsSafeUrl(std::string_view url) {
  if (url.starts_with('-')) return false;
  if (StartsWithDotSlash(url) || StartsWithDotDotSlash(url) ||
      url.starts_with("git://")) {
    return !DecodesToNewline(url) && !EscapesToHost(url);
  }
  if (std::optional<std::string_view> curl = CurlUrl(url)) {
    return HasCredentialHost(*curl);
  }
  return true;
}

void CheckVariable(std::string_view name, std::optional<std::string_view> value,
                   FsckReporter* reporter) {
  constexpr std::string_view kSection = "submodule.";
  size_t dot = name.rfind('.');
  if (!name.starts_with(kSection) || dot < kSection.size()) return;
  std::string_view submodule =
      name.substr(kSection.size(), dot - kSection.size());
  std::string_view key = name.substr(dot + 1);
  if (!IsSafeName(submodule)) {
    reporter->Report(FsckId::kGitmodulesName, submodule);
  }
  if (!value) return;
  if (key == "url" && !IsSafeUrl(*value)) {
    reporter->Report(FsckId::kGitmodulesUrl, *value);
  }
  if (key == "path" && value->starts_with('-')) {
    reporter->Report(FsckId::kGitmodulesPath, *value);
  }
  if (key == "update" && value->starts_with('!')) {
    reporter->Report(FsckId::kGitmodulesUpdate, *value);
  }
}

}  // namespace

void CheckGitmodules(std::string_view bytes, FsckReporter* reporter) {
  bool parsed = ParseFsckConfig(
      bytes, [&](std::string_view name, std::optional<std::string_view> value) {
        CheckVariable(name, value, reporter);
      });
  if (!parsed) reporter->Report(FsckId::kGitmodulesParse);
}

void CheckGitattributes(std::string_view bytes, FsckReporter* reporter) {
  if (bytes.size() > kMaximumAttributesSize) {
    reporter->Report(FsckId::kGitattributesLarge);
    return;
  }
  bytes = bytes.substr(0, bytes.find('\0'));
  while (!bytes.empty()) {
    size_t end = std::min(bytes.find('\n'), bytes.size());
    if (end >= kMaximumAttributesLine) {
      reporter->Report(FsckId::kGitattributesLineLength);
      return;
    }
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
}

}  // namespace backgraft::git
