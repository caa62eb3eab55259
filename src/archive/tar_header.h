// One 512-byte tar header block, as plain values. Formats: v7, POSIX ustar, the
// pax use of it (POSIX.1-2001), GNU tar and star.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace backgraft::archive {

inline constexpr size_t kTarBlock = 512;
using TarBlock = std::array<std::byte, kTarBlock>;

struct TarHeader {
  std::string name;         // prefix and name joined, raw
  std::string link_target;  // raw
  char type = '0';          // typeflag; v7's NUL is '0'
  unsigned mode = 0;        // 07777
  uint64_t size = 0;        // at most INT64_MAX
  int64_t mtime = 0;
};

// All bytes zero: the mark of the archive's end.
bool IsZeroBlock(std::span<const std::byte, kTarBlock> block);

// The header's own checksum is right, summed as unsigned or (by some old
// programs) as signed bytes.
bool HasTarChecksum(std::span<const std::byte, kTarBlock> block);

// Error(kBadSource) for a wrong checksum or a number that is none. `subject` as
// in refusal.h.
TarHeader ParseTarHeader(const TarBlock& block, const std::string& subject);

}  // namespace backgraft::archive
