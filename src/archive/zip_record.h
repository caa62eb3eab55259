// The records of a zip file (PKWARE APPNOTE 6.3.10) that describe one member,
// as plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/io.h"

namespace backgraft::archive {

inline constexpr size_t kZipCentralSize = 46;  // without name, extra, comment
inline constexpr size_t kZipLocalSize = 30;    // without name and extra

// Little-endian numbers; `offset` and the number must be inside `bytes`.
uint16_t ReadLe16(ByteSpan bytes, size_t offset);
uint32_t ReadLe32(ByteSpan bytes, size_t offset);
uint64_t ReadLe64(ByteSpan bytes, size_t offset);

struct ZipMember {
  static constexpr uint16_t kEncrypted = 1;
  static constexpr uint16_t kDescriptor = 8;
  static constexpr uint16_t kPatch = 0x20;
  static constexpr uint16_t kStrongEncryption = 0x40;
  static constexpr uint16_t kMaskedHeader = 0x2000;

  static constexpr uint8_t kHostFat = 0;
  static constexpr uint8_t kHostUnix = 3;
  static constexpr uint8_t kHostDarwin = 19;

  std::string name;  // raw bytes
  uint16_t flags = 0;
  uint16_t method = 0;
  uint32_t crc = 0;
  uint64_t compressed = 0;
  uint64_t size = 0;
  int64_t mtime = 0;  // DOS times have no zone: taken as UTC
  // Central records only:
  uint8_t host = kHostFat;
  uint32_t attributes = 0;
  uint64_t offset = 0;  // of the local record
  // Of the record itself, with everything variable:
  size_t record_size = 0;
  bool zip64 = false;  // sizes came from the zip64 field
};

// The whole size of the record whose fixed part is `fixed`. Error(kBadSource)
// where it has not the right signature.
size_t CentralRecordSize(ByteSpan fixed, const std::string& subject);
size_t LocalRecordSize(ByteSpan fixed, const std::string& subject);

// `record` is exactly the record. Error(kBadSource) for extra fields that are
// malformed or that contradict the record.
ZipMember ParseCentralRecord(ByteSpan record, const std::string& subject);
ZipMember ParseLocalRecord(ByteSpan record, const std::string& subject);

// Throws Error(kBadSource) unless the local record says what the central one
// says: name, method, flags and, where the local one has them, CRC and sizes.
void CheckAgreement(const ZipMember& central, const ZipMember& local,
                    const std::string& subject);

}  // namespace backgraft::archive
