#include "git/pack_verifier.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <unordered_map>

#include "base/error.h"
#include "git/delta_resolver.h"
#include "git/pack_index.h"
#include "git/pack_outline.h"
#include "git/pack_scanner.h"
#include "git/pack_table.h"
#include "git/thin_pack.h"

namespace backgraft::git {
namespace {

// Contents kept between calls of Find(): neighbours share their bases.
constexpr size_t kCacheBytes = size_t{24} << 20;

size_t Prefix(const Oid& oid) {
  return static_cast<size_t>(oid.bytes[0]) << 8 | oid.bytes[1];
}

// The records by their ids, found by the first two bytes of these.
struct IdOrder {
  std::vector<uint32_t> records;
  std::vector<uint32_t> fanout;  // where each prefix begins, and the end
};

// Throws where an id is there twice.
IdOrder SortById(const PackTable& table, const PackOptions& options) {
  const std::vector<PackRecord>& all = table.records;
  IdOrder order;
  order.fanout.assign(size_t{1} << 16 | 1, 0);
  for (const PackRecord& record : all) ++order.fanout[Prefix(record.oid) + 1];
  for (size_t i = 1; i < order.fanout.size(); ++i) {
    order.fanout[i] += order.fanout[i - 1];
  }
  std::vector<uint32_t> next(order.fanout.begin(), order.fanout.end() - 1);
  order.records.resize(all.size());
  for (uint32_t i = 0; i < all.size(); ++i) {
    order.records[next[Prefix(all[i].oid)]++] = i;
  }
  for (size_t i = 0; i + 1 < order.fanout.size(); ++i) {
    std::sort(order.records.begin() + order.fanout[i],
              order.records.begin() + order.fanout[i + 1],
              [&](uint32_t a, uint32_t b) { return all[a].oid < all[b].oid; });
  }
  for (size_t i = 1; i < order.records.size(); ++i) {
    const Oid& oid = all[order.records[i]].oid;
    if (all[order.records[i - 1]].oid == oid) {
      ThrowBadPack(options, "object '" + oid.Hex() + "' is in it twice");
    }
  }
  return order;
}

// Adds the bases that only the repository has, and resolves what stands on
// them.
void ResolveThin(DeltaResolver* resolver, const PackOptions& options,
                 PackTable* table) {
  for (;;) {
    std::vector<uint32_t> roots;
    for (const Oid& oid : resolver->UnresolvedBases()) {
      std::optional<Object> object = options.bases->Find(oid);
      if (!object) continue;
      PackRecord record;
      record.oid = oid;
      record.size = object->content.size();
      record.kind = static_cast<EntryKind>(object->type);
      record.type = object->type;
      record.resolved = true;
      roots.push_back(static_cast<uint32_t>(table->records.size()));
      table->records.push_back(record);
    }
    if (roots.empty()) return;
    resolver->Resolve(roots);
  }
}

// An id delta's base may have been taken from the repository although an object
// of the pack turned out to be the same later: that one serves.
void DropRedundantBases(size_t pack_records, const PackOptions& options,
                        PackTable* table) {
  std::vector<PackRecord>& records = table->records;
  std::unordered_map<Oid, uint32_t, OidHash> added;
  for (size_t i = pack_records; i < records.size(); ++i) {
    added.emplace(records[i].oid, static_cast<uint32_t>(i));
  }
  // Where each added record goes: to its twin in the pack, or closer.
  std::vector<uint32_t> moved(records.size() - pack_records, kNoRecord);
  std::vector<uint32_t> twins;
  for (uint32_t i = 0; i < pack_records; ++i) {
    auto found = added.find(records[i].oid);
    if (found == added.end() || !records[i].resolved) continue;
    moved[found->second - pack_records] = i;
    twins.push_back(i);
  }
  if (twins.empty()) return;
  size_t next = pack_records;
  for (size_t i = pack_records; i < records.size(); ++i) {
    if (moved[i - pack_records] != kNoRecord) continue;
    moved[i - pack_records] = static_cast<uint32_t>(next);
    records[next++] = records[i];
  }
  records.resize(next);
  for (PackRecord& record : records) {
    if (record.base != kNoRecord && record.base >= pack_records) {
      record.base = moved[record.base - pack_records];
    }
  }
  // The twin itself may stand on what stood on the dropped one.
  for (uint32_t twin : twins) {
    size_t steps = 0;
    for (uint32_t i = twin; IsDelta(records[i].kind); i = records[i].base) {
      if (++steps > records.size()) {
        ThrowBadEntry(options, records[twin].offset, "a cycle of deltas");
      }
    }
  }
}

// What the first pass finds: by the hints as far as they are of use.
PackTable ReadEntries(const MappedFile& file, const PackOptions& options,
                      ExpansionGuard* guard, const PackObjectSink& sink) {
  if (options.hints && options.hints->index != nullptr) {
    std::optional<PackTable> outline;
    if (auto index =
            PackIndexView::Parse(options.hints->index, file.bytes().size())) {
      outline = OutlinePack(file, *index, options, guard);
    }
    // What the index names is the pack's trailer, too.
    if (outline && outline->checksum == options.hints->checksum) {
      return std::move(*outline);
    }
  }
  return ScanPack(file, options, guard, sink);
}

void RequireAllResolved(const PackTable& table, const PackOptions& options) {
  // Offset deltas on an unresolved id delta are a consequence: name the cause.
  for (const PackRecord& record : table.records) {
    if (record.resolved || record.kind != EntryKind::kRefDelta) continue;
    ThrowBadEntry(options, record.offset,
                  "a delta whose base '" + record.oid.Hex() + "' is missing");
  }
}

}  // namespace

struct VerifiedPack::Impl {
  explicit Impl(const PackOptions& o) : options(o) {}

  PackOptions options;
  MappedFile file;
  PackTable table;
  IdOrder order;

  std::mutex mutex;
  PackContents::Scratch scratch;
  std::deque<std::pair<uint32_t, std::shared_ptr<const Buffer>>> cache;
  size_t cached_bytes = 0;

  const PackRecord* FindRecord(const Oid& oid) const {
    const size_t prefix = Prefix(oid);
    auto end = order.records.begin() + order.fanout[prefix + 1];
    auto found = std::lower_bound(order.records.begin() + order.fanout[prefix],
                                  end, oid, [&](uint32_t record, const Oid& o) {
                                    return table.records[record].oid < o;
                                  });
    if (found == end || table.records[*found].oid != oid) return nullptr;
    return &table.records[*found];
  }

  std::shared_ptr<const Buffer> Read(uint32_t record) {
    std::lock_guard lock(mutex);
    PackContents contents(file, table, options);
    auto content = contents.Rebuild(record, &scratch, [&](uint32_t wanted) {
      for (const auto& [cached, buffer] : cache) {
        if (cached == wanted) return buffer;
      }
      return std::shared_ptr<const Buffer>();
    });
    cache.emplace_front(record, content);
    cached_bytes += content->size;
    while (cached_bytes > kCacheBytes || cache.size() > 64) {
      cached_bytes -= cache.back().second->size;
      cache.pop_back();
    }
    return content;
  }
};

VerifiedPack::VerifiedPack(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
VerifiedPack::VerifiedPack(VerifiedPack&&) noexcept = default;
VerifiedPack& VerifiedPack::operator=(VerifiedPack&&) noexcept = default;
VerifiedPack::~VerifiedPack() = default;

uint64_t VerifiedPack::object_count() const {
  return impl_->order.records.size();
}

const Sha1::Digest& VerifiedPack::checksum() const {
  return impl_->table.checksum;
}

std::string VerifiedPack::Index() const {
  const auto entry_at = [this](size_t i) {
    const PackRecord& record = impl_->table.records[impl_->order.records[i]];
    return PackIndexEntry{record.oid, record.crc, record.offset};
  };
  return WriteSortedIndex(object_count(), entry_at, checksum());
}

bool VerifiedPack::Exists(const Oid& oid) const {
  return impl_->FindRecord(oid) != nullptr;
}

std::optional<ObjectType> VerifiedPack::FindType(const Oid& oid) const {
  const PackRecord* record = impl_->FindRecord(oid);
  if (record == nullptr) return std::nullopt;
  return record->type;
}

std::optional<Object> VerifiedPack::Find(const Oid& oid) const {
  const PackRecord* record = impl_->FindRecord(oid);
  if (record == nullptr) return std::nullopt;
  std::shared_ptr<const Buffer> content =
      impl_->Read(static_cast<uint32_t>(record - impl_->table.records.data()));
  return Object{record->type, std::string(AsText(content->bytes()))};
}

VerifiedPack VerifyPack(const std::string& path, const PackOptions& options,
                        const PackObjectSink& sink) {
  auto impl = std::make_unique<VerifiedPack::Impl>(options);
  impl->file = MappedFile(path);
  ExpansionGuard guard(impl->options, impl->file.bytes().size());
  impl->table = ReadEntries(impl->file, impl->options, &guard, sink);
  impl->options.hints.reset();
  size_t pack_records = impl->table.records.size();
  {
    DeltaResolver resolver(impl->file, impl->options, &guard, sink,
                           &impl->table);
    resolver.Resolve(resolver.Roots());
    if (options.bases != nullptr) {
      ResolveThin(&resolver, impl->options, &impl->table);
    }
  }
  RequireAllResolved(impl->table, options);
  DropRedundantBases(pack_records, options, &impl->table);
  impl->order = SortById(impl->table, options);
  if (impl->table.records.size() > pack_records) {
    CompleteThinPack(path, pack_records, *options.bases, &impl->table);
    impl->file = MappedFile(path);
  }
  return VerifiedPack(std::move(impl));
}

}  // namespace backgraft::git
