#include "git/indexed_pack.h"

#include <algorithm>
#include <atomic>
#include <list>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "git/pack_contents.h"
#include "git/pack_entry.h"
#include "git/pack_index_view.h"
#include "git/pack_table.h"

namespace backgraft::git {
namespace {

// Contents kept between calls: neighbours share their bases.
constexpr size_t kCacheBytes = size_t{16} << 20;
// Bytes read before the pages are given back: what is mapped counts as our
// memory.
constexpr size_t kReleaseEvery = size_t{24} << 20;
// Linux maps the pages around one that is asked for, too.
constexpr size_t kFaultAround = size_t{64} << 10;
// deflate makes at most this many bytes of one.
constexpr uint64_t kMaxInflation = 1032;

struct Content {
  ObjectType type;
  Buffer bytes;
};
using ContentPointer = std::shared_ptr<const Content>;

// The contents used last, by offset. Thread-safe.
class ContentCache {
 public:
  explicit ContentCache(size_t most_bytes) : most_bytes_(most_bytes) {}

  ContentPointer Find(uint64_t offset) {
    std::lock_guard lock(mutex_);
    auto found = places_.find(offset);
    if (found == places_.end()) return nullptr;
    items_.splice(items_.begin(), items_, found->second);
    return found->second->second;
  }

  void Add(uint64_t offset, ContentPointer content) {
    const size_t size = Cost(*content);
    if (size > most_bytes_ / 4) return;
    // Memory is asked for and given back while nobody waits.
    Items added;
    added.emplace_front(offset, std::move(content));
    Items dropped;
    std::lock_guard lock(mutex_);
    if (!places_.emplace(offset, added.begin()).second) return;
    items_.splice(items_.begin(), added);
    bytes_ += size;
    while (bytes_ > most_bytes_) {
      bytes_ -= Cost(*items_.back().second);
      places_.erase(items_.back().first);
      dropped.splice(dropped.begin(), items_, std::prev(items_.end()));
    }
  }

 private:
  // With the bookkeeping, as most contents are small.
  static size_t Cost(const Content& content) {
    return content.bytes.capacity + 200;
  }

  using Items = std::list<std::pair<uint64_t, ContentPointer>>;
  const size_t most_bytes_;
  std::mutex mutex_;
  Items items_;  // used last first
  std::unordered_map<uint64_t, Items::iterator> places_;
  size_t bytes_ = 0;
};

// One for each thread: an inflater is dear to make.
Inflater& ThreadInflater() {
  thread_local Inflater inflater;
  return inflater;
}

}  // namespace

struct IndexedPack::Impl {
  Impl(const PackOptions& o, MappedFile f, PackIndexView i, size_t sharers)
      : options(o),
        file(std::move(f)),
        index(std::move(i)),
        cache(kCacheBytes / sharers),
        release_every(kReleaseEvery / sharers) {
    entries = file.bytes().first(file.bytes().size() - kPackTrailerSize);
  }

  PackOptions options;
  MappedFile file;
  PackIndexView index;
  ByteSpan entries;  // the pack without its trailer
  ContentCache cache;
  const size_t release_every;
  std::atomic<size_t> bytes_read{0};
  std::atomic<uint64_t> last_block{UINT64_MAX};

  EntryHeader HeaderAt(uint64_t offset) const {
    if (offset < kPackHeaderSize || offset >= entries.size()) {
      ThrowBadEntry(options, offset, "no entry");
    }
    std::optional<EntryHeader> header =
        ParseEntryHeader(entries.subspan(static_cast<size_t>(offset)));
    if (!header) ThrowBadEntry(options, offset, "a malformed entry");
    return *header;
  }

  void Inflate(uint64_t offset, const EntryHeader& header, Buffer* out) {
    ByteSpan compressed =
        entries.subspan(static_cast<size_t>(offset) + header.length);
    const uint64_t limit = std::min(options.limits.memory_object_bytes,
                                    options.limits.object_bytes);
    if (header.size > limit) {
      ThrowBadEntry(options, offset,
                    "an object of " + std::to_string(header.size) +
                        " bytes, over the limit of " + std::to_string(limit));
    }
    size_t taken = 0;
    if (header.size / kMaxInflation <= compressed.size()) {
      out->Reset(static_cast<size_t>(header.size));
      taken = ThreadInflater().InflateExactly(compressed, out->room());
    }
    if (taken == 0) {
      ThrowBadEntry(options, offset, "an object that does not inflate");
    }
    const size_t touched =
        taken +
        (last_block.exchange(offset / kFaultAround) == offset / kFaultAround
             ? 0
             : kFaultAround);
    if (bytes_read.fetch_add(touched) + touched > release_every) {
      bytes_read = 0;
      file.DontNeed(0, file.bytes().size());
    }
  }

  // Follows the deltas at `offset` down to something that is not one, which it
  // returns; the offsets of the deltas, the first of them last, in `chain`.
  ContentPointer FindRoot(uint64_t offset, std::vector<uint64_t>* chain) {
    for (;;) {
      if (ContentPointer cached = cache.Find(offset)) return cached;
      const EntryHeader header = HeaderAt(offset);
      if (!IsDelta(header.kind)) {
        auto content = std::make_shared<Content>();
        content->type = static_cast<ObjectType>(header.kind);
        Inflate(offset, header, &content->bytes);
        cache.Add(offset, content);
        return content;
      }
      chain->push_back(offset);
      // Only id deltas can lead forward, and so into a circle.
      if (chain->size() > index.count()) {
        ThrowBadEntry(options, offset, "a cycle of deltas");
      }
      if (header.kind == EntryKind::kOfsDelta) {
        if (header.base_distance == 0 ||
            header.base_distance > offset - kPackHeaderSize) {
          ThrowBadEntry(options, offset, "a delta whose base is out of place");
        }
        offset -= header.base_distance;
      } else if (auto base = index.FindOffset(header.base)) {
        offset = *base;
      } else {
        return ReadBase(offset, header.base);
      }
    }
  }

  // A base that only the repository has.
  ContentPointer ReadBase(uint64_t offset, const Oid& oid) const {
    std::optional<Object> object;
    if (options.bases != nullptr) object = options.bases->Find(oid);
    if (!object) {
      ThrowBadEntry(options, offset,
                    "a delta whose base '" + oid.Hex() + "' is missing");
    }
    auto content = std::make_shared<Content>();
    content->type = object->type;
    content->bytes.Reset(object->content.size());
    std::ranges::copy(AsBytes(object->content), content->bytes.data.get());
    return content;
  }

  ContentPointer Read(uint64_t offset) {
    std::vector<uint64_t> chain;
    ContentPointer content = FindRoot(offset, &chain);
    // Of one object: what is read again later is no bomb.
    ExpansionGuard guard(options, file.bytes().size());
    Buffer delta;
    for (; !chain.empty(); chain.pop_back()) {
      const uint64_t at = chain.back();
      Inflate(at, HeaderAt(at), &delta);
      auto result = std::make_shared<Content>();
      result->type = content->type;
      ApplyPackDelta(options, at, delta.bytes(), content->bytes.bytes(),
                     &result->bytes);
      guard.Add(delta.size + result->bytes.size);
      cache.Add(at, result);
      content = std::move(result);
    }
    return content;
  }
};

IndexedPack::IndexedPack(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
IndexedPack::~IndexedPack() = default;

std::unique_ptr<IndexedPack> IndexedPack::Open(
    const std::string& pack_path, std::shared_ptr<const std::string> index,
    const PackOptions& options) {
  MappedFile file(pack_path);
  std::optional<PackIndexView> view =
      PackIndexView::Parse(std::move(index), file.bytes().size());
  if (!view || !view->IsOf(file.bytes())) return nullptr;
  return std::unique_ptr<IndexedPack>(new IndexedPack(
      std::make_unique<Impl>(options, std::move(file), std::move(*view), 1)));
}

std::unique_ptr<IndexedPack> IndexedPack::OpenOwn(const std::string& pack_path,
                                                  const std::string& index_path,
                                                  const PackOptions& options,
                                                  size_t sharers) {
  MappedFile file(pack_path);
  std::optional<PackIndexView> view =
      PackIndexView::Trust(MappedFile(index_path));
  if (!view || !view->IsOf(file.bytes())) return nullptr;
  return std::unique_ptr<IndexedPack>(new IndexedPack(std::make_unique<Impl>(
      options, std::move(file), std::move(*view), sharers)));
}

bool IndexedPack::Exists(const Oid& oid) const {
  return impl_->index.FindOffset(oid).has_value();
}

std::optional<Object> IndexedPack::Find(const Oid& oid) const {
  std::optional<uint64_t> offset = impl_->index.FindOffset(oid);
  if (!offset) return std::nullopt;
  ContentPointer content = impl_->Read(*offset);
  const std::string_view text = AsText(content->bytes.bytes());
  if (HashObject(content->type, text) != oid) {
    ThrowBadEntry(impl_->options, *offset,
                  "an object that is not '" + oid.Hex() + "'");
  }
  return Object{content->type, std::string(text)};
}

}  // namespace backgraft::git
