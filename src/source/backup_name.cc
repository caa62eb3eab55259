#include "source/backup_name.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "source/link.h"

namespace backgraft::source {
namespace {

constexpr std::string_view kTimeShape = "dddd-dd-ddTdd-dd-dd";

std::optional<int64_t> ParseTime(std::string_view text) {
  if (text.size() != kTimeShape.size()) return std::nullopt;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kTimeShape[i] == 'd' ? !digit : text[i] != kTimeShape[i]) {
      return std::nullopt;
    }
  }
  const auto number = [text](size_t at, size_t size) {
    int value = 0;
    for (const char c : text.substr(at, size)) value = value * 10 + (c - '0');
    return value;
  };
  const std::chrono::year_month_day date{
      std::chrono::year(number(0, 4)),
      std::chrono::month(static_cast<unsigned>(number(5, 2))),
      std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  const int hour = number(11, 2);
  const int minute = number(14, 2);
  const int second = number(17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return int64_t{days} * 86400 + hour * 3600 + minute * 60 + second;
}

std::optional<BackupPart> ParsePart(std::string_view text) {
  text = text.substr(0, text.find('.'));
  if (text == "code") return BackupPart::kCode;
  if (text == "database") return BackupPart::kDatabase;
  if (text == "files") return BackupPart::kFiles;
  return std::nullopt;
}

}  // namespace

std::optional<BackupName> ParseBackupName(std::string_view path) {
  constexpr std::string_view kZone = "_UTC_";
  const std::string file_name = FileName(path);
  const std::string_view name = file_name;
  const size_t zone = name.rfind(kZone);
  if (zone == std::string_view::npos || zone < kTimeShape.size() + 1) {
    return std::nullopt;
  }
  const size_t time_at = zone - kTimeShape.size();
  if (name[time_at - 1] != '_') return std::nullopt;
  const std::string_view before = name.substr(0, time_at - 1);
  const size_t env_at = before.rfind('_');
  if (env_at == std::string_view::npos || env_at == 0 ||
      env_at + 1 == before.size()) {
    return std::nullopt;
  }
  const std::optional<int64_t> time =
      ParseTime(name.substr(time_at, kTimeShape.size()));
  const std::optional<BackupPart> part =
      ParsePart(name.substr(zone + kZone.size()));
  if (!time || !part) return std::nullopt;
  return BackupName{std::string(before.substr(0, env_at)),
                    std::string(before.substr(env_at + 1)), *time, *part};
}

std::string FileStem(std::string_view path) {
  constexpr std::array<std::string_view, 18> kExtensions = {
      ".tar.gz",  ".tar.bz2", ".tar.xz", ".tar.zst", ".tgz",     ".tbz2",
      ".tbz",     ".txz",     ".tzst",   ".sql.gz",  ".sql.bz2", ".sql.xz",
      ".sql.zst", ".tar",     ".zip",    ".sql",     ".bundle",  ".git"};
  std::string name = FileName(path);
  for (const std::string_view extension : kExtensions) {
    if (name.size() > extension.size() && name.ends_with(extension)) {
      return name.substr(0, name.size() - extension.size());
    }
  }
  return name;
}

}  // namespace backgraft::source
