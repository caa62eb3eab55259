// What objects of a pack that is being written may build on.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/io.h"
#include "git/content_cache.h"
#include "git/delta_encoder.h"
#include "git/oid.h"

namespace backgraft::git {

// Thread-safe.
class DeltaBases {
 public:
  // Objects on the way from one to the content it builds on, at the most: what
  // reading it costs.
  static constexpr unsigned kMaxDepth = 32;

  // The content of an object of the same pack; null where it is not to be had
  // cheaply.
  using Read = std::function<ContentCache::Content(const Oid&)>;

  struct Delta {
    std::vector<std::byte> bytes;
    ContentCache::Content base;  // what it builds on
  };
  // A delta that is worth while against `base`, if there is one. `read` is
  // asked for its content where it was not kept here.
  std::optional<Delta> Encode(DeltaEncoder& encoder, const Oid& base,
                              ByteSpan content, const Read& read);

  // An object that was written as a delta against `base`.
  void Note(const Oid& oid, const Oid& base);
  // Keeps the content of an object for a while: others may build on it soon.
  void Keep(const Oid& oid, std::string_view content);
  void Clear();

 private:
  unsigned DepthOf(const Oid& oid) const;

  ContentCache contents_{size_t{24} << 20};
  mutable std::mutex mutex_;
  std::unordered_map<Oid, unsigned, OidHash> depths_;  // of deltas
};

}  // namespace backgraft::git
