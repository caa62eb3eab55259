#include "git/hash_order.h"

#include <cstdint>
#include <utility>

namespace backgraft::git {
namespace {

uint32_t HashPath(std::string_view path) {
  uint32_t hash = 0x811c9dc5u;
  for (char c : path) {
    hash = (hash * 0x01000193u) ^ static_cast<unsigned char>(c);
  }
  return hash;
}

}  // namespace

std::vector<size_t> HashOrder(const std::vector<std::string_view>& keys) {
  // Each bucket with its newest entry last, walked from the back.
  std::vector<std::vector<size_t>> buckets(64);
  std::vector<uint32_t> hashes;
  hashes.reserve(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    hashes.push_back(HashPath(keys[i]));
    buckets[hashes[i] & (buckets.size() - 1)].push_back(i);
    if (i + 1 <= buckets.size() * 80 / 100) continue;
    std::vector<std::vector<size_t>> larger(buckets.size() * 4);
    for (const auto& bucket : buckets) {
      for (auto at = bucket.rbegin(); at != bucket.rend(); ++at) {
        larger[hashes[*at] & (larger.size() - 1)].push_back(*at);
      }
    }
    buckets = std::move(larger);
  }
  std::vector<size_t> order;
  order.reserve(keys.size());
  for (const auto& bucket : buckets) {
    order.insert(order.end(), bucket.rbegin(), bucket.rend());
  }
  return order;
}

}  // namespace backgraft::git
