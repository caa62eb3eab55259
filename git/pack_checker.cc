#include "git/pack_checker.h"

#include <isa-l/crc.h>

#include "base/error.h"
#include "git/delta.h"
#include "git/delta_bases.h"
#include "git/pack_entry.h"

namespace backgraft::git {
namespace {

// Contents above this are checked in pieces, which bounds the memory.
constexpr uint64_t kLargeContent = uint64_t{16} << 20;

// The compressed part of an entry.
ByteSpan Compressed(const PackedObject& object, ByteSpan entry) {
  const auto header = ParseEntryHeader(entry);
  const uint64_t inflated =
      object.delta_size > 0 ? object.delta_size : object.size;
  if (!header || header->size != inflated ||
      IsDelta(header->kind) != (object.delta_size > 0) ||
      (IsDelta(header->kind) && header->base != object.base)) {
    ThrowMismatch(object);
  }
  return entry.subspan(header->length);
}

void BeginObject(const PackedObject& object, Sha1* sha) {
  std::string prefix(TypeName(object.type));
  prefix += ' ' + std::to_string(object.size);
  prefix += '\0';
  sha->Update(AsBytes(prefix));
}

std::span<std::byte> Room(std::string* text) {
  return std::as_writable_bytes(std::span(*text));
}

}  // namespace

void ThrowMismatch(const PackedObject& object) {
  throw Error(ErrorKind::kBug, "object " + object.oid.Hex() +
                                   " did not come back as it was written");
}

std::string InflateEntry(const PackedObject& object, ByteSpan entry) {
  const ByteSpan compressed = Compressed(object, entry);
  std::string out(static_cast<size_t>(object.delta_size > 0 ? object.delta_size
                                                            : object.size),
                  '\0');
  thread_local Inflater inflater;
  if (inflater.InflateExactly(compressed, Room(&out)) != compressed.size()) {
    ThrowMismatch(object);
  }
  return out;
}

std::string ResolveDeltas(
    const PackedObject& object, const PackFile::FindObject& find,
    const std::function<std::string(const PackedObject&)>& inflate,
    const std::function<ContentCache::Content(const Oid&)>& cached) {
  // From `object` to what it is based on in the end.
  std::vector<PackedObject> chain;
  std::string content;
  for (PackedObject at = object;;) {
    if (at.delta_size == 0) {
      content = inflate(at);
      break;
    }
    chain.push_back(at);
    if (const ContentCache::Content known = cached(at.base)) {
      content = *known;
      break;
    }
    const auto base = find(at.base);
    if (!base || chain.size() > DeltaBases::kMaxDepth) ThrowMismatch(object);
    at = *base;
  }
  for (; !chain.empty(); chain.pop_back()) {
    const PackedObject& at = chain.back();
    const std::string delta = inflate(at);
    const auto header = ParseDeltaHeader(AsBytes(delta));
    if (!header || header->base_size != content.size() ||
        header->result_size != at.size) {
      ThrowMismatch(at);
    }
    std::string result(static_cast<size_t>(at.size), '\0');
    if (!ApplyDelta(AsBytes(content), AsBytes(delta).subspan(header->length),
                    Room(&result))) {
      ThrowMismatch(at);
    }
    content = std::move(result);
  }
  return content;
}

PackChecker::PackChecker(const MappedFile& pack,
                         const std::vector<PackedObject>& objects)
    : pack_(pack) {
  for (const PackedObject& object : objects) {
    if (object.delta_size > 0) bases_.emplace(object.base, nullptr);
  }
  if (bases_.empty()) return;
  for (const PackedObject& object : objects) {
    const auto base = bases_.find(object.oid);
    if (base != bases_.end()) base->second = &object;
  }
}

ByteSpan PackChecker::EntryOf(const PackedObject& object) const {
  return pack_.bytes().subspan(static_cast<size_t>(object.offset),
                               static_cast<size_t>(object.entry_size));
}

uint32_t PackChecker::Check(const PackedObject& object, Scratch* scratch) {
  if (object.delta_size > 0) {
    CheckDelta(object, scratch);
  } else {
    CheckWhole(object, scratch);
  }
  const ByteSpan entry = EntryOf(object);
  return crc32_gzip_refl(
      0, reinterpret_cast<const unsigned char*>(entry.data()), entry.size());
}

void PackChecker::CheckWhole(const PackedObject& object, Scratch* scratch) {
  const ByteSpan compressed = Compressed(object, EntryOf(object));
  BeginObject(object, &scratch->sha);
  size_t taken;
  if (object.size <= kLargeContent) {
    scratch->buffer.resize(static_cast<size_t>(object.size));
    taken = scratch->inflater.InflateExactly(compressed, scratch->buffer);
    scratch->sha.Update(scratch->buffer);
  } else {
    taken = scratch->inflater.InflateStream(
        compressed, object.size,
        [&](ByteSpan piece) { scratch->sha.Update(piece); });
  }
  if (Oid{scratch->sha.Finish()} != object.oid || taken != compressed.size()) {
    ThrowMismatch(object);
  }
  if (object.size <= kLargeContent && bases_.contains(object.oid)) {
    contents_.Add(object.oid,
                  std::make_shared<const std::string>(AsText(scratch->buffer)));
  }
}

void PackChecker::CheckDelta(const PackedObject& object, Scratch* scratch) {
  std::string content = ResolveDeltas(
      object,
      [this](const Oid& oid) -> std::optional<PackedObject> {
        const auto base = bases_.find(oid);
        if (base == bases_.end() || base->second == nullptr) {
          return std::nullopt;
        }
        return *base->second;
      },
      [this](const PackedObject& at) { return InflateEntry(at, EntryOf(at)); },
      [this](const Oid& oid) { return contents_.Find(oid); });
  BeginObject(object, &scratch->sha);
  scratch->sha.Update(AsBytes(content));
  if (Oid{scratch->sha.Finish()} != object.oid) ThrowMismatch(object);
  if (bases_.contains(object.oid)) {
    contents_.Add(object.oid,
                  std::make_shared<const std::string>(std::move(content)));
  }
}

}  // namespace backgraft::git
