#include "source/link.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace backgraft::source {
namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool StartsWithCaseless(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(),
                    [](char a, char b) { return a == Lower(b); });
}

bool EqualCaseless(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && StartsWithCaseless(text, lower);
}

size_t SchemeSize(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (StartsWithCaseless(text, scheme)) return scheme.size();
  }
  return 0;
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = Lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
        HexValue(text[i + 2]) >= 0) {
      out +=
          static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// "host/path" of a link.
std::string_view WithoutSecrets(std::string_view link) {
  std::string_view rest = link.substr(SchemeSize(link));
  rest = rest.substr(0, rest.find_first_of("?#"));
  const size_t slash = rest.find('/');
  const size_t at = rest.substr(0, slash).rfind('@');
  return at == std::string_view::npos ? rest : rest.substr(at + 1);
}

// The decoded value of the query's parameter `name`, which is matched without
// regard to case.
std::optional<std::string> Parameter(std::string_view link,
                                     std::string_view name) {
  const size_t question = link.find('?');
  if (question == std::string_view::npos) return std::nullopt;
  std::string_view query = link.substr(question + 1);
  query = query.substr(0, query.find('#'));
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    const size_t equal = part.find('=');
    if (equal == std::string_view::npos) continue;
    if (EqualCaseless(PercentDecoded(part.substr(0, equal)), name)) {
      return PercentDecoded(part.substr(equal + 1));
    }
  }
  return std::nullopt;
}

std::optional<int64_t> ParseNumber(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr int64_t kMost = int64_t{1} << 40;  // sums stay in range
  if (error != std::errc() || end != text.data() + text.size() || value < 0 ||
      value > kMost) {
    return std::nullopt;
  }
  return value;
}

// "20260115T100000Z"
std::optional<int64_t> ParseBasicTime(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') {
    return std::nullopt;
  }
  const auto number = [text](size_t at, size_t size) {
    return ParseNumber(text.substr(at, size)).value_or(-1);
  };
  const std::array<int64_t, 6> part = {number(0, 4),  number(4, 2),
                                       number(6, 2),  number(9, 2),
                                       number(11, 2), number(13, 2)};
  if (std::any_of(part.begin(), part.end(), [](int64_t n) { return n < 0; })) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{
      std::chrono::year(static_cast<int>(part[0])),
      std::chrono::month(static_cast<unsigned>(part[1])),
      std::chrono::day(static_cast<unsigned>(part[2]))};
  if (!date.ok() || part[3] > 23 || part[4] > 59 || part[5] > 60) {
    return std::nullopt;
  }
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return int64_t{days} * 86400 + part[3] * 3600 + part[4] * 60 + part[5];
}

}  // namespace

bool IsLink(std::string_view name) { return SchemeSize(name) != 0; }

std::string ShownName(std::string_view name) {
  const size_t scheme = SchemeSize(name);
  if (scheme == 0) return std::string(name);
  std::string shown(name.substr(0, scheme));
  std::transform(shown.begin(), shown.end(), shown.begin(), Lower);
  return shown.append(WithoutSecrets(name));
}

std::string FileName(std::string_view name) {
  const bool link = IsLink(name);
  std::string_view path = link ? WithoutSecrets(name) : name;
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  // A path of slashes alone is a name all the same.
  const std::string_view last =
      slash == std::string_view::npos || path.size() == 1
          ? path
          : path.substr(slash + 1);
  if (!link) return std::string(last);
  std::string decoded = PercentDecoded(last);
  // An encoded slash is no separator to the server, but would be one here.
  decoded.erase(0, decoded.rfind('/') + 1);
  std::erase(decoded, '\0');
  return decoded.empty() ? std::string(path.substr(0, path.find('/')))
                         : decoded;
}

std::string HideSecrets(std::string_view text) {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    if (SchemeSize(text.substr(at)) == 0) {
      out += text[at++];
      continue;
    }
    const size_t end =
        std::min(text.find_first_of(" \t\r\n'\"<>", at), text.size());
    const std::string_view link = text.substr(at, end - at);
    out += ShownName(link);
    if (link.find('?') != std::string_view::npos) out += "?...";
    at = end;
  }
  return out;
}

std::optional<int64_t> LinkExpiry(std::string_view link) {
  struct Dated {
    std::string_view date, seconds;
  };
  constexpr std::array<Dated, 2> kDated = {
      {{"x-amz-date", "x-amz-expires"}, {"x-goog-date", "x-goog-expires"}}};
  for (const Dated& names : kDated) {
    const auto date = Parameter(link, names.date);
    const auto seconds = Parameter(link, names.seconds);
    if (!date || !seconds) continue;
    const auto begin = ParseBasicTime(*date);
    const auto lasts = ParseNumber(*seconds);
    if (begin && lasts) return *begin + *lasts;
  }
  // The old forms name the moment itself. Others use the word, too: only
  // together with a signature is it theirs.
  if (!Parameter(link, "signature")) return std::nullopt;
  const auto expires = Parameter(link, "expires");
  return expires ? ParseNumber(*expires) : std::nullopt;
}

}  // namespace backgraft::source
