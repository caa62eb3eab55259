// Zip files made by hand, field by field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace backgraft::archive {

struct ZipFile {
  std::string name{};
  std::string content{};  // what it decompresses to
  uint16_t method = 0;
  std::string data{};  // compressed; `content` itself where empty
  uint16_t flags = 0;
  unsigned mode = 0100644;
  uint8_t host = 3;  // Unix
  std::string extra{};
  bool descriptor_signature = true;
  // What the local header says otherwise.
  std::optional<std::string> local_name{};
  std::optional<uint16_t> local_method{};
  std::optional<uint16_t> local_flags{};
  std::optional<uint32_t> local_crc{};
  std::optional<uint32_t> local_size{};
  std::optional<uint32_t> local_compressed{};
  std::optional<std::string> local_extra{};
  // What both say otherwise.
  std::optional<uint32_t> crc{};
  std::optional<uint32_t> size{};
  std::optional<uint32_t> compressed{};
  std::optional<uint32_t> offset{};  // in the central directory
  std::string junk_behind{};
};

struct ZipEnd {
  std::string comment{};
  std::optional<uint16_t> entries{};
  std::optional<uint16_t> disk{};
  bool zip64 = false;
  uint64_t zip64_entries_off = 0;  // added to the entries of the zip64 record
};

std::string MakeZip(const std::vector<ZipFile>& files, const ZipEnd& end = {},
                    const std::string& before_directory = "");

// CRC-32, bit by bit.
uint32_t Crc32(const std::string& bytes);

// Little-endian numbers.
std::string Le16(uint64_t value);
std::string Le32(uint64_t value);
std::string Le64(uint64_t value);

}  // namespace backgraft::archive
