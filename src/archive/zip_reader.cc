#include "archive/zip_reader.h"

#include <fcntl.h>
#include <isa-l/crc.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "archive/entry_name.h"
#include "archive/refusal.h"
#include "archive/spool.h"
#include "base/error.h"

namespace backgraft::archive {
namespace {

constexpr size_t kBufferBytes = size_t{512} << 10;
constexpr size_t kInputBytes = size_t{64} << 10;
constexpr uint32_t kDescriptorSignature = 0x08074b50;

std::unique_ptr<Decoder> MakeMethod(uint16_t method, InputBuffer& input) {
  switch (method) {
    case 0:
      return MakeDecoder(Compression::kNone, input);
    case 8:
      return MakeDeflateDecoder(input);
    case 12:
      return MakeDecoder(Compression::kBzip2, input);
    case 93:
      return MakeDecoder(Compression::kZstd, input);
    case 95:
      return MakeDecoder(Compression::kXz, input);
    default:
      Refuse(input.subject(), "the zip compression method " +
                                  std::to_string(method) + " is not supported");
  }
}

uint64_t FileSize(int fd, const std::string& subject) {
  struct stat status;
  if (fstat(fd, &status) != 0) ThrowErrno(errno, "cannot look at", subject);
  return static_cast<uint64_t>(status.st_size);
}

// The name as it is meant. Some Windows programs separate with backslashes,
// which the format forbids; unzip(1) reads such names the same way: made on
// FAT, and without a single slash.
std::string IntendedName(const ZipMember& member) {
  std::string name = member.name;
  if (member.host == ZipMember::kHostFat &&
      name.find('/') == std::string::npos) {
    std::replace(name.begin(), name.end(), '\\', '/');
  }
  return name;
}

}  // namespace

// The compressed bytes of one member.
class ZipReader::Range : public ByteSource {
 public:
  Range(int fd, uint64_t offset, uint64_t size, std::string subject)
      : fd_(fd), offset_(offset), left_(size), subject_(std::move(subject)) {}

  size_t Read(std::span<std::byte> buffer) override {
    const auto wanted =
        static_cast<size_t>(std::min<uint64_t>(buffer.size(), left_));
    const size_t size = ReadAt(fd_, offset_, buffer.first(wanted), subject_);
    if (size < wanted) {
      Refuse(subject_, "the file became shorter while it was read");
    }
    offset_ += size;
    left_ -= size;
    return size;
  }
  const std::string& name() const override { return subject_; }

 private:
  const int fd_;
  uint64_t offset_;
  uint64_t left_;
  const std::string subject_;
};

struct ZipReader::Content {
  Content(int fd, const ZipMember& of, uint64_t offset, std::string subject)
      : member(of),
        range(fd, offset, of.compressed, subject),
        input(range, std::move(subject),
              static_cast<size_t>(
                  std::clamp<uint64_t>(of.compressed, 1, kInputBytes))),
        decoder(MakeMethod(of.method, input)) {}

  const ZipMember member;
  Range range;
  InputBuffer input;
  std::unique_ptr<Decoder> decoder;
  uint64_t delivered = 0;
  uint32_t crc = 0;
};

ZipReader::ZipReader(std::unique_ptr<ByteSource> source, const Limits& limits,
                     const std::string& subject)
    : source_(std::move(source)),
      limits_(limits),
      subject_(subject),
      buffer_(std::make_unique_for_overwrite<std::byte[]>(kBufferBytes)) {
  int fd = source_->random_access_fd();
  if (fd < 0) {
    spooled_ = Spool(*source_);
    fd = spooled_.get();
  }
  const uint64_t size = FileSize(fd, subject);
  central_ = std::make_unique<FileWindow>(fd, size, subject);
  local_ = std::make_unique<FileWindow>(fd, size, subject);
  directory_ = ReadZipDirectory(*central_, limits);
}

ZipReader::~ZipReader() = default;

std::optional<Entry> ZipReader::Next() {
  while (!Decompress().empty()) {
  }
  if (next_ == directory_.places.size()) return std::nullopt;
  const ZipPlace place = directory_.places[next_++];
  const uint64_t end = next_ < directory_.places.size()
                           ? directory_.places[next_].local
                           : directory_.begin;
  const size_t size =
      CentralRecordSize(central_->At(place.central, kZipCentralSize), subject_);
  const ZipMember member =
      ParseCentralRecord(central_->At(place.central, size), subject_);
  Begin(member, end);
  return MakeEntry(member);
}

void ZipReader::Begin(const ZipMember& member, uint64_t end) {
  const std::string subject = EntrySubject(subject_, member.name);
  constexpr uint16_t kHidden = ZipMember::kEncrypted |
                               ZipMember::kStrongEncryption |
                               ZipMember::kMaskedHeader;
  if ((member.flags & kHidden) != 0) Refuse(subject, "it is encrypted");
  if ((member.flags & ZipMember::kPatch) != 0) {
    Refuse(subject, "it is a patch, which is not supported");
  }
  const uint64_t directory_begin = directory_.begin;
  if (member.offset >= directory_begin ||
      directory_begin - member.offset < kZipLocalSize) {
    RefuseDamage(subject,
                 "the zip file is damaged: it lies outside of the file");
  }
  const size_t size =
      LocalRecordSize(local_->At(member.offset, kZipLocalSize), subject);
  const ZipMember local =
      ParseLocalRecord(local_->At(member.offset, size), subject);
  CheckAgreement(member, local, subject);
  const uint64_t data = member.offset + size;
  if (data > end || member.compressed > end - data) {
    Refuse(subject, "it overlaps another entry of the zip file");
  }
  CheckDescriptor(member, data + member.compressed, end);
  content_ = std::make_unique<Content>(local_->fd(), member, data, subject);
}

void ZipReader::CheckDescriptor(const ZipMember& member, uint64_t begin,
                                uint64_t end) {
  const std::string subject = EntrySubject(subject_, member.name);
  const uint64_t gap = end - begin;
  if ((member.flags & ZipMember::kDescriptor) == 0) {
    if (gap != 0) Refuse(subject, "something follows it in the zip file");
    return;
  }
  // With or without a signature, with sizes of four or of eight bytes: the four
  // forms differ in length, so that the gap tells which it is.
  if (gap != 12 && gap != 16 && gap != 20 && gap != 24) {
    RefuseDamage(subject, "its data descriptor in the zip file is damaged");
  }
  ByteSpan record = local_->At(begin, static_cast<size_t>(gap));
  bool good = true;
  if (gap == 16 || gap == 24) {
    good = ReadLe32(record, 0) == kDescriptorSignature;
    record = record.subspan(4);
  }
  const bool wide = record.size() == 20;
  const uint64_t compressed =
      wide ? ReadLe64(record, 4) : uint64_t{ReadLe32(record, 4)};
  const uint64_t size =
      wide ? ReadLe64(record, 12) : uint64_t{ReadLe32(record, 8)};
  if (!good || ReadLe32(record, 0) != member.crc ||
      compressed != member.compressed || size != member.size) {
    RefuseDamage(subject, "its data descriptor in the zip file is damaged");
  }
}

Entry ZipReader::MakeEntry(const ZipMember& member) {
  const std::string name = IntendedName(member);
  Entry entry;
  entry.path = PlainPath(name, limits_, subject_);
  entry.mtime = member.mtime;
  SetKind(member, name, &entry);
  if (entry.path.empty() && entry.kind != EntryKind::kDirectory) {
    Refuse(EntrySubject(subject_, name), "the root is not a directory");
  }
  if (entry.kind == EntryKind::kRegular) {
    entry.size = member.size;
    entry.executable = (entry.mode & 0100) != 0;
  } else if (entry.kind == EntryKind::kSymlink) {
    entry.link_target = ReadLinkTarget();
  } else if (member.size != 0) {
    Refuse(EntrySubject(subject_, name),
           "it declares content, but is not a regular file");
  }
  return entry;
}

void ZipReader::SetKind(const ZipMember& member, const std::string& raw,
                        Entry* entry) {
  const bool slash = raw.back() == '/';
  const bool has_mode = member.host == ZipMember::kHostUnix ||
                        member.host == ZipMember::kHostDarwin;
  const unsigned mode = has_mode ? member.attributes >> 16 : 0;
  entry->kind = slash ? EntryKind::kDirectory : EntryKind::kRegular;
  switch (mode & S_IFMT) {
    case 0:
    case S_IFREG:
      break;
    case S_IFDIR:
      entry->kind = EntryKind::kDirectory;
      break;
    case S_IFLNK:
      entry->kind = EntryKind::kSymlink;
      break;
    case S_IFIFO:
      entry->kind = EntryKind::kFifo;
      break;
    case S_IFSOCK:
      entry->kind = EntryKind::kSocket;
      break;
    case S_IFCHR:
    case S_IFBLK:
      entry->kind = EntryKind::kDevice;
      break;
    default:
      Refuse(EntrySubject(subject_, raw), "its file type is unknown");
  }
  if (slash && entry->kind != EntryKind::kDirectory) {
    Refuse(EntrySubject(subject_, raw),
           "its name is a directory's, its mode is not");
  }
  // Programs that record no mode mean an ordinary file or directory.
  const unsigned fallback = entry->kind == EntryKind::kDirectory ? 0755 : 0644;
  entry->mode = mode == 0 ? fallback : mode & 07777;
}

std::string ZipReader::ReadLinkTarget() {
  const std::string subject = EntrySubject(subject_, content_->member.name);
  if (content_->member.size > limits_.path_bytes) {
    Refuse(subject, "the symbolic link's target is longer than " +
                        std::to_string(limits_.path_bytes) + " bytes");
  }
  std::string target;
  for (ByteSpan piece = Decompress(); !piece.empty(); piece = Decompress()) {
    target += AsText(piece);
  }
  CheckSymlinkTarget(target, limits_, subject);
  return target;
}

ByteSpan ZipReader::Decompress() {
  if (!content_) return {};
  const size_t size = content_->decoder->Decode({buffer_.get(), kBufferBytes});
  const ZipMember& member = content_->member;
  const std::string& subject = content_->input.subject();
  content_->delivered += size;
  if (content_->delivered > member.size) {
    Refuse(subject, "it is larger than the zip file says");
  }
  if (size > 0) {
    content_->crc = crc32_gzip_refl(
        content_->crc, reinterpret_cast<const uint8_t*>(buffer_.get()), size);
    return {buffer_.get(), size};
  }
  if (content_->delivered < member.size) {
    Refuse(subject, "it is smaller than the zip file says");
  }
  if (content_->crc != member.crc) {
    RefuseDamage(subject, "it is damaged: wrong checksum");
  }
  content_.reset();
  return {};
}

ByteSpan ZipReader::Read() { return Decompress(); }

}  // namespace backgraft::archive
