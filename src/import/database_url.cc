#include "import/database_url.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "base/error.h"

namespace backgraft::imports {
namespace {

constexpr char kForm[] = "mysql://USER@HOST[:PORT]/NAME[?socket=PATH]";

[[noreturn]] void Refuse(const std::string& reason) {
  throw Error(ErrorKind::kUsage, "the database's URL " + reason,
              {std::string("it looks like ") + kForm});
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string Decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low < 0) Refuse("has a broken %-escape");
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  if (out.find('\0') != std::string::npos) Refuse("holds a NUL byte");
  return out;
}

unsigned ParsePort(std::string_view text) {
  unsigned port = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || port > 65535) Refuse("has no number as its port");
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  if (port == 0 || port > 65535) Refuse("has no number as its port");
  return port;
}

void ParseHost(std::string_view text, DatabaseUrl* url) {
  std::string_view host = text;
  const bool literal = text.starts_with('[');  // an IPv6 address
  const size_t end = literal ? text.find(']') : text.find(':');
  if (literal) {
    if (end == std::string_view::npos) Refuse("has a broken address");
    host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
  } else {
    host = text.substr(0, end);
    text.remove_prefix(std::min(end, text.size()));
  }
  if (!text.empty()) {
    if (text.front() != ':') Refuse("has a broken address");
    url->port = ParsePort(text.substr(1));
  }
  if (!host.empty()) url->host = Decode(host);
}

std::optional<std::string> Environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::string Encode(const std::string& text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return encoded;
}

// "" where there is none that can be read.
std::string OptionsFile() {
  const std::optional<std::string> home = Environment("HOME");
  if (!home) return {};
  std::string path = *home + "/.my.cnf";
  return access(path.c_str(), R_OK) == 0 ? path : std::string();
}

// localhost is a socket to the client library.
bool IsHere(const std::string& host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

// What the two say of it, where both do.
template <typename Value>
bool Differ(const std::optional<Value>& one,
            const std::optional<Value>& other) {
  return one && other && *one != *other;
}

// "" is this machine; nothing where ~/.my.cnf may say it.
std::optional<std::string> MachineOf(const DatabaseUrl& url) {
  if (!url.host && !url.socket) return std::nullopt;
  if (!url.host || IsHere(*url.host)) return "";
  std::string host = *url.host;
  for (char& c : host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return host;
}

std::optional<unsigned> PortOf(const DatabaseUrl& url) {
  constexpr unsigned kUsual = 3306;
  if (url.port != 0) return url.port;
  if (url.socket || !url.host || *url.host == "localhost") return std::nullopt;
  return kUsual;
}

}  // namespace

DatabaseUrl ParseDatabaseUrl(const std::string& text) {
  std::string_view rest = text;
  bool scheme = false;
  for (const std::string_view name : {"mysql://", "mariadb://"}) {
    if (scheme || !rest.starts_with(name)) continue;
    rest.remove_prefix(name.size());
    scheme = true;
  }
  if (!scheme) Refuse("does not begin with 'mysql://'");
  DatabaseUrl url;
  const size_t query = rest.find('?');
  if (query != std::string_view::npos) {
    const std::string_view option = rest.substr(query + 1);
    if (!option.starts_with("socket=")) Refuse("has an unknown option");
    url.socket = Decode(option.substr(7));
    rest = rest.substr(0, query);
  }
  const size_t slash = rest.rfind('/');
  if (slash == std::string_view::npos || slash + 1 == rest.size()) {
    Refuse("names no database");
  }
  url.name = Decode(rest.substr(slash + 1));
  rest = rest.substr(0, slash);
  const size_t at = rest.rfind('@');
  if (at != std::string_view::npos) {
    const std::string_view who = rest.substr(0, at);
    const size_t colon = who.find(':');
    url.user = Decode(who.substr(0, colon));
    if (colon != std::string_view::npos) {
      url.password = Decode(who.substr(colon + 1));
    }
    rest.remove_prefix(at + 1);
  }
  ParseHost(rest, &url);
  return url;
}

DatabaseUrl FindDatabase(const std::optional<std::string>& option,
                         const std::optional<std::string>& configured) {
  DatabaseUrl url;
  if (option) {
    url = ParseDatabaseUrl(*option);
    if (url.password) {
      throw Error(ErrorKind::kUsage,
                  "a password on the command line can be seen by everybody",
                  {"export BACKGRAFT_DATABASE_URL='" + std::string(kForm) +
                       "' with the password behind USER, as in USER:PASSWORD",
                   "or put the password into MYSQL_PWD or ~/.my.cnf"});
    }
  } else if (const auto given = Environment("BACKGRAFT_DATABASE_URL")) {
    url = ParseDatabaseUrl(*given);
  } else if (configured) {
    url = ParseDatabaseUrl(*configured);
  }
  url.my_cnf = OptionsFile();
  if (!url.name && url.my_cnf.empty()) {
    throw Error(
        ErrorKind::kRefused, "nothing says which database is meant",
        {std::string("backgraft import db SOURCE --database-url ") + kForm,
         std::string("or git config backgraft.databaseUrl ") + kForm});
  }
  if (!url.password) url.password = Environment("MYSQL_PWD");
  return url;
}

bool MayBeSame(const DatabaseUrl& one, const DatabaseUrl& other) {
  return !Differ(one.name, other.name) &&
         !Differ(MachineOf(one), MachineOf(other)) &&
         !Differ(PortOf(one), PortOf(other)) &&
         !Differ(one.socket, other.socket);
}

std::string WithoutPassword(const DatabaseUrl& url) {
  if (!url.name) return {};
  std::string text = "mysql://";
  if (url.user) text += Encode(*url.user) + "@";
  if (url.host) {
    const bool ipv6 = url.host->find(':') != std::string::npos;
    text += ipv6 ? "[" + *url.host + "]" : Encode(*url.host);
  }
  if (url.port != 0) text += ":" + std::to_string(url.port);
  text += "/" + Encode(*url.name);
  if (url.socket) text += "?socket=" + Encode(*url.socket);
  return text;
}

}  // namespace backgraft::imports
