#include "archive/zip_builder.h"

namespace backgraft::archive {
namespace {

std::string Le(uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) {
    out += static_cast<char>(value >> (8 * i) & 255);
  }
  return out;
}

std::string Descriptor(const ZipFile& file, uint32_t crc, uint64_t compressed,
                       uint64_t size) {
  return (file.descriptor_signature ? Le32(0x08074b50) : "") + Le32(crc) +
         Le32(compressed) + Le32(size);
}

}  // namespace

std::string Le16(uint64_t value) { return Le(value, 2); }
std::string Le32(uint64_t value) { return Le(value, 4); }
std::string Le64(uint64_t value) { return Le(value, 8); }

uint32_t Crc32(const std::string& bytes) {
  uint32_t crc = ~uint32_t{0};
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
  }
  return ~crc;
}

std::string MakeZip(const std::vector<ZipFile>& files, const ZipEnd& end,
                    const std::string& before_directory) {
  const std::string time = Le16(0x6000) + Le16(0x5b74);  // 2025-11-20 12:00
  std::string out;
  std::string directory;
  for (const ZipFile& file : files) {
    const std::string& data = file.data.empty() ? file.content : file.data;
    const uint32_t crc = file.crc.value_or(Crc32(file.content));
    const uint64_t size =
        file.size.value_or(static_cast<uint32_t>(file.content.size()));
    const uint64_t compressed =
        file.compressed.value_or(static_cast<uint32_t>(data.size()));
    const bool later = (file.flags & 8) != 0;
    const std::string local_name = file.local_name.value_or(file.name);
    const std::string local_extra = file.local_extra.value_or(file.extra);
    directory += "PK\x01\x02" + Le16(uint64_t{file.host} << 8 | 20) + Le16(20) +
                 Le16(file.flags) + Le16(file.method) + time + Le32(crc) +
                 Le32(compressed) + Le32(size) + Le16(file.name.size()) +
                 Le16(file.extra.size()) + Le16(0) + Le16(0) + Le16(0) +
                 Le32(uint64_t{file.mode} << 16) +
                 Le32(file.offset.value_or(static_cast<uint32_t>(out.size()))) +
                 file.name + file.extra;
    out += "PK\x03\x04" + Le16(20) +
           Le16(file.local_flags.value_or(file.flags)) +
           Le16(file.local_method.value_or(file.method)) + time +
           Le32(file.local_crc.value_or(later ? 0 : crc)) +
           Le32(file.local_compressed.value_or(
               later ? 0 : static_cast<uint32_t>(compressed))) +
           Le32(file.local_size.value_or(later ? 0
                                               : static_cast<uint32_t>(size))) +
           Le16(local_name.size()) + Le16(local_extra.size()) + local_name +
           local_extra + data;
    if (later) out += Descriptor(file, crc, compressed, size);
    out += file.junk_behind;
  }
  out += before_directory;
  const uint64_t offset = out.size();
  const uint16_t entries =
      end.entries.value_or(static_cast<uint16_t>(files.size()));
  out += directory;
  if (end.zip64) {
    const uint64_t position = out.size();
    out += "PK\x06\x06" + Le64(44) + Le16(45) + Le16(45) + Le32(0) + Le32(0) +
           Le64(files.size() + end.zip64_entries_off) +
           Le64(files.size() + end.zip64_entries_off) + Le64(directory.size()) +
           Le64(offset);
    out += "PK\x06\x07" + Le32(0) + Le64(position) + Le32(1);
  }
  const bool saturate = end.zip64 && end.zip64_entries_off == 0;
  return out + "PK\x05\x06" + Le16(end.disk.value_or(0)) + Le16(0) +
         Le16(entries) + Le16(entries) + Le32(directory.size()) +
         Le32(saturate ? 0xffffffff : offset) + Le16(end.comment.size()) +
         end.comment;
}

}  // namespace backgraft::archive
