#include "git/delta_bases.h"

namespace backgraft::git {
namespace {

// Below, the name of the base takes what a delta saves; above, the content
// would have to be held several times.
constexpr size_t kSmallest = 64;
constexpr size_t kLargest = size_t{4} << 20;

}  // namespace

std::optional<DeltaBases::Delta> DeltaBases::Encode(DeltaEncoder& encoder,
                                                    const Oid& base,
                                                    ByteSpan content,
                                                    const Read& read) {
  if (content.size() < kSmallest || content.size() > kLargest ||
      DepthOf(base) >= kMaxDepth) {
    return std::nullopt;
  }
  ContentCache::Content from = contents_.Find(base);
  if (!from) from = read(base);
  if (!from || from->size() > kLargest) return std::nullopt;
  auto bytes = encoder.Encode(AsBytes(*from), content, content.size() / 2 - 20);
  if (!bytes) return std::nullopt;
  return Delta{std::move(*bytes), std::move(from)};
}

void DeltaBases::Note(const Oid& oid, const Oid& base) {
  const unsigned depth = DepthOf(base) + 1;
  std::lock_guard lock(mutex_);
  depths_.emplace(oid, depth);
}

void DeltaBases::Keep(const Oid& oid, std::string_view content) {
  if (content.size() < kSmallest || content.size() > kLargest) return;
  contents_.Add(oid, std::make_shared<const std::string>(content));
}

void DeltaBases::Clear() {
  contents_.Clear();
  std::lock_guard lock(mutex_);
  depths_.clear();
}

unsigned DeltaBases::DepthOf(const Oid& oid) const {
  std::lock_guard lock(mutex_);
  const auto found = depths_.find(oid);
  return found == depths_.end() ? 0 : found->second;
}

}  // namespace backgraft::git
