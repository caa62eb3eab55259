#include "archive/zip_record.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <optional>

#include "archive/refusal.h"

namespace backgraft::archive {
namespace {

constexpr uint32_t kCentralSignature = 0x02014b50;
constexpr uint32_t kLocalSignature = 0x04034b50;
constexpr uint32_t kSaturated = 0xffffffff;

constexpr uint16_t kExtraZip64 = 0x0001;
constexpr uint16_t kExtraTime = 0x5455;         // Info-ZIP extended timestamp
constexpr uint16_t kExtraUnicodePath = 0x7075;  // Info-ZIP

// Days since the epoch of a civil date (Howard Hinnant's algorithm).
int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = year / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year =
      (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

int64_t DosTime(uint16_t date, uint16_t time) {
  const int64_t month = std::clamp((date >> 5) & 15, 1, 12);
  const int64_t day = std::max(date & 31, 1);
  return DaysFromCivil(1980 + (date >> 9), month, day) * 86400 +
         (time >> 11) * 3600 + ((time >> 5) & 63) * 60 + (time & 31) * 2;
}

// The extra fields, one after the other.
class ExtraFields {
 public:
  ExtraFields(ByteSpan bytes, const std::string& subject)
      : rest_(bytes), subject_(subject) {}

  // False at the end. Fewer than four zero bytes at the end are padding, which
  // Android's zipalign writes.
  bool Next(uint16_t* id, ByteSpan* data) {
    if (rest_.size() < 4) {
      if (std::any_of(rest_.begin(), rest_.end(),
                      [](std::byte b) { return b != std::byte{0}; })) {
        Refuse(subject_, "the zip file has a malformed extra field");
      }
      return false;
    }
    *id = ReadLe16(rest_, 0);
    const size_t size = ReadLe16(rest_, 2);
    if (size > rest_.size() - 4) {
      Refuse(subject_, "the zip file has a malformed extra field");
    }
    *data = rest_.subspan(4, size);
    rest_ = rest_.subspan(4 + size);
    return true;
  }

 private:
  ByteSpan rest_;
  const std::string& subject_;
};

// Replaces the saturated fields of `member`; `offset` only in central records.
void ApplyZip64(ByteSpan data, bool with_offset, ZipMember* member,
                const std::string& subject) {
  size_t at = 0;
  const auto take = [&](uint64_t* field) {
    if (*field != kSaturated) return;
    if (at + 8 > data.size()) {
      Refuse(subject, "the zip file has a malformed zip64 field");
    }
    *field = ReadLe64(data, at);
    at += 8;
  };
  member->zip64 = true;
  take(&member->size);
  take(&member->compressed);
  if (with_offset) take(&member->offset);
}

// Info-ZIP's field with the name in UTF-8, for headers whose name is in another
// encoding; unzip(1) prefers it and so do we.
void ApplyUnicodePath(ByteSpan data, ZipMember* member,
                      const std::string& subject) {
  if (data.size() < 5 || data.front() != std::byte{1}) {
    Refuse(subject, "the zip file has a malformed unicode path field");
  }
  const uint32_t crc =
      crc32_gzip_refl(0, reinterpret_cast<const uint8_t*>(member->name.data()),
                      member->name.size());
  if (crc != ReadLe32(data, 1)) {
    Refuse(subject, "the zip file has two names for one entry");
  }
  member->name = AsText(data.subspan(5));
}

void ApplyExtra(ByteSpan extra, bool central, ZipMember* member,
                const std::string& subject) {
  ExtraFields fields(extra, subject);
  uint16_t id = 0;
  ByteSpan data;
  bool seen_zip64 = false;
  bool seen_path = false;
  while (fields.Next(&id, &data)) {
    if (id == kExtraZip64) {
      if (seen_zip64) Refuse(subject, "the zip file has two zip64 fields");
      seen_zip64 = true;
      ApplyZip64(data, central, member, subject);
    } else if (id == kExtraUnicodePath) {
      if (seen_path) Refuse(subject, "the zip file has two unicode paths");
      seen_path = true;
      ApplyUnicodePath(data, member, subject);
    } else if (id == kExtraTime && data.size() >= 5 &&
               (data.front() & std::byte{1}) != std::byte{0}) {
      member->mtime = static_cast<int32_t>(ReadLe32(data, 1));
    }
  }
}

}  // namespace

uint16_t ReadLe16(ByteSpan bytes, size_t offset) {
  return static_cast<uint16_t>(std::to_integer<unsigned>(bytes[offset]) |
                               std::to_integer<unsigned>(bytes[offset + 1])
                                   << 8);
}

uint32_t ReadLe32(ByteSpan bytes, size_t offset) {
  return static_cast<uint32_t>(ReadLe16(bytes, offset)) |
         static_cast<uint32_t>(ReadLe16(bytes, offset + 2)) << 16;
}

uint64_t ReadLe64(ByteSpan bytes, size_t offset) {
  return static_cast<uint64_t>(ReadLe32(bytes, offset)) |
         static_cast<uint64_t>(ReadLe32(bytes, offset + 4)) << 32;
}

size_t CentralRecordSize(ByteSpan fixed, const std::string& subject) {
  if (ReadLe32(fixed, 0) != kCentralSignature) {
    RefuseDamage(subject, "the zip file's central directory is damaged");
  }
  return kZipCentralSize + size_t{ReadLe16(fixed, 28)} +
         size_t{ReadLe16(fixed, 30)} + size_t{ReadLe16(fixed, 32)};
}

size_t LocalRecordSize(ByteSpan fixed, const std::string& subject) {
  if (ReadLe32(fixed, 0) != kLocalSignature) {
    RefuseDamage(subject,
                 "the zip file is damaged: an entry is not where the central "
                 "directory says");
  }
  return kZipLocalSize + size_t{ReadLe16(fixed, 26)} +
         size_t{ReadLe16(fixed, 28)};
}

ZipMember ParseCentralRecord(ByteSpan record, const std::string& subject) {
  ZipMember member;
  const size_t name_size = ReadLe16(record, 28);
  const size_t extra_size = ReadLe16(record, 30);
  member.record_size = record.size();
  member.host = std::to_integer<uint8_t>(record[5]);
  member.flags = ReadLe16(record, 8);
  member.method = ReadLe16(record, 10);
  member.mtime = DosTime(ReadLe16(record, 14), ReadLe16(record, 12));
  member.crc = ReadLe32(record, 16);
  member.compressed = ReadLe32(record, 20);
  member.size = ReadLe32(record, 24);
  const uint16_t disk = ReadLe16(record, 34);
  member.attributes = ReadLe32(record, 38);
  member.offset = ReadLe32(record, 42);
  member.name = AsText(record.subspan(kZipCentralSize, name_size));
  if (disk != 0) {
    Refuse(subject, "the zip file is a part of a split one");
  }
  ApplyExtra(record.subspan(kZipCentralSize + name_size, extra_size), true,
             &member, subject);
  return member;
}

ZipMember ParseLocalRecord(ByteSpan record, const std::string& subject) {
  ZipMember member;
  const size_t name_size = ReadLe16(record, 26);
  member.record_size = record.size();
  member.flags = ReadLe16(record, 6);
  member.method = ReadLe16(record, 8);
  member.crc = ReadLe32(record, 14);
  member.compressed = ReadLe32(record, 18);
  member.size = ReadLe32(record, 22);
  member.name = AsText(record.subspan(kZipLocalSize, name_size));
  ApplyExtra(record.subspan(kZipLocalSize + name_size), false, &member,
             subject);
  return member;
}

void CheckAgreement(const ZipMember& central, const ZipMember& local,
                    const std::string& subject) {
  const auto refuse = [&](const char* what) {
    Refuse(subject, std::string("its two headers in the zip file disagree "
                                "about its ") +
                        what);
  };
  if (central.name != local.name) refuse("name");
  if (central.method != local.method) refuse("compression method");
  // Bits 1 and 2 only tell how hard the compressor tried.
  if (((central.flags ^ local.flags) & ~6) != 0) refuse("flags");
  const bool later = (local.flags & ZipMember::kDescriptor) != 0;
  const auto same = [later](uint64_t a, uint64_t b) {
    return a == b || (later && b == 0);
  };
  if (!same(central.crc, local.crc)) refuse("checksum");
  if (!same(central.size, local.size)) refuse("size");
  if (!same(central.compressed, local.compressed)) refuse("compressed size");
}

}  // namespace backgraft::archive
