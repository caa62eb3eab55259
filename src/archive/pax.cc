#include "archive/pax.h"

#include <limits>
#include <map>

#include "archive/refusal.h"
#include "base/escape.h"

namespace backgraft::archive {
namespace {

std::optional<uint64_t> ParseDecimal(std::string_view text) {
  if (text.empty()) return std::nullopt;
  constexpr auto kMost =
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<uint64_t>(c - '0');
    if (value > (kMost - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

// "[-]seconds[.fraction]", rounded down as POSIX asks for.
std::optional<int64_t> ParseTime(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const size_t dot = text.find('.');
  const std::optional<uint64_t> whole = ParseDecimal(text.substr(0, dot));
  if (!whole) return std::nullopt;
  bool fraction = false;
  if (dot != std::string_view::npos) {
    for (const char c : text.substr(dot + 1)) {
      if (c < '0' || c > '9') return std::nullopt;
      fraction = fraction || c != '0';
    }
  }
  const auto seconds = static_cast<int64_t>(*whole);
  if (!negative) return seconds;
  return -seconds - (fraction ? 1 : 0);
}

// Extended attributes may be binary in SCHILY's form; we drop them.
bool MayBeBinary(std::string_view key) {
  return key.starts_with("SCHILY.xattr.") ||
         key.starts_with("LIBARCHIVE.xattr.");
}

struct Record {
  std::string_view key;
  std::string_view value;
};

[[noreturn]] void Malformed(const std::string& subject) {
  Refuse(subject, "the tar archive has a malformed pax header");
}

// Takes one "<length> <key>=<value>\n" off the front of `*body`.
Record TakeRecord(std::string_view* body, const std::string& subject) {
  const size_t space = body->find(' ');
  if (space == std::string_view::npos) Malformed(subject);
  const std::optional<uint64_t> length = ParseDecimal(body->substr(0, space));
  // The shortest record has one byte of key, "=" and the newline.
  if (!length || *length > body->size() || *length < space + 4) {
    Malformed(subject);
  }
  const std::string_view record =
      body->substr(space + 1, static_cast<size_t>(*length) - space - 1);
  body->remove_prefix(static_cast<size_t>(*length));
  const size_t equals = record.find('=');
  if (equals == std::string_view::npos || equals == 0 ||
      record.back() != '\n' || equals == record.size()) {
    Malformed(subject);
  }
  return {record.substr(0, equals),
          record.substr(equals + 1, record.size() - equals - 2)};
}

void CheckForm(const Record& record, const std::string& subject) {
  if (record.key.find('\0') != std::string_view::npos ||
      (record.value.find('\0') != std::string_view::npos &&
       !MayBeBinary(record.key))) {
    Refuse(subject,
           "the pax header's " + Quote(record.key) + " holds a NUL byte");
  }
  if (record.key.starts_with("GNU.sparse.") ||
      record.key == "SCHILY.realsize") {
    Refuse(subject, "sparse files in tar archives are not supported");
  }
  if (record.key == "hdrcharset" && record.value != "BINARY" &&
      record.value != "ISO-IR 10646 2000 UTF-8") {
    Refuse(subject, "the pax header's names are in the unknown encoding " +
                        Quote(record.value));
  }
}

}  // namespace

PaxRecords ParsePax(std::string_view body, const std::string& subject) {
  PaxRecords out;
  std::map<std::string_view, std::string_view> seen;
  while (!body.empty()) {
    const Record record = TakeRecord(&body, subject);
    CheckForm(record, subject);
    const auto [it, is_new] = seen.emplace(record.key, record.value);
    if (!is_new && it->second != record.value) {
      Refuse(subject,
             "the pax header says different things under " + Quote(record.key));
    }
    if (record.key == "path" || record.key == "linkpath") {
      if (record.value.empty()) {
        Refuse(subject, "the pax header's " + Quote(record.key) + " is empty");
      }
      (record.key == "path" ? out.path : out.link_path) = record.value;
    } else if (record.key == "size") {
      out.size = ParseDecimal(record.value);
      if (!out.size) Refuse(subject, "the pax header's size is not a number");
    } else if (record.key == "mtime") {
      out.mtime = ParseTime(record.value);
      if (!out.mtime) Refuse(subject, "the pax header's time is not a number");
    }
  }
  return out;
}

}  // namespace backgraft::archive
