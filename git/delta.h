// Deltas as packs hold them (gitformat-pack, "Deltified representation").
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/io.h"

namespace backgraft::git {

struct DeltaHeader {
  uint64_t base_size;
  uint64_t result_size;
  size_t length;  // bytes of the header itself
};

// Nothing where the sizes are cut off or do not fit 64 bits.
std::optional<DeltaHeader> ParseDeltaHeader(ByteSpan delta);

// Carries out `instructions` (the delta behind its header) on `base`. False
// where they are damaged, reach outside of `base`, or do not fill `out`
// exactly; `out` holds rubbish then. Accepts what git's patch_delta() accepts.
bool ApplyDelta(ByteSpan base, ByteSpan instructions, std::span<std::byte> out);

// Whether `instructions`, carried out on `base`, give exactly `content`.
bool DeltaMakes(ByteSpan base, ByteSpan instructions, ByteSpan content);

}  // namespace backgraft::git
