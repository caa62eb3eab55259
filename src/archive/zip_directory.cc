#include "archive/zip_directory.h"

#include <algorithm>
#include <optional>

#include "archive/budget.h"
#include "archive/refusal.h"
#include "archive/zip_record.h"

namespace backgraft::archive {
namespace {

constexpr uint32_t kEndSignature = 0x06054b50;
constexpr uint32_t kEnd64Signature = 0x06064b50;
constexpr uint32_t kLocatorSignature = 0x07064b50;
constexpr size_t kEndSize = 22;
constexpr size_t kEnd64Size = 56;
constexpr size_t kLocatorSize = 20;
constexpr size_t kMostComment = 0xffff;

// What the end records say.
struct End {
  uint64_t entries = 0;
  uint64_t size = 0;
  uint64_t offset = 0;
  uint64_t position = 0;  // of the first end record
};

// The end record is the one whose comment reaches exactly to the file's end.
// Two such records would mean that readers choose.
uint64_t FindEnd(FileWindow& file) {
  if (file.size() < kEndSize) {
    RefuseDamage(file.subject(), "the zip file is cut off");
  }
  const uint64_t first =
      file.size() - std::min<uint64_t>(file.size(), kEndSize + kMostComment);
  const ByteSpan tail =
      file.At(first, static_cast<size_t>(file.size() - first));
  std::optional<uint64_t> found;
  for (size_t i = 0; i + kEndSize <= tail.size(); ++i) {
    if (tail[i] != std::byte{'P'} || ReadLe32(tail, i) != kEndSignature ||
        i + kEndSize + ReadLe16(tail, i + 20) != tail.size()) {
      continue;
    }
    if (found) {
      Refuse(file.subject(),
             "the zip file has two ends: its comment holds one");
    }
    found = first + i;
  }
  if (!found) {
    RefuseDamage(
        file.subject(),
        "the zip file is cut off, or something follows it: its end record "
        "is missing");
  }
  return *found;
}

// Replaces what `end` says by what the zip64 records before it say.
void ReadEnd64(FileWindow& file, uint64_t end_position, End* end) {
  if (end_position < kLocatorSize) return;
  const uint64_t locator_position = end_position - kLocatorSize;
  const ByteSpan locator = file.At(locator_position, kLocatorSize);
  if (ReadLe32(locator, 0) != kLocatorSignature) return;
  const uint64_t position = ReadLe64(locator, 8);
  if (ReadLe32(locator, 4) != 0 || ReadLe32(locator, 16) > 1) {
    Refuse(file.subject(), "the zip file is a part of a split one");
  }
  if (position > locator_position ||
      locator_position - position != kEnd64Size) {
    RefuseDamage(file.subject(), "the zip file's zip64 end record is damaged");
  }
  const ByteSpan record = file.At(position, kEnd64Size);
  if (ReadLe32(record, 0) != kEnd64Signature ||
      ReadLe64(record, 4) != kEnd64Size - 12) {
    RefuseDamage(file.subject(), "the zip file's zip64 end record is damaged");
  }
  if (ReadLe32(record, 16) != 0 || ReadLe32(record, 20) != 0 ||
      ReadLe64(record, 24) != ReadLe64(record, 32)) {
    Refuse(file.subject(), "the zip file is a part of a split one");
  }
  const End big{ReadLe64(record, 32), ReadLe64(record, 40),
                ReadLe64(record, 48), position};
  if ((end->entries != 0xffff && end->entries != big.entries) ||
      (end->size != 0xffffffff && end->size != big.size) ||
      (end->offset != 0xffffffff && end->offset != big.offset)) {
    Refuse(file.subject(), "the zip file's two end records disagree");
  }
  *end = big;
}

End ReadEnd(FileWindow& file) {
  const uint64_t position = FindEnd(file);
  const ByteSpan record = file.At(position, kEndSize);
  if (ReadLe16(record, 4) != 0 || ReadLe16(record, 6) != 0 ||
      ReadLe16(record, 8) != ReadLe16(record, 10)) {
    Refuse(file.subject(), "the zip file is a part of a split one");
  }
  End end{ReadLe16(record, 10), ReadLe32(record, 12), ReadLe32(record, 16),
          position};
  ReadEnd64(file, position, &end);
  if (end.offset > end.position || end.size != end.position - end.offset) {
    RefuseDamage(
        file.subject(),
        "the zip file is damaged: its central directory is not where the "
        "end record says, or something precedes the archive");
  }
  return end;
}

}  // namespace

ZipDirectory ReadZipDirectory(FileWindow& file, const Limits& limits) {
  const End end = ReadEnd(file);
  if (end.entries == 0) Refuse(file.subject(), "the zip file has no entries");
  ZipDirectory directory;
  directory.begin = end.offset;
  Budget budget(limits, file.subject());
  budget.Expect(end.entries);
  uint64_t compressed = 0;
  uint64_t total = 0;
  uint64_t at = end.offset;
  bool sorted = true;
  while (at < end.position) {
    const size_t size =
        CentralRecordSize(file.At(at, kZipCentralSize), file.subject());
    if (size > end.position - at) {
      RefuseDamage(file.subject(),
                   "the zip file's central directory is damaged");
    }
    const ZipMember member =
        ParseCentralRecord(file.At(at, size), file.subject());
    budget.Add(member.name, member.size);
    // No overflow: the budget keeps the total, the file's size the other.
    total += member.size;
    if (member.compressed > file.size() - compressed) {
      Refuse(EntrySubject(file.subject(), member.name),
             "it overlaps another entry of the zip file");
    }
    compressed += member.compressed;
    CheckRatio(limits, compressed, total, file.subject());
    sorted = sorted && (directory.places.empty() ||
                        directory.places.back().local < member.offset);
    directory.places.push_back({member.offset, at});
    at += size;
  }
  if (directory.places.size() != end.entries) {
    Refuse(file.subject(),
           "the zip file's central directory has not as many entries as the "
           "end record says");
  }
  if (!sorted) {
    std::sort(
        directory.places.begin(), directory.places.end(),
        [](const ZipPlace& a, const ZipPlace& b) { return a.local < b.local; });
  }
  if (directory.places.front().local != 0) {
    Refuse(file.subject(), "something precedes the zip file's first entry");
  }
  return directory;
}

}  // namespace backgraft::archive
