// A pack. With an even first byte the rest is the pack without its checksum,
// which is put right; with an odd one it is a list of entries (kind, base,
// length, content) to be packed, so that what is behind zlib's checksums is
// reached too.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <mutex>

#include "../git/pack_forge.h"
#include "base/error.h"
#include "git/pack_verifier.h"

namespace {

using backgraft::testing::PackForge;
using namespace backgraft;
using namespace backgraft::git;

// Some objects that thin packs may stand on.
class Bases : public ObjectReader {
 public:
  Bases() {
    for (std::string content : {"", "base", "another base\n"}) {
      objects_[HashObject(ObjectType::kBlob, content)] = content;
    }
  }
  bool Exists(const Oid& oid) const override { return objects_.contains(oid); }
  std::optional<Object> Find(const Oid& oid) const override {
    auto found = objects_.find(oid);
    if (found == objects_.end()) return std::nullopt;
    return Object{ObjectType::kBlob, found->second};
  }

 private:
  std::map<Oid, std::string> objects_;
};

std::string Forge(std::string_view input) {
  PackForge forge;
  std::vector<uint64_t> offsets;
  std::vector<Oid> ids = {HashObject(ObjectType::kBlob, "base")};
  while (input.size() >= 3) {
    auto kind = static_cast<unsigned char>(input[0]);
    auto base = static_cast<unsigned char>(input[1]);
    size_t length = static_cast<unsigned char>(input[2]);
    std::string content(input.substr(3, length));
    input.remove_prefix(std::min(input.size(), 3 + length));
    if (kind % 6 == 4 && !offsets.empty()) {
      offsets.push_back(
          forge.AddOfsDelta(offsets[base % offsets.size()], content));
    } else if (kind % 6 == 5) {
      offsets.push_back(forge.AddRefDelta(ids[base % ids.size()], content));
    } else {
      auto type = static_cast<ObjectType>(kind % 4 + 1);
      offsets.push_back(forge.Add(type, content));
      ids.push_back(HashObject(type, content));
    }
  }
  return forge.Finish();
}

std::string Complete(std::string_view input) {
  std::string pack(input);
  Sha1 sha;
  sha.Update(AsBytes(pack));
  Sha1::Digest digest = sha.Finish();
  pack.append(reinterpret_cast<const char*>(digest.data()), 20);
  return pack;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string pack = data[0] % 2 == 0 ? Complete(input) : Forge(input);
  UniqueFd fd(memfd_create("pack", MFD_CLOEXEC));
  if (!fd) abort();
  WriteAll(fd.get(), AsBytes(pack), "pack");
  std::string path = "/proc/self/fd/" + std::to_string(fd.get());
  static const Bases bases;
  PackOptions options;
  options.threads = 1 + (data[0] >> 1 & 1);
  options.limits.memory_object_bytes = 1 << 20;
  options.limits.object_bytes = 1 << 24;
  if ((data[0] & 4) != 0) options.bases = &bases;
  std::mutex mutex;
  std::map<Oid, std::string> seen;
  try {
    VerifiedPack verified =
        VerifyPack(path, options, [&](const PackedObjectView& object) {
          std::lock_guard lock(mutex);
          if (object.content) seen.emplace(object.oid, *object.content);
        });
    for (const auto& [oid, content] : seen) {
      if (verified.Find(oid)->content != content) abort();
    }
    verified.Index();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kBadSource) abort();
  }
  return 0;
}
