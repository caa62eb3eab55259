#include "pack_forge.h"

#include <libdeflate.h>

#include <algorithm>

#include "base/sha.h"

namespace backgraft::testing {
namespace {

std::string SizeBytes(uint64_t size) {
  std::string out;
  for (; size >= 0x80; size >>= 7) {
    out += static_cast<char>((size & 0x7f) | 0x80);
  }
  out += static_cast<char>(size);
  return out;
}

std::string Big32(uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift & 0xff);
  }
  return out;
}

}  // namespace

std::string Deflate(const std::string& content) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(1);
  std::string out(libdeflate_zlib_compress_bound(compressor, content.size()),
                  '\0');
  out.resize(libdeflate_zlib_compress(compressor, content.data(),
                                      content.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

std::string EntryHeaderBytes(int kind, uint64_t size) {
  std::string out;
  auto byte = static_cast<uint64_t>(kind) << 4 | (size & 15);
  for (size >>= 4; size != 0; size >>= 7) {
    out += static_cast<char>(byte | 0x80);
    byte = size & 0x7f;
  }
  out += static_cast<char>(byte);
  return out;
}

uint64_t PackForge::Add(git::ObjectType type, const std::string& content) {
  return AddRaw(EntryHeaderBytes(static_cast<int>(type), content.size()) +
                Deflate(content));
}

uint64_t PackForge::AddOfsDelta(uint64_t base_offset,
                                const std::string& delta) {
  uint64_t distance = 12 + entries_.size() - base_offset;
  std::string encoded(1, static_cast<char>(distance & 0x7f));
  while ((distance >>= 7) != 0) {
    --distance;
    encoded.insert(encoded.begin(),
                   static_cast<char>((distance & 0x7f) | 0x80));
  }
  return AddRaw(EntryHeaderBytes(6, delta.size()) + encoded + Deflate(delta));
}

uint64_t PackForge::AddRefDelta(const git::Oid& base,
                                const std::string& delta) {
  std::string id(reinterpret_cast<const char*>(base.bytes.data()), 20);
  return AddRaw(EntryHeaderBytes(7, delta.size()) + id + Deflate(delta));
}

uint64_t PackForge::AddRaw(const std::string& bytes) {
  uint64_t offset = 12 + entries_.size();
  entries_ += bytes;
  ++count_;
  return offset;
}

std::string PackForge::Finish(uint32_t version) const {
  return FinishWithCount(count_, version);
}

std::string PackForge::FinishWithCount(uint32_t count, uint32_t version) const {
  std::string pack = "PACK" + Big32(version) + Big32(count) + entries_;
  Sha1 sha;
  sha.Update(AsBytes(pack));
  Sha1::Digest digest = sha.Finish();
  return pack + std::string(reinterpret_cast<const char*>(digest.data()), 20);
}

std::string Delta(uint64_t base_size, uint64_t result_size,
                  const std::string& instructions) {
  return SizeBytes(base_size) + SizeBytes(result_size) + instructions;
}

std::string CopyOp(uint32_t offset, uint32_t size) {
  std::string arguments;
  unsigned op = 0x80;
  for (int i = 0; i < 4; ++i) {
    if ((offset >> (8 * i) & 0xff) == 0) continue;
    op |= 1u << i;
    arguments += static_cast<char>(offset >> (8 * i) & 0xff);
  }
  for (int i = 0; i < 3; ++i) {
    if ((size >> (8 * i) & 0xff) == 0 || size == 0x10000) continue;
    op |= 0x10u << i;
    arguments += static_cast<char>(size >> (8 * i) & 0xff);
  }
  return static_cast<char>(op) + arguments;
}

std::string InsertOp(const std::string& bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 127) {
    std::string piece = bytes.substr(i, 127);
    out += static_cast<char>(piece.size());
    out += piece;
  }
  return out;
}

std::string DeltaOf(const std::string& base, const std::string& result) {
  auto common = static_cast<size_t>(
      std::mismatch(base.begin(), base.end(), result.begin(), result.end())
          .first -
      base.begin());
  std::string instructions;
  for (size_t i = 0; i < common; i += 0xffff) {
    instructions +=
        CopyOp(static_cast<uint32_t>(i),
               static_cast<uint32_t>(std::min<size_t>(common - i, 0xffff)));
  }
  return Delta(base.size(), result.size(),
               instructions + InsertOp(result.substr(common)));
}

}  // namespace backgraft::testing
