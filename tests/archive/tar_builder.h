// Tar archives made by hand, block by block: the only way to get the wrong
// ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backgraft::archive {

struct TarMember {
  std::string name{};
  std::string content{};
  char type = '0';
  std::string link{};
  unsigned mode = 0644;
  uint64_t mtime = 1700000000;
  std::string magic = std::string(
      "ustar\0"
      "00",
      8);
  std::string prefix{};
  // Where not empty, these bytes stand in the size field.
  std::string raw_size{};
};

// The header, the content and its padding.
std::string MakeTar(const TarMember& member);
// A header whose checksum is put right after `bytes` were set at `offset`.
std::string PatchHeader(std::string member, size_t offset,
                        std::string_view bytes);
// An 'x' (or 'g') member with these records.
std::string MakePax(
    const std::vector<std::pair<std::string, std::string>>& records,
    char type = 'x');
// The two zero blocks.
std::string TarEnd();

}  // namespace backgraft::archive
