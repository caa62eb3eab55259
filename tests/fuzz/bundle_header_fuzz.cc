// The header of a bundle, read in pieces (their size is the first byte) and at
// once: both must say the same.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/error.h"
#include "git/bundle_header.h"

namespace {

using namespace backgraft;
using namespace backgraft::git;

std::optional<BundleHeader> Read(ByteSpan input, size_t piece) {
  auto next = [&] {
    ByteSpan taken = input.first(std::min(piece, input.size()));
    input = input.subspan(taken.size());
    return taken;
  };
  try {
    return ReadBundleHeader(next, "fuzz", {.header_bytes = 4096});
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kBadSource) abort();
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ByteSpan input = std::as_bytes(std::span(data, size)).subspan(1);
  std::optional<BundleHeader> pieces = Read(input, 1 + size_t{data[0]});
  std::optional<BundleHeader> whole = Read(input, input.size());
  if (pieces.has_value() != whole.has_value()) abort();
  if (!whole) return 0;
  if (whole->size > input.size() || pieces->size != whole->size ||
      pieces->refs.refs != whole->refs.refs ||
      pieces->refs.Tip() != whole->refs.Tip() ||
      pieces->prerequisites.size() != whole->prerequisites.size()) {
    abort();
  }
  return 0;
}
