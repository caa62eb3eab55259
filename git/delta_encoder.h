// Makes deltas as packs hold them: the reverse of ApplyDelta().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/io.h"
#include "base/scratch.h"

namespace backgraft::git {

// Reusable, not thread-safe (one for each thread).
class DeltaEncoder {
 public:
  // The delta, header included, that turns `base` into `target`; nothing where
  // it would take more than `limit` bytes, and where one of them is too short
  // to be worth it. Both under 4 GiB.
  std::optional<std::vector<std::byte>> Encode(ByteSpan base, ByteSpan target,
                                               size_t limit);

 private:
  void IndexBase(ByteSpan base);

  // Places in the base by the hash of the block that begins there.
  std::vector<uint32_t> places_;
  size_t mask_ = 0;
  Scratch room_;  // of the delta
};

}  // namespace backgraft::git
