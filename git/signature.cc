#include "git/signature.h"

#include <cstdlib>

#include "git/config_value.h"
#include "git/date.h"
#include "git/date_fields.h"

namespace backgraft::git {
namespace {

bool IsCrud(char c) {
  return static_cast<unsigned char>(c) <= 32 ||
         std::string_view(".,:;<>\"\\'").find(c) != std::string_view::npos;
}

std::string_view SkipSpace(std::string_view text) {
  while (!text.empty() && IsGitSpace(text.front())) text.remove_prefix(1);
  return text;
}

}  // namespace

std::string Signature::ToPerson() const { return name + " <" + email + ">"; }

std::string Signature::ToHeader() const {
  return ToPerson() + " " + std::to_string(seconds) + " " +
         FormatOffset(offset_minutes);
}

std::optional<Signature> Signature::Parse(std::string_view header) {
  const size_t open = header.find('<');
  if (open == std::string_view::npos) return std::nullopt;
  const size_t close = header.find('>', open);
  if (close == std::string_view::npos) return std::nullopt;
  Signature signature;
  std::string_view name = header.substr(0, open);
  while (!name.empty() && IsGitSpace(name.back())) name.remove_suffix(1);
  signature.name = name;
  signature.email = header.substr(open + 1, close - open - 1);
  // The date stands after the last ">", which broken addresses may repeat.
  std::string_view date = SkipSpace(header.substr(header.rfind('>') + 1));
  const Digits seconds = LeadingDigits(date);
  if (seconds.length == 0) return signature;
  date = SkipSpace(date.substr(seconds.length));
  if (date.empty() || (date[0] != '+' && date[0] != '-')) return signature;
  const Digits zone = LeadingDigits(date.substr(1));
  if (zone.length == 0) return signature;
  signature.seconds = seconds.number;
  const auto hhmm = static_cast<int>(zone.number % 10000);
  const int offset = hhmm / 100 * 60 + hhmm % 100;
  signature.offset_minutes = date[0] == '-' ? -offset : offset;
  return signature;
}

std::string CleanIdentityPart(std::string_view text) {
  while (!text.empty() && IsCrud(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsCrud(text.back())) text.remove_suffix(1);
  std::string clean;
  for (const char c : text) {
    if (c != '\n' && c != '<' && c != '>') clean += c;
  }
  return clean;
}

}  // namespace backgraft::git
