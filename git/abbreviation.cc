#include "git/abbreviation.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <filesystem>

#include "base/io.h"
#include "git/libgit2.h"
#include "git/repository.h"

namespace backgraft::git {
namespace {

constexpr size_t kMinimum = 4;   // MINIMUM_ABBREV
constexpr size_t kFallback = 7;  // FALLBACK_DEFAULT_ABBREV
constexpr size_t kFull = 40;

// The last fan-out entry of a version 2 index is the number of its objects.
constexpr size_t kCountOffset = 8 + 255 * 4;

uint64_t CountObjects(const std::string& index) {
  UniqueFd fd(open(index.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return 0;  // a pack that another program has just removed
  std::array<uint8_t, 4> bytes{};
  if (pread(fd.get(), bytes.data(), bytes.size(), kCountOffset) != 4) return 0;
  return (uint64_t{bytes[0]} << 24) | (uint64_t{bytes[1]} << 16) |
         (uint64_t{bytes[2]} << 8) | bytes[3];
}

uint64_t CountPackedObjects(const Repository& repository) {
  uint64_t count = 0;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(
           repository.objects_dir() + "/pack", missing)) {
    if (entry.path().extension() == ".idx") {
      count += CountObjects(entry.path().string());
    }
  }
  return count;
}

}  // namespace

size_t AbbreviationLength(const Repository& repository) {
  std::string set =
      repository.config().GetString("core.abbrev").value_or("auto");
  std::transform(set.begin(), set.end(), set.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (set == "no" || set == "false" || set == "off") return kFull;
  if (set != "auto") {
    auto length = repository.config().GetInt("core.abbrev");
    return static_cast<size_t>(
        std::clamp<int64_t>(length.value_or(kFallback), kMinimum, kFull));
  }
  // So many digits that a collision is about as likely as not (find_unique_
  // abbrev of git's object-name.c).
  size_t bits =
      static_cast<size_t>(std::bit_width(CountPackedObjects(repository)));
  return std::max(kFallback, (bits + 1) / 2);
}

std::string Abbreviate(const Repository& repository, const Oid& oid,
                       size_t length) {
  git_odb* raw = nullptr;
  Check(git_repository_odb(&raw, repository.raw()),
        "cannot open the object database");
  OdbHandle odb(raw);
  git_oid id = ToLibgit2(oid);
  for (; length < kFull; ++length) {
    git_oid found;
    if (git_odb_exists_prefix(&found, odb.get(), &id, length) !=
        GIT_EAMBIGUOUS) {
      break;
    }
  }
  return oid.Hex().substr(0, length);
}

}  // namespace backgraft::git
