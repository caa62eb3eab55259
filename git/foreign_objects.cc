#include "git/foreign_objects.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "base/sha.h"
#include "git/indexed_pack.h"
#include "git/loose_object.h"

namespace backgraft::git {
namespace {

// Content of a loose object that is held in memory.
constexpr uint64_t kLargeContent = uint64_t{16} << 20;
constexpr size_t kTrailer = 20;
// Bytes of a pack that are sent to the disk at a time.
constexpr uint64_t kWriteBack = uint64_t{8} << 20;
// Packs without a name that keep a descriptor.
constexpr size_t kMostOpen = 64;

// Hashes a pack while it comes, all but its last bytes, which are said to be
// that very hash.
class PackSum {
 public:
  void Update(ByteSpan bytes) {
    if (bytes.size() < kTrailer) {
      Shift(bytes);
      return;
    }
    sha_.Update(ByteSpan(tail_).first(held_));
    sha_.Update(bytes.first(bytes.size() - kTrailer));
    std::ranges::copy(bytes.last(kTrailer), tail_.begin());
    held_ = kTrailer;
  }

  // The hash; nothing where the pack ends with another one.
  std::optional<Sha1::Digest> Finish() {
    const Sha1::Digest digest = sha_.Finish();
    if (held_ < kTrailer ||
        !std::ranges::equal(tail_, std::as_bytes(std::span(digest)))) {
      return std::nullopt;
    }
    return digest;
  }

 private:
  void Shift(ByteSpan bytes) {
    for (std::byte byte : bytes) {
      if (held_ == kTrailer) {
        sha_.Update(ByteSpan(tail_).first(1));
        std::ranges::copy(ByteSpan(tail_).subspan(1), tail_.begin());
        --held_;
      }
      tail_[held_++] = byte;
    }
  }

  Sha1 sha_;
  std::array<std::byte, kTrailer> tail_{};
  size_t held_ = 0;
};

// The next source may be read into the same directory before this one is done
// with.
std::string NewPackName(const std::string& directory) {
  static std::atomic<uint64_t> count = 0;
  return directory + "/" + std::to_string(count++) + ".pack";
}

}  // namespace

ForeignObjects::ForeignObjects(std::string directory, std::string source_name)
    : directory_(std::move(directory)),
      source_name_(std::move(source_name)),
      loose_bytes_(directory_) {}

ForeignObjects::~ForeignObjects() {
  for (const Pack& pack : packs_) {
    if (!pack.named.empty()) unlink(pack.named.c_str());
  }
}

void ForeignObjects::AddPack(const std::string& name, const Pull& pull) {
  packs_.emplace_back().name = name;
  Pack& pack = packs_.back();
  if (!directory_.empty()) {
    pack.named = NewPackName(directory_);
    pack.fd = OpenFile(pack.named, O_RDWR | O_CREAT | O_EXCL, 0600);
  } else if (packs_.size() <= kMostOpen) {
    pack.fd = OpenNamelessFile({});
  } else {
    pack.place = more_packs_.Add({});
  }
  PackSum sum;
  for (ByteSpan piece = pull(); !piece.empty(); piece = pull()) {
    ThrowIfInterrupted();
    Write(&pack, piece);
    sum.Update(piece);
  }
  pack.checksum = sum.Finish();
  // A name is enough to find it again, and there may be thousands.
  if (!pack.named.empty()) pack.fd.Reset();
}

void ForeignObjects::Write(Pack* pack, ByteSpan piece) {
  if (!pack->fd) return more_packs_.Extend(&pack->place, piece);
  WriteAll(pack->fd.get(), piece,
           pack->named.empty() ? "temporary file" : pack->named);
  // One that is to become part of the repository is synced in the end.
  const uint64_t sent = pack->place.size / kWriteBack * kWriteBack;
  pack->place.size += piece.size();
  const uint64_t due = pack->place.size / kWriteBack * kWriteBack;
  if (!pack->named.empty() && due > sent) {
    BeginWriteBack(pack->fd.get(), sent, due - sent);
  }
}

ForeignObjects::PackBytes ForeignObjects::Open(const Pack& pack) const {
  PackBytes out;
  if (!pack.named.empty()) {
    out.path = pack.named;
    return out;
  }
  int fd = pack.fd.get();
  if (!pack.fd) {
    out.fd = OpenNamelessFile({});
    fd = out.fd.get();
    more_packs_.With(pack.place, [&](ByteSpan bytes) {
      WriteAll(fd, bytes, "temporary file");
    });
  }
  out.path = "/proc/self/fd/" + std::to_string(fd);
  return out;
}

void ForeignObjects::AddPackIndex(const std::string& name, std::string bytes) {
  indexes_[name] = std::make_shared<const std::string>(std::move(bytes));
}

void ForeignObjects::AddLoose(const Oid& oid, const Pull& pull) {
  Spool::Place place = loose_bytes_.Add({});
  for (ByteSpan piece = pull(); !piece.empty(); piece = pull()) {
    loose_bytes_.Extend(&place, piece);
  }
  loose_[oid] = place;
}

std::string ForeignObjects::LooseName(const Oid& oid) const {
  const std::string hex = oid.Hex();
  return "objects/" + hex.substr(0, 2) + "/" + hex.substr(2);
}

std::vector<Oid> ForeignObjects::LooseIds() const {
  std::vector<Oid> ids;
  for (const auto& [oid, place] : loose_) ids.push_back(oid);
  std::sort(ids.begin(), ids.end());
  return ids;
}

ForeignObjects::LooseObject ForeignObjects::ReadLoose(const Oid& oid) const {
  const std::string name = LooseName(oid);
  LooseObject out{};
  Oid found;
  loose_bytes_.With(loose_.at(oid), [&](ByteSpan file) {
    const LooseHeader header = ReadLooseHeader(file, name);
    out.type = header.type;
    out.size = header.size;
    if (header.type != ObjectType::kBlob || header.size <= kLargeContent) {
      out.content =
          ReadLooseObject(file, name, PackLimits().memory_object_bytes).content;
      found = HashObject(out.type, *out.content);
      return;
    }
    Sha1 sha;
    sha.Update(AsBytes(ObjectHeader(header.type, header.size)));
    StreamLooseObject(file, name, [&](ByteSpan piece) {
      ThrowIfInterrupted();
      sha.Update(piece);
    });
    found = Oid{sha.Finish()};
  });
  if (found != oid) {
    throw Error(ErrorKind::kBadSource,
                "object " + Quote(name) + " of " + Quote(source_name_) +
                    " is damaged: its content is that of '" + found.Hex() +
                    "'");
  }
  return out;
}

void ForeignObjects::StreamLoose(
    const Oid& oid, const std::function<void(ByteSpan)>& write) const {
  loose_bytes_.With(loose_.at(oid), [&](ByteSpan file) {
    StreamLooseObject(file, LooseName(oid), write);
  });
}

void ForeignObjects::CheckChecksum(const Pack& pack) const {
  if (!pack.checksum) {
    throw Error(ErrorKind::kBadSource,
                "pack " + Quote(pack.name + ".pack") + " of " +
                    Quote(source_name_) +
                    " is damaged: its checksum does not hold");
  }
}

std::optional<PackHints> ForeignObjects::HintsOf(const Pack& pack) const {
  const auto index = indexes_.find(pack.name);
  if (!pack.checksum || index == indexes_.end()) return std::nullopt;
  return PackHints{index->second, *pack.checksum};
}

void ForeignObjects::CheckDamage() const {
  for (const Pack& pack : packs_) CheckChecksum(pack);
  for (const auto& [oid, place] : loose_) {
    ThrowIfInterrupted();
    ReadLoose(oid);
  }
}

void ForeignObjects::OpenPacks() const {
  if (opened_) return;
  for (const Pack& pack : packs_) {
    PackOptions options;
    options.name = pack.name + ".pack";
    options.bases = bases_;
    CheckChecksum(pack);
    const PackBytes bytes = Open(pack);
    auto index = indexes_.find(pack.name);
    std::unique_ptr<ObjectReader> reader;
    if (index != indexes_.end()) {
      reader = IndexedPack::Open(bytes.path, index->second, options);
    }
    if (!reader) {
      reader = std::make_unique<VerifiedPack>(
          VerifyPack(bytes.path, options, [](const PackedObjectView&) {}));
    }
    readers_.push_back(std::move(reader));
  }
  opened_ = true;
}

bool ForeignObjects::Exists(const Oid& oid) const {
  if (loose_.contains(oid)) return true;
  std::lock_guard lock(mutex_);
  OpenPacks();
  return std::any_of(readers_.begin(), readers_.end(),
                     [&](const auto& reader) { return reader->Exists(oid); });
}

std::optional<Object> ForeignObjects::Find(const Oid& oid) const {
  if (loose_.contains(oid)) {
    LooseObject object = ReadLoose(oid);
    if (!object.content) {
      std::string content;
      StreamLoose(oid, [&](ByteSpan piece) { content += AsText(piece); });
      object.content = std::move(content);
    }
    return Object{object.type, std::move(*object.content)};
  }
  std::lock_guard lock(mutex_);
  OpenPacks();
  for (const auto& reader : readers_) {
    if (auto object = reader->Find(oid)) return object;
  }
  return std::nullopt;
}

}  // namespace backgraft::git
