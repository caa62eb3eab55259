#include "git/pack_index_view.h"

#include <cstring>
#include <string_view>
#include <utility>

#include "git/pack_table.h"

namespace backgraft::git {
namespace {

constexpr std::string_view kMagic("\377tOc\0\0\0\2", 8);
constexpr size_t kFanout = kMagic.size();
constexpr size_t kIds = kFanout + 256 * 4;
constexpr size_t kDigest = 20;
constexpr size_t kTrailer = 2 * kDigest;
// Of an id, a checksum and an offset.
constexpr size_t kPerObject = 20 + 4 + 4;
constexpr uint32_t kLarge = 0x80000000u;

uint32_t Big32(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  }
  return value;
}

}  // namespace

std::optional<PackIndexView> PackIndexView::Parse(
    std::shared_ptr<const std::string> bytes, uint64_t pack_size) {
  const std::string_view text = *bytes;
  PackIndexView view(std::move(bytes), text);
  if (!view.HasShape() || !view.IsSound(pack_size)) return std::nullopt;
  return view;
}

std::optional<PackIndexView> PackIndexView::Trust(MappedFile file) {
  auto owner = std::make_shared<const MappedFile>(std::move(file));
  PackIndexView view(owner, AsText(owner->bytes()));
  if (!view.HasShape()) return std::nullopt;
  return view;
}

bool PackIndexView::HasShape() {
  if (!bytes_.starts_with(kMagic) || bytes_.size() < kIds + kTrailer) {
    return false;
  }
  uint32_t before = 0;
  for (size_t i = 0; i < 256; ++i) {
    if (Fanout(i) < before) return false;
    before = Fanout(i);
  }
  count_ = before;
  const uint64_t fixed = kIds + kTrailer + uint64_t{count_} * kPerObject;
  if (bytes_.size() < fixed || (bytes_.size() - fixed) % 8 != 0) return false;
  large_count_ = static_cast<size_t>(bytes_.size() - fixed) / 8;
  return large_count_ <= count_;
}

bool PackIndexView::IsSound(uint64_t pack_size) {
  Sha1 sha;
  sha.Update(AsBytes(bytes_.substr(0, bytes_.size() - kDigest)));
  const Sha1::Digest digest = sha.Finish();
  if (std::memcmp(digest.data(), bytes_.data() + bytes_.size() - kDigest,
                  kDigest) != 0) {
    return false;
  }

  if (pack_size < kPackHeaderSize + kPackTrailerSize) return false;
  for (size_t i = 0; i < count_; ++i) {
    const auto* id = bytes_.data() + kIds + 20 * i;
    if (i > 0 && std::memcmp(id - 20, id, 20) >= 0) return false;
    const auto first = static_cast<uint8_t>(*id);
    if (i >= Fanout(first) || (first > 0 && i < Fanout(first - 1u))) {
      return false;
    }
    std::optional<uint64_t> offset = OffsetAt(i);
    if (!offset || *offset < kPackHeaderSize ||
        *offset >= pack_size - kPackTrailerSize) {
      return false;
    }
  }
  return true;
}

Sha1::Digest PackIndexView::pack_checksum() const {
  Sha1::Digest digest;
  std::memcpy(digest.data(), bytes_.data() + bytes_.size() - kTrailer, kDigest);
  return digest;
}

bool PackIndexView::IsOf(ByteSpan pack) const {
  if (pack.size() < kPackHeaderSize + kPackTrailerSize) return false;
  std::byte header[kPackHeaderSize] = {};
  std::memcpy(header, "PACK", 4);
  for (size_t i = 0; i < 4; ++i) {
    header[8 + i] = static_cast<std::byte>(count_ >> (24 - 8 * i));
  }
  // The versions 2 and 3 are the same.
  header[7] = pack[7] == std::byte{3} ? std::byte{3} : std::byte{2};
  const Sha1::Digest checksum = pack_checksum();
  return std::memcmp(pack.data(), header, sizeof header) == 0 &&
         std::memcmp(pack.last(kPackTrailerSize).data(), checksum.data(),
                     kPackTrailerSize) == 0;
}

uint32_t PackIndexView::Fanout(size_t first_byte) const {
  return Big32(bytes_, kFanout + 4 * first_byte);
}

Oid PackIndexView::OidAt(size_t position) const {
  Oid oid;
  std::memcpy(oid.bytes.data(), bytes_.data() + kIds + 20 * position, 20);
  return oid;
}

std::optional<uint64_t> PackIndexView::OffsetAt(size_t position) const {
  const size_t offsets = kIds + size_t{count_} * 24;
  const uint32_t offset = Big32(bytes_, offsets + 4 * position);
  if ((offset & kLarge) == 0) return offset;
  const size_t large = offset & ~kLarge;
  if (large >= large_count_) return std::nullopt;
  const size_t at = offsets + size_t{count_} * 4 + 8 * large;
  return uint64_t{Big32(bytes_, at)} << 32 | Big32(bytes_, at + 4);
}

std::optional<uint64_t> PackIndexView::FindOffset(const Oid& oid) const {
  const size_t first = oid.bytes[0];
  size_t low = first == 0 ? 0 : Fanout(first - 1);
  size_t high = Fanout(first);
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const Oid found = OidAt(middle);
    if (found == oid) return OffsetAt(middle);
    if (found < oid) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

}  // namespace backgraft::git
