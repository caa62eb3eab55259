#include "git/index_file.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/escape.h"
#include "base/io.h"
#include "base/sha.h"

namespace backgraft::git {
namespace {

constexpr size_t kHeaderSize = 12;
constexpr size_t kChecksumSize = 20;
constexpr size_t kFixedEntrySize = 62;  // up to and with the 16 bits of flags
constexpr uint16_t kAssumeValid = 0x8000;
constexpr uint16_t kExtended = 0x4000;
constexpr uint16_t kNameMask = 0x0fff;
constexpr uint16_t kSkipWorktree = 0x4000;  // of the second 16 bits
constexpr uint16_t kIntentToAdd = 0x2000;

uint32_t Get32(std::string_view bytes, size_t at) {
  auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + i]));
  };
  return byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
}

uint16_t Get16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[at]) << 8 |
                               static_cast<uint8_t>(bytes[at + 1]));
}

void Put32(std::string* out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out->push_back(static_cast<char>(value >> shift & 0xff));
}

void Put16(std::string* out, uint16_t value) {
  out->push_back(static_cast<char>(value >> 8));
  out->push_back(static_cast<char>(value & 0xff));
}

bool IsFileMode(uint32_t mode) {
  return mode == static_cast<uint32_t>(FileMode::kBlob) ||
         mode == static_cast<uint32_t>(FileMode::kExecutable) ||
         mode == static_cast<uint32_t>(FileMode::kSymlink) ||
         mode == static_cast<uint32_t>(FileMode::kGitlink);
}

class Parser {
 public:
  // `bytes` without the checksum at its end.
  Parser(std::string_view bytes, const std::string& path)
      : bytes_(bytes), path_(path) {}

  Index Parse() {
    if (bytes_.size() < kHeaderSize || !bytes_.starts_with("DIRC"))
      Damaged("no index header");
    version_ = Get32(bytes_, 4);
    if (version_ < 2 || version_ > 4)
      throw Error(ErrorKind::kRefused,
                  "the index " + Quote(path_) + " has version " +
                      std::to_string(version_) + ", which is not known",
                  {"rewrite it: git update-index --index-version 2"});
    uint32_t count = Get32(bytes_, 8);
    // No entry is smaller than this, whatever the count claims.
    if (count > bytes_.size() / (kFixedEntrySize + 1))
      Damaged("more entries than bytes");
    at_ = kHeaderSize;
    index_.entries.reserve(count);
    for (uint32_t i = 0; i < count; ++i) TakeEntry();
    while (at_ < bytes_.size()) TakeExtension();
    if (has_empty_path_) Damaged("empty path");
    return std::move(index_);
  }

 private:
  [[noreturn]] void Damaged(const char* why) const {
    throw Error(
        ErrorKind::kIo,
        "the index " + Quote(path_) + " is damaged: " + std::string(why),
        {"rebuild it: rm " + Quote(path_) + " && git reset"});
  }

  void TakeEntry() {
    size_t start = at_;
    if (bytes_.size() - start < kFixedEntrySize + 1) Damaged("cut off");
    IndexEntry entry;
    uint32_t mode = Get32(bytes_, start + 24);
    entry.stat = {Get32(bytes_, start),      Get32(bytes_, start + 4),
                  Get32(bytes_, start + 8),  Get32(bytes_, start + 12),
                  Get32(bytes_, start + 16), Get32(bytes_, start + 20),
                  Get32(bytes_, start + 28), Get32(bytes_, start + 32),
                  Get32(bytes_, start + 36)};
    std::memcpy(entry.oid.bytes.data(), bytes_.data() + start + 40, 20);
    uint16_t flags = Get16(bytes_, start + 60);
    entry.assume_valid = flags & kAssumeValid;
    entry.stage = flags >> 12 & 3;
    at_ = start + kFixedEntrySize;
    if (flags & kExtended) {
      if (version_ < 3 || bytes_.size() - at_ < 3) Damaged("bad flags");
      uint16_t extended = Get16(bytes_, at_);
      if (extended & ~(kSkipWorktree | kIntentToAdd)) Damaged("unknown flags");
      entry.skip_worktree = extended & kSkipWorktree;
      entry.intent_to_add = extended & kIntentToAdd;
      at_ += 2;
    }
    TakePath(start, &entry.path);
    // Only a sparse index has directories.
    if (mode == static_cast<uint32_t>(FileMode::kTree)) RefuseSparse();
    if (!IsFileMode(mode)) Damaged("bad mode");
    entry.mode = static_cast<FileMode>(mode);
    if (!index_.entries.empty() && !has_empty_path_) {
      const IndexEntry& last = index_.entries.back();
      int order = last.path.compare(entry.path);
      if (order > 0 || (order == 0 && last.stage >= entry.stage))
        Damaged("entries out of order");
    }
    index_.entries.push_back(std::move(entry));
  }

  void TakePath(size_t start, std::string* path) {
    if (version_ == 4) {
      size_t strip = TakeVarint();
      if (strip > previous_.size()) Damaged("bad path");
      previous_.resize(previous_.size() - strip);
    } else {
      previous_.clear();
    }
    const void* end =
        std::memchr(bytes_.data() + at_, '\0', bytes_.size() - at_);
    if (!end) Damaged("path without end");
    auto nul =
        static_cast<size_t>(static_cast<const char*>(end) - bytes_.data());
    previous_.append(bytes_.substr(at_, nul - at_));
    // Only entries of a split index have none, told by an extension at the end.
    has_empty_path_ = has_empty_path_ || previous_.empty();
    *path = previous_;
    // Versions 2 and 3 pad each entry with one to eight NULs.
    at_ = version_ == 4 ? nul + 1 : start + (nul - start + 8) / 8 * 8;
    if (at_ > bytes_.size()) Damaged("cut off");
  }

  // decode_varint of git's varint.c.
  size_t TakeVarint() {
    size_t value = 0;
    for (int i = 0;; ++i) {
      if (at_ == bytes_.size() || i == 9) Damaged("bad number");
      auto byte = static_cast<uint8_t>(bytes_[at_++]);
      value = (i ? value + 1 : 0) << 7 | (byte & 0x7f);
      if (!(byte & 0x80)) return value;
    }
  }

  void TakeExtension() {
    if (bytes_.size() - at_ < 8) Damaged("bad extension");
    std::string_view name = bytes_.substr(at_, 4);
    size_t size = Get32(bytes_, at_ + 4);
    at_ += 8;
    if (size > bytes_.size() - at_) Damaged("bad extension");
    std::string_view content = bytes_.substr(at_, size);
    at_ += size;
    if (name == "TREE") {
      if (!content.empty()) index_.cache_tree = ParseCacheTree(content);
    } else if (name == "REUC") {
      index_.resolve_undo = content;
    } else if (name == "sdir") {
      RefuseSparse();
    } else if (name == "link") {
      throw Error(ErrorKind::kRefused,
                  "the index " + Quote(path_) + " is split over two files",
                  {"join them: git update-index --no-split-index"});
    } else if (name[0] < 'A' || name[0] > 'Z') {
      // gitformat-index: only upper-case extensions may be passed over.
      throw Error(ErrorKind::kRefused, "the index " + Quote(path_) +
                                           " has the extension " + Quote(name) +
                                           ", which is not known");
    }
  }

  [[noreturn]] void RefuseSparse() const {
    throw Error(
        ErrorKind::kRefused, "the index " + Quote(path_) + " is sparse",
        {"make it full: git sparse-checkout reapply --no-sparse-index"});
  }

  std::string_view bytes_;
  const std::string& path_;
  uint32_t version_ = 0;
  size_t at_ = 0;
  std::string previous_;
  bool has_empty_path_ = false;
  Index index_;
};

void AppendEntry(const IndexEntry& entry, std::string* out) {
  size_t start = out->size();
  const IndexStat& stat = entry.stat;
  for (uint32_t value :
       {stat.ctime_seconds, stat.ctime_nanoseconds, stat.mtime_seconds,
        stat.mtime_nanoseconds, stat.device, stat.inode,
        static_cast<uint32_t>(entry.mode), stat.uid, stat.gid, stat.size})
    Put32(out, value);
  out->append(reinterpret_cast<const char*>(entry.oid.bytes.data()), 20);
  bool extended = entry.skip_worktree || entry.intent_to_add;
  auto name_size = static_cast<uint16_t>(
      entry.path.size() < kNameMask ? entry.path.size() : kNameMask);
  Put16(out, static_cast<uint16_t>(name_size | entry.stage << 12 |
                                   (entry.assume_valid ? kAssumeValid : 0) |
                                   (extended ? kExtended : 0)));
  if (extended)
    Put16(out, static_cast<uint16_t>((entry.skip_worktree ? kSkipWorktree : 0) |
                                     (entry.intent_to_add ? kIntentToAdd : 0)));
  out->append(entry.path);
  size_t size = out->size() - start;
  out->append(8 - size % 8, '\0');
}

void AppendExtension(const char* name, const std::string& content,
                     std::string* out) {
  out->append(name, 4);
  Put32(out, static_cast<uint32_t>(content.size()));
  out->append(content);
}

}  // namespace

Index ParseIndex(std::string_view bytes, const std::string& path) {
  if (bytes.size() < kHeaderSize + kChecksumSize)
    throw Error(ErrorKind::kIo, "the index " + Quote(path) + " is cut off",
                {"rebuild it: rm " + Quote(path) + " && git reset"});
  std::string_view content = bytes.substr(0, bytes.size() - kChecksumSize);
  std::string_view stored = bytes.substr(content.size());
  Sha1 sha;
  sha.Update(AsBytes(content));
  Sha1::Digest digest = sha.Finish();
  // index.skipHash leaves zeros.
  if (std::memcmp(stored.data(), digest.data(), digest.size()) != 0 &&
      stored != std::string_view(std::string(kChecksumSize, '\0')))
    throw Error(ErrorKind::kIo,
                "the index " + Quote(path) + " does not match its checksum",
                {"rebuild it: rm " + Quote(path) + " && git reset"});
  return Parser(content, path).Parse();
}

Index ReadIndexFile(const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    if (errno == ENOENT) return {};
    ThrowErrno(errno, "cannot open", path);
  }
  struct stat file;
  if (fstat(fd.get(), &file) != 0) ThrowErrno(errno, "cannot read", path);
  MappedFile mapping(fd.get(), path);
  Index index = ParseIndex(AsText(mapping.bytes()), path);
  index.modified = FileTime{file.st_mtim.tv_sec, file.st_mtim.tv_nsec};
  return index;
}

std::string SerializeIndex(const Index& index) {
  bool extended = false;
  size_t size = 4096;
  for (const IndexEntry& entry : index.entries) {
    extended = extended || entry.skip_worktree || entry.intent_to_add;
    size += kFixedEntrySize + 10 + entry.path.size();
  }
  std::string out;
  out.reserve(size);
  out.append("DIRC");
  Put32(&out, extended ? 3 : 2);
  Put32(&out, static_cast<uint32_t>(index.entries.size()));
  for (const IndexEntry& entry : index.entries) AppendEntry(entry, &out);
  if (index.cache_tree)
    AppendExtension("TREE", SerializeCacheTree(*index.cache_tree), &out);
  if (!index.resolve_undo.empty())
    AppendExtension("REUC", index.resolve_undo, &out);
  Sha1 sha;
  sha.Update(AsBytes(out));
  Sha1::Digest digest = sha.Finish();
  out.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  return out;
}

}  // namespace backgraft::git
