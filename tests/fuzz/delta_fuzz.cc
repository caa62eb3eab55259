// A delta on a base: the input's first byte says how much of the rest is base.
#include <cstdlib>
#include <vector>

#include "git/delta.h"
#include "git/pack_entry.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace backgraft;
  ByteSpan input = std::as_bytes(std::span(data, size));
  if (input.empty()) return 0;
  git::ParseEntryHeader(input);
  size_t base_size = std::min(static_cast<size_t>(input[0]), size - 1);
  ByteSpan base = input.subspan(1, base_size);
  ByteSpan delta = input.subspan(1 + base_size);
  std::optional<git::DeltaHeader> header = git::ParseDeltaHeader(delta);
  if (!header || header->result_size > (1u << 20)) return 0;
  std::vector<std::byte> out(static_cast<size_t>(header->result_size));
  git::ApplyDelta(base, delta.subspan(header->length), out);
  return 0;
}
