#include "git/pack_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "base/scratch.h"
#include "git/delta_bases.h"
#include "git/entry_checker.h"
#include "git/leftovers.h"
#include "git/pack_checker.h"
#include "git/pack_entry.h"
#include "git/pack_index.h"
#include "git/pack_install.h"

namespace backgraft::git {
namespace {

constexpr size_t kHeaderSize = 12;

void PutBig32(uint32_t value, std::byte* out) {
  for (int i = 0; i < 4; ++i) {
    out[i] = static_cast<std::byte>(value >> (24 - 8 * i));
  }
}

}  // namespace

PackFile::PackFile(std::string objects_dir)
    : objects_dir_(std::move(objects_dir)), pack_dir_(objects_dir_ + "/pack") {}

PackFile::~PackFile() { Discard(); }

void PackFile::Discard() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
  temporary_.clear();
  early_.reset();
  fd_.Reset();
  end_ = 0;
  objects_.clear();
}

void PackFile::Open() {
  if (fd_) return;
  MakePackDirectory(objects_dir_);
  std::string name = pack_dir_ + "/" + kTemporaryPackName + "XXXXXX";
  int fd = mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) ThrowErrno(errno, "cannot write into", pack_dir_);
  fd_ = UniqueFd(fd);
  temporary_ = name;
  early_.emplace(fd_.get(), temporary_);
  end_ = kHeaderSize;
}

void PackFile::Append(PackBatch* batch) {
  if (batch->objects.empty()) return;
  const size_t size = batch->bytes.size();
  uint64_t place;
  {
    std::lock_guard lock(mutex_);
    Open();
    place = end_;
    end_ += size;
    for (PackedObject& object : batch->objects) {
      object.offset += place;
      objects_.push_back(object);
    }
  }
  WriteAllAt(fd_.get(), batch->bytes, place, temporary_);
  early_->Wrote(size);
  batch->Clear();
}

void PackFile::AppendStreamed(
    ObjectType type, uint64_t size,
    const std::function<std::optional<Oid>(
        const std::function<void(ByteSpan)>& sink)>& produce) {
  std::lock_guard lock(mutex_);
  Open();
  uint64_t start = end_;
  std::vector<std::byte> header;
  AppendEntryHeader(static_cast<EntryKind>(type), size, &header);
  WriteAllAt(fd_.get(), header, start, temporary_);
  uint64_t at = start + header.size();
  std::optional<Oid> oid = produce([&](ByteSpan bytes) {
    WriteAllAt(fd_.get(), bytes, at, temporary_);
    early_->Wrote(bytes.size());
    at += bytes.size();
  });
  if (!oid) {
    // Nothing else was appended meanwhile: the bytes are overwritten or cut
    // off.
    return;
  }
  objects_.push_back({*oid, type, size, start, at - start});
  end_ = at;
}

void PackFile::Drop(const std::unordered_set<Oid, OidHash>& oids) {
  if (oids.empty() || objects_.empty()) return;
  std::sort(objects_.begin(), objects_.end(),
            [](const PackedObject& a, const PackedObject& b) {
              return a.offset < b.offset;
            });
  std::vector<PackedObject> kept;
  std::vector<std::byte> buffer;
  uint64_t end = kHeaderSize;
  for (PackedObject& object : objects_) {
    if (oids.contains(object.oid)) continue;
    if (object.offset != end) {
      // Entries only move towards the front, in order: none is overwritten
      // before it was read.
      for (uint64_t done = 0; done < object.entry_size;) {
        constexpr uint64_t kPiece = uint64_t{1} << 20;
        buffer.resize(std::min(kPiece, object.entry_size - done));
        ReadAt(object.offset + done, buffer);
        WriteAllAt(fd_.get(), buffer, end + done, temporary_);
        done += buffer.size();
      }
      object.offset = end;
    }
    end += object.entry_size;
    kept.push_back(object);
  }
  objects_ = std::move(kept);
  end_ = end;
}

void PackFile::ReadAt(uint64_t offset, std::span<std::byte> out) const {
  size_t done = 0;
  while (done < out.size()) {
    ssize_t n = pread(fd_.get(), out.data() + done, out.size() - done,
                      static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) ThrowErrno(errno, "cannot read", temporary_);
    Require(n != 0, "the pack is shorter than what was written");
    done += static_cast<size_t>(n);
  }
}

uint64_t PackFile::object_count() const {
  std::lock_guard lock(mutex_);
  return objects_.size();
}

std::string PackFile::ReadEntry(const PackedObject& object) const {
  std::vector<std::byte> entry(static_cast<size_t>(object.entry_size));
  ReadAt(object.offset, entry);
  return InflateEntry(object, entry);
}

// The stream's own checksum is enough here: ids are compared by Install().
std::string PackFile::ReadBack(const PackedObject& object,
                               const FindObject& find) const {
  // From `object` to what it is based on in the end.
  std::vector<PackedObject> chain;
  PackedObject at = object;
  while (at.delta_size > 0) {
    chain.push_back(at);
    const auto base = find(at.base);
    if (!base || chain.size() > DeltaBases::kMaxDepth) ThrowMismatch(object);
    at = *base;
  }
  std::string content = ReadEntry(at);
  for (; !chain.empty(); chain.pop_back()) {
    content = ApplyEntryDelta(chain.back(), AsBytes(content),
                              AsBytes(ReadEntry(chain.back())));
  }
  return content;
}

Sha1::Digest PackFile::Sum() const {
  constexpr uint64_t kPiece = uint64_t{256} << 10;
  Sha1 sha;
  Scratch buffer;
  for (uint64_t at = 0; at < end_; at += kPiece) {
    const auto piece = buffer.Take(std::min(kPiece, end_ - at));
    ReadAt(at, piece);
    sha.Update(piece);
  }
  return sha.Finish();
}

std::string PackFile::Install(unsigned threads) {
  Require(fd_ && !objects_.empty(), "an empty pack is not installed");
  std::byte header[kHeaderSize];
  std::memcpy(header, "PACK", 4);
  PutBig32(2, header + 4);
  Require(objects_.size() <= UINT32_MAX, "too many objects for one pack");
  PutBig32(static_cast<uint32_t>(objects_.size()), header + 8);
  WriteAllAt(fd_.get(), header, 0, temporary_);
  if (ftruncate(fd_.get(), static_cast<off_t>(end_)) != 0) {
    ThrowErrno(errno, "cannot write", temporary_);
  }

  std::vector<uint32_t> crcs;
  Sha1::Digest checksum;
  {
    MappedFile pack(fd_.get(), temporary_);
    crcs =
        PackChecker(pack, objects_).Check(threads, [&] { checksum = Sum(); });
  }
  WriteAllAt(fd_.get(), std::as_bytes(std::span(checksum)), end_, temporary_);

  early_->Finish();
  InstallPack(fd_.get(), temporary_, pack_dir_, checksum,
              IndexBytes(checksum, crcs));
  temporary_.clear();
  return Hex(checksum);
}

std::string PackFile::IndexBytes(const Sha1::Digest& checksum,
                                 const std::vector<uint32_t>& crcs) const {
  std::vector<PackIndexEntry> entries;
  entries.reserve(objects_.size());
  for (size_t i = 0; i < objects_.size(); ++i) {
    entries.push_back({objects_[i].oid, crcs[i], objects_[i].offset});
  }
  return WriteIndex(std::move(entries), checksum);
}

}  // namespace backgraft::git
