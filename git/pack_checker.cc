#include "git/pack_checker.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <unordered_set>

#include "base/error.h"
#include "base/parallel.h"
#include "base/sha.h"
#include "git/entry_checker.h"
#include "git/pack_entry.h"

namespace backgraft::git {
namespace {

// Bytes of the pack that a thread reads before it lets their pages go.
constexpr uint64_t kTouched = uint64_t{4} << 20;
// Objects that a thread takes at once.
constexpr size_t kRun = 16;

}  // namespace

PackChecker::PackChecker(const MappedFile& pack,
                         const std::vector<PackedObject>& objects)
    : pack_(pack), objects_(objects), crcs_(objects.size()) {
  const auto is_delta = [](const PackedObject& each) {
    return each.delta_size > 0;
  };
  if (std::none_of(objects.begin(), objects.end(), is_delta)) return;
  std::unordered_set<Oid, OidHash> there;
  for (const PackedObject& object : objects) there.insert(object.oid);
  for (const PackedObject& object : objects) {
    Require(!is_delta(object) || there.contains(object.base),
            "a delta of the pack has no base");
  }
}

std::vector<uint32_t> PackChecker::Check(unsigned threads,
                                         const std::function<void()>& beside) {
  std::atomic<bool> begun = false;
  std::atomic<size_t> checked = 0;
  RunParallel(threads, objects_.size(), kRun, [&](RangeQueue* queue) {
    if (!begun.exchange(true)) beside();
    Tools tools;
    while (const auto run = queue->Next()) {
      for (size_t i = run->first; i < run->second; ++i) {
        const PackedObject& object = objects_[i];
        const ByteSpan entry =
            pack_.bytes().subspan(static_cast<size_t>(object.offset),
                                  static_cast<size_t>(object.entry_size));
        crcs_[i] = EntryCrc(entry);
        if (!object.crc) {
          CheckObject(object, entry, &tools);
        } else if (*object.crc != crcs_[i]) {
          ThrowMismatch(object);
        }
        LetGo(entry.size(), &tools);
        ++checked;
      }
    }
  });
  Require(begun && checked == objects_.size(),
          "a pack was not checked to its end");
  return std::move(crcs_);
}

void PackChecker::CheckObject(const PackedObject& object, ByteSpan entry,
                              Tools* tools) {
  Require(object.delta_size == 0, "a delta of the pack was not compared");
  const ByteSpan compressed = CompressedPart(object, entry);
  Sha1 sha;
  sha.Update(AsBytes(ObjectHeader(object.type, object.size)));
  const size_t taken = tools->inflater.InflateStream(
      compressed, object.size, [&](ByteSpan piece) { sha.Update(piece); });
  if (Oid{sha.Finish()} != object.oid || taken != compressed.size()) {
    ThrowMismatch(object);
  }
}

void PackChecker::LetGo(size_t bytes, Tools* tools) {
  tools->touched += bytes;
  if (tools->touched < kTouched) return;
  // What is mapped counts as our memory. Others that still read there get it
  // back from the page cache.
  pack_.DontNeed(0, pack_.bytes().size());
  tools->touched = 0;
}

}  // namespace backgraft::git
