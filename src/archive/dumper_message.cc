#include "archive/dumper_message.h"

#include <algorithm>
#include <array>

namespace backgraft::archive {
namespace {

using namespace std::string_view_literals;

constexpr std::array kPrograms = {"mysqldump"sv, "mariadb-dump"sv,
                                  "mysqlpump"sv};

// Of client/mysqldump.c and the client library. The last one is about
// tablespaces, of which a schema that is loaded anew has its own.
constexpr std::array kHarmless = {
    "[Warning] Using a password on the command line interface can be insecure."sv,
    "Warning: Using a password on the command line interface can be insecure."sv,
    "Deprecated program name. It will be removed in a future release"sv,
    "Error: 'Access denied; you need (at least one of) the PROCESS "
    "privilege(s) "
    "for this operation' when trying to dump tablespaces"sv};

bool IsHarmless(std::string_view message) {
  return std::any_of(
      kHarmless.begin(), kHarmless.end(),
      [message](std::string_view known) { return message.starts_with(known); });
}

// "/usr/bin/mysqldump: " taken off; false where there is nothing like it.
bool TakeProgram(std::string_view* line) {
  const size_t colon = line->find(": ");
  if (colon == std::string_view::npos) return false;
  std::string_view name = line->substr(0, colon);
  if (name.find_first_of(" \t'\"`;(") != std::string_view::npos) return false;
  name = name.substr(name.find_last_of('/') + 1);
  if (name.ends_with(".exe")) name.remove_suffix(4);
  if (std::find(kPrograms.begin(), kPrograms.end(), name) == kPrograms.end()) {
    return false;
  }
  line->remove_prefix(colon + 2);
  return true;
}

}  // namespace

DumperMessage DumperMessageOf(std::string_view line) {
  const bool named = TakeProgram(&line);
  if (IsHarmless(line)) return DumperMessage::kHarmless;
  return named ? DumperMessage::kOther : DumperMessage::kNone;
}

}  // namespace backgraft::archive
