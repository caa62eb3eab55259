// A loose object file: as it is, and compressed first, so that what is behind
// zlib's checksum is reached too.
#include <cstdlib>

#include "base/error.h"
#include "git/deflate.h"
#include "git/loose_object.h"

namespace {

void Read(backgraft::ByteSpan file) {
  using namespace backgraft;
  constexpr uint64_t kLimit = uint64_t{1} << 20;
  std::string whole;
  try {
    whole = git::ReadLooseObject(file, "fuzz", kLimit).content;
  } catch (const Error&) {
    return;
  }
  std::string pieces;
  git::StreamLooseObject(file, "fuzz",
                         [&](ByteSpan piece) { pieces += AsText(piece); });
  if (pieces != whole) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  backgraft::ByteSpan input = std::as_bytes(std::span(data, size));
  Read(input);
  std::vector<std::byte> compressed;
  backgraft::git::Deflater().Append(input, &compressed);
  Read(compressed);
  return 0;
}
