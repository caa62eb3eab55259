#include "archive/tar_reader.h"

#include <algorithm>

#include "archive/entry_name.h"
#include "archive/refusal.h"
#include "base/escape.h"

namespace backgraft::archive {
namespace {

// Extended headers hold names and attributes; more than this is an attack.
constexpr uint64_t kMostExtension = uint64_t{1} << 20;

size_t PaddingOf(uint64_t size) {
  return static_cast<size_t>((kTarBlock - size % kTarBlock) % kTarBlock);
}

}  // namespace

TarReader::TarReader(std::unique_ptr<ByteStream> stream, const Limits& limits,
                     std::string format)
    : stream_(std::move(stream)),
      limits_(limits),
      format_(std::move(format)),
      budget_(limits, stream_->subject()) {}

bool TarReader::ReadBlock(TarBlock* block) {
  const size_t size = stream_->ReadFull(*block);
  if (size != 0 && size != kTarBlock) {
    RefuseDamage(subject(), "the tar archive is cut off in a header");
  }
  return size != 0;
}

std::optional<Entry> TarReader::Next() {
  if (at_end_) return std::nullopt;
  SkipContent();
  Extension extension;
  for (;;) {
    TarBlock block;
    if (!ReadBlock(&block)) {
      RefuseDamage(
          subject(),
          "the tar archive is cut off: the two zero blocks of its end are "
          "missing");
    }
    if (IsZeroBlock(block)) {
      if (!extension.empty()) {
        Refuse(subject(), "the tar archive ends after an extended header");
      }
      CheckEnd();
      return std::nullopt;
    }
    const TarHeader header = ParseTarHeader(block, subject());
    if (!ReadExtension(header, &extension)) return MakeEntry(header, extension);
  }
}

bool TarReader::ReadExtension(const TarHeader& header, Extension* extension) {
  switch (header.type) {
    case 'x':
    case 'X':  // Solaris's name for it
      if (extension->pax) {
        Refuse(subject(), "two pax headers for one entry");
      }
      extension->pax = ParsePax(ReadBody(header), subject());
      return true;
    case 'g':
      ReadGlobal(header, *extension);
      return true;
    case 'L':
      if (extension->gnu_path) {
        Refuse(subject(), "two long names for one entry");
      }
      extension->gnu_path = ReadGnuName(header, *extension);
      return true;
    case 'K':
      if (extension->gnu_link) {
        Refuse(subject(), "two long link targets for one entry");
      }
      extension->gnu_link = ReadGnuName(header, *extension);
      return true;
    default:
      return false;
  }
}

// A global header that names or sizes the entries after it is of no use but to
// make readers disagree.
void TarReader::ReadGlobal(const TarHeader& header,
                           const Extension& extension) {
  if (!extension.empty()) {
    Refuse(subject(), "a global pax header between an entry and its header");
  }
  const PaxRecords records = ParsePax(ReadBody(header), subject());
  if (records.path || records.link_path || records.size) {
    Refuse(subject(),
           "a global pax header sets the path, link or size of every entry");
  }
  if (records.mtime) global_mtime_ = records.mtime;
}

std::string TarReader::ReadBody(const TarHeader& header) {
  if (header.size > kMostExtension) {
    Refuse(subject(), "an extended tar header is larger than 1 MiB");
  }
  std::string body(static_cast<size_t>(header.size), '\0');
  padding_ = PaddingOf(header.size);
  if (stream_->ReadFull(std::as_writable_bytes(std::span(body))) !=
      body.size()) {
    RefuseDamage(subject(), "the tar archive is cut off in an extended header");
  }
  SkipPadding();
  return body;
}

std::string TarReader::ReadGnuName(const TarHeader& header,
                                   const Extension& extension) {
  std::string name = ReadBody(header);
  // GNU tar ends it with a NUL, others do not.
  if (!name.empty() && name.back() == '\0') name.pop_back();
  if (name.empty()) Refuse(subject(), "a long name is empty");
  if (name.find('\0') != std::string::npos) {
    Refuse(EntrySubject(subject(), name), "the name holds a NUL byte");
  }
  if (extension.pax && (extension.pax->path || extension.pax->link_path)) {
    Refuse(EntrySubject(subject(), name),
           "both a pax header and a GNU long name describe the entry");
  }
  return name;
}

Entry TarReader::MakeEntry(const TarHeader& header,
                           const Extension& extension) {
  const PaxRecords pax = extension.pax.value_or(PaxRecords{});
  if ((pax.path || pax.link_path) &&
      (extension.gnu_path || extension.gnu_link)) {
    Refuse(EntrySubject(subject(), header.name),
           "both a pax header and a GNU long name describe the entry");
  }
  TarHeader full = header;
  if (pax.path) full.name = *pax.path;
  if (extension.gnu_path) full.name = *extension.gnu_path;
  if (pax.link_path) full.link_target = *pax.link_path;
  if (extension.gnu_link) full.link_target = *extension.gnu_link;
  if (pax.size) full.size = *pax.size;

  Entry entry;
  entry.path = PlainPath(full.name, limits_, subject());
  current_ = entry.path;
  SetKind(full, full.name.back() == '/', &entry);
  if (entry.path.empty() && entry.kind != EntryKind::kDirectory) {
    Refuse(EntrySubject(subject(), full.name), "the root is not a directory");
  }
  entry.mode = full.mode;
  entry.executable = entry.kind == EntryKind::kRegular && (full.mode & 0100);
  entry.mtime = pax.mtime.value_or(global_mtime_.value_or(full.mtime));
  if (entry.kind == EntryKind::kRegular) {
    entry.size = full.size;
  } else if (full.size != 0) {
    // Some readers skip such content and some do not.
    Refuse(EntrySubject(subject(), full.name),
           "it declares content, but is not a regular file");
  }
  budget_.Add(entry.path, entry.size);
  left_ = entry.size;
  padding_ = PaddingOf(entry.size);
  return entry;
}

void TarReader::SetKind(const TarHeader& header, bool slash, Entry* entry) {
  if (header.type == '0' || header.type == '7') {
    // v7 knew directories by their slash alone; 7 is contiguous, on systems
    // that had it.
    entry->kind = slash ? EntryKind::kDirectory : EntryKind::kRegular;
    return;
  }
  const std::string entry_subject = EntrySubject(subject(), header.name);
  switch (header.type) {
    case '1':
      entry->kind = EntryKind::kHardlink;
      entry->link_target =
          PlainPath(header.link_target, limits_, entry_subject);
      if (entry->link_target.empty()) {
        Refuse(entry_subject, "the hard link has no target");
      }
      return;
    case '2':
      entry->kind = EntryKind::kSymlink;
      CheckSymlinkTarget(header.link_target, limits_, entry_subject);
      entry->link_target = header.link_target;
      return;
    case '3':
    case '4':
      entry->kind = EntryKind::kDevice;
      return;
    case '5':
      entry->kind = EntryKind::kDirectory;
      return;
    case '6':
      entry->kind = EntryKind::kFifo;
      return;
    case 'S':
      Refuse(entry_subject, "sparse files in tar archives are not supported");
    case 'M':
      Refuse(entry_subject, "the tar archive is a part of a multi-volume one");
    case 'D':
      Refuse(entry_subject, "incremental tar archives are not supported");
    default:
      Refuse(entry_subject, "entries of the type " +
                                Quote(std::string(1, header.type)) +
                                " are not supported");
  }
}

ByteSpan TarReader::Read() {
  if (left_ == 0) return {};
  const ByteSpan bytes = stream_->Take(left_);
  if (bytes.empty()) {
    RefuseDamage(EntrySubject(subject(), current_),
                 "the tar archive is cut off: " + std::to_string(left_) +
                     " bytes of the content are missing");
  }
  left_ -= bytes.size();
  return bytes;
}

void TarReader::SkipContent() {
  while (left_ > 0) Read();
  SkipPadding();
}

void TarReader::SkipPadding() {
  while (padding_ > 0) {
    const ByteSpan bytes = stream_->Take(padding_);
    if (bytes.empty()) {
      RefuseDamage(subject(), "the tar archive is cut off in the padding of '" +
                                  Escape(current_) + "'");
    }
    padding_ -= bytes.size();
  }
}

void TarReader::CheckEnd() {
  TarBlock block;
  if (!ReadBlock(&block) || !IsZeroBlock(block)) {
    Refuse(subject(),
           "the tar archive has only one of the two zero blocks of its end");
  }
  // Records are padded with zeros; anything else is a second archive or junk
  // that other readers may see.
  for (ByteSpan rest = stream_->Take(UINT64_MAX); !rest.empty();
       rest = stream_->Take(UINT64_MAX)) {
    if (!std::all_of(rest.begin(), rest.end(),
                     [](std::byte b) { return b == std::byte{0}; })) {
      Refuse(subject(), "bytes other than zero follow the tar archive's end");
    }
  }
  if (budget_.entries() == 0) {
    Refuse(subject(), "the tar archive has no entries");
  }
  at_end_ = true;
}

}  // namespace backgraft::archive
