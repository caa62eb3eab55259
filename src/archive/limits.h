// What a source may ask of us before it is refused.
#pragma once

#include <cstdint>

namespace backgraft::archive {

struct Limits {
  uint64_t total_bytes = UINT64_MAX;  // of all contents together
  uint64_t file_bytes = UINT64_MAX;   // of one file
  uint64_t entries = 5'000'000;
  // Decompressed : compressed, looked at once `ratio_after` bytes came out.
  uint64_t ratio = 1000;
  uint64_t ratio_after = uint64_t{100} << 20;
  uint32_t depth = 256;            // components of one path
  uint32_t path_bytes = 4095;      // one path
  uint32_t component_bytes = 255;  // one component
};

}  // namespace backgraft::archive
