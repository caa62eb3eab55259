// SHA-1 and SHA-256 through OpenSSL, which uses the processor's SHA
// instructions.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/io.h"

namespace backgraft {

namespace internal {
struct DigestContextDeleter {
  void operator()(void* context) const noexcept;
};
}  // namespace internal

// A running digest. After Finish() or FinishInto() it has been reset and starts
// anew.
class Sha1 {
 public:
  using Digest = std::array<uint8_t, 20>;
  Sha1();
  void Update(ByteSpan bytes);
  Digest Finish();

 private:
  std::unique_ptr<void, internal::DigestContextDeleter> context_;
};

class Sha256 {
 public:
  using Digest = std::array<uint8_t, 32>;
  Sha256();
  void Update(ByteSpan bytes);
  Digest Finish();

 private:
  std::unique_ptr<void, internal::DigestContextDeleter> context_;
};

// Lower-case hexadecimal.
std::string Hex(std::span<const uint8_t> bytes);

}  // namespace backgraft
