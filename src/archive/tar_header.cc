#include "archive/tar_header.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>

#include "archive/refusal.h"
#include "base/io.h"

namespace backgraft::archive {
namespace {

struct Field {
  size_t offset;
  size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kSize{124, 12};
constexpr Field kMtime{136, 12};
constexpr Field kChecksum{148, 8};
constexpr size_t kType = 156;
constexpr Field kLink{157, 100};
constexpr Field kMagic{257, 8};
constexpr Field kPrefix{345, 155};
constexpr Field kStarPrefix{345, 131};
constexpr Field kStarMagic{508, 4};

std::string_view Raw(ByteSpan block, Field field) {
  return AsText(block.subspan(field.offset, field.size));
}

// Up to the first NUL, or all of it: a name that fills its field has none.
std::string_view Text(ByteSpan block, Field field) {
  const std::string_view raw = Raw(block, field);
  return raw.substr(0, raw.find('\0'));
}

// GNU's base-256: the top bit of the first byte marks it, the rest is a
// two's complement number.
std::optional<int64_t> ParseBase256(std::string_view raw) {
  const bool negative = (static_cast<unsigned char>(raw[0]) & 0x40) != 0;
  uint64_t value = negative ? ~uint64_t{0} : 0;
  for (size_t i = 0; i < raw.size(); ++i) {
    uint64_t byte = static_cast<unsigned char>(raw[i]);
    if (i == 0) byte = negative ? byte | 0x80 : byte & 0x7f;
    // What is shifted out must be nothing but the sign.
    const uint64_t top = value >> 55;
    if (top != (negative ? uint64_t{0x1ff} : 0)) return std::nullopt;
    value = value << 8 | byte;
  }
  return static_cast<int64_t>(value);
}

// Spaces, octal digits, then NULs or spaces. Nothing at all is 0, as v7 wrote
// fields it did not use.
std::optional<int64_t> ParseOctal(std::string_view raw) {
  size_t i = 0;
  while (i < raw.size() && raw[i] == ' ') ++i;
  int64_t value = 0;
  for (; i < raw.size() && raw[i] >= '0' && raw[i] <= '7'; ++i) {
    if (value > std::numeric_limits<int64_t>::max() >> 3) return std::nullopt;
    value = value * 8 + (raw[i] - '0');
  }
  for (; i < raw.size(); ++i) {
    if (raw[i] != '\0' && raw[i] != ' ') return std::nullopt;
  }
  return value;
}

std::optional<int64_t> ParseNumber(ByteSpan block, Field field) {
  const std::string_view raw = Raw(block, field);
  if ((static_cast<unsigned char>(raw[0]) & 0x80) != 0) {
    return ParseBase256(raw);
  }
  return ParseOctal(raw);
}

std::string JoinedName(ByteSpan block) {
  const std::string_view name = Text(block, kName);
  // "ustar\0" has a prefix; GNU's "ustar  \0" keeps other things there.
  const bool posix =
      Raw(block, kMagic).substr(0, 6) == std::string_view("ustar\0", 6);
  if (!posix) return std::string(name);
  const bool star = Raw(block, kStarMagic) == std::string_view("tar\0", 4);
  const std::string_view prefix = Text(block, star ? kStarPrefix : kPrefix);
  if (prefix.empty()) return std::string(name);
  return std::string(prefix) + "/" + std::string(name);
}

}  // namespace

bool IsZeroBlock(std::span<const std::byte, kTarBlock> block) {
  return std::all_of(block.begin(), block.end(),
                     [](std::byte b) { return b == std::byte{0}; });
}

bool HasTarChecksum(std::span<const std::byte, kTarBlock> block) {
  const std::optional<int64_t> stored = ParseOctal(Raw(block, kChecksum));
  if (!stored) return false;
  // The sum of all bytes, with its own field taken for spaces. Old writers took
  // them for signed: each one with the top bit set then counts 256 less.
  const auto sum = [](ByteSpan bytes, uint32_t* high) {
    uint32_t total = 0;
    for (const std::byte byte : bytes) {
      const auto value = std::to_integer<uint32_t>(byte);
      total += value;
      *high += value >> 7;
    }
    return total;
  };
  uint32_t high = 0;
  const int64_t as_unsigned =
      int64_t{sum(block.first<kChecksum.offset>(), &high)} +
      int64_t{sum(block.subspan<kChecksum.offset + kChecksum.size>(), &high)} +
      int64_t{kChecksum.size * ' '};
  return *stored == as_unsigned || *stored == as_unsigned - 256 * int64_t{high};
}

TarHeader ParseTarHeader(const TarBlock& block, const std::string& subject) {
  if (!HasTarChecksum(block)) {
    RefuseDamage(subject,
                 "the tar archive is damaged: a header has a wrong checksum");
  }
  TarHeader header;
  header.name = JoinedName(block);
  header.link_target = Text(block, kLink);
  const char type = static_cast<char>(block[kType]);
  header.type = type == '\0' ? '0' : type;
  const auto number = [&](Field field, const char* what) {
    const std::optional<int64_t> value = ParseNumber(block, field);
    if (!value) {
      Refuse(EntrySubject(subject, header.name),
             std::string("the header's ") + what + " is not a number");
    }
    return *value;
  };
  header.mode = static_cast<unsigned>(number(kMode, "mode") & 07777);
  const int64_t size = number(kSize, "size");
  if (size < 0) {
    Refuse(EntrySubject(subject, header.name), "the header's size is negative");
  }
  header.size = static_cast<uint64_t>(size);
  header.mtime = number(kMtime, "time");
  return header;
}

}  // namespace backgraft::archive
