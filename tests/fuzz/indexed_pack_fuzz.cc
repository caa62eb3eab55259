// A pack and its .idx. With an odd first byte: two bytes for the length of the
// index, index and pack, whose checksums are put right. With an even one: a
// list of entries (kind, base, length, content), packed and indexed; the ids of
// deltas in it are lies.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "../git/pack_forge.h"
#include "base/error.h"
#include "git/indexed_pack.h"
#include "git/pack_index.h"

namespace {

using namespace backgraft;
using namespace backgraft::git;
using testing::PackForge;

struct Input {
  std::string pack;
  std::string index;
  std::vector<Oid> ids;
};

std::string Sealed(std::string bytes) {
  Sha1 sha;
  sha.Update(AsBytes(bytes));
  Sha1::Digest digest = sha.Finish();
  bytes.append(reinterpret_cast<const char*>(digest.data()), 20);
  return bytes;
}

Input Forge(std::string_view input) {
  Input result;
  PackForge forge;
  std::vector<PackIndexEntry> entries;
  while (input.size() >= 3) {
    auto kind = static_cast<unsigned char>(input[0]);
    auto base = static_cast<unsigned char>(input[1]);
    size_t length = static_cast<unsigned char>(input[2]);
    std::string content(input.substr(3, length));
    input.remove_prefix(std::min(input.size(), 3 + length));
    auto type = static_cast<ObjectType>(kind % 4 + 1);
    Oid id = HashObject(type, content);
    uint64_t offset;
    if (kind % 6 == 4 && !entries.empty()) {
      offset =
          forge.AddOfsDelta(entries[base % entries.size()].offset, content);
    } else if (kind % 6 == 5) {
      // Its own id too: a circle.
      offset = forge.AddRefDelta(base < entries.size() ? entries[base].oid : id,
                                 content);
    } else {
      offset = forge.Add(type, content);
    }
    if (std::ranges::find(result.ids, id) != result.ids.end()) continue;
    result.ids.push_back(id);
    entries.push_back({id, 0, offset});
  }
  result.pack = forge.FinishWithCount(static_cast<uint32_t>(entries.size()));
  Sha1::Digest checksum;
  std::memcpy(checksum.data(), result.pack.data() + result.pack.size() - 20,
              20);
  result.index = WriteIndex(std::move(entries), checksum);
  return result;
}

Input Complete(std::string_view input) {
  if (input.size() < 2) return {};
  const size_t length = static_cast<unsigned char>(input[0]) * size_t{256} +
                        static_cast<unsigned char>(input[1]);
  input.remove_prefix(2);
  Input result;
  std::string index(input.substr(0, length));
  input.remove_prefix(std::min(input.size(), length));
  result.pack = Sealed(std::string(input));
  result.index = Sealed(index + result.pack.substr(result.pack.size() - 20));
  for (size_t at = 1032; at + 20 <= index.size() && at < 2000; at += 20) {
    std::memcpy(result.ids.emplace_back().bytes.data(), index.data() + at, 20);
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Input input = data[0] % 2 == 0 ? Forge(bytes) : Complete(bytes);
  UniqueFd fd(memfd_create("pack", MFD_CLOEXEC));
  if (!fd) abort();
  WriteAll(fd.get(), AsBytes(input.pack), "pack");
  PackOptions options;
  options.limits.memory_object_bytes = 1 << 20;
  auto pack = IndexedPack::Open(
      "/proc/self/fd/" + std::to_string(fd.get()),
      std::make_shared<const std::string>(input.index), options);
  if (pack == nullptr) return 0;
  for (const Oid& id : input.ids) {
    try {
      std::optional<Object> object = pack->Find(id);
      if (object && HashObject(object->type, object->content) != id) abort();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kBadSource) abort();
    }
  }
  return 0;
}
