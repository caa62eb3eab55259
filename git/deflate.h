// zlib streams as packs hold them (RFC 1950): made by ISA-L (level 1: its speed
// is what makes the pack writer fast), read by libdeflate.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/io.h"

namespace backgraft::git {

// Compresses; reusable, not thread-safe (one for each thread).
class Deflater {
 public:
  Deflater();
  ~Deflater();
  Deflater(Deflater&&) noexcept;
  Deflater& operator=(Deflater&&) noexcept;

  // Appends the zlib stream of `content` (under 2 GiB) to `out`. What hardly
  // shrinks (images, archives) is stored: deflating it would cost as much as
  // text does, now and at every reading.
  void Append(ByteSpan content, std::vector<std::byte>* out);

  // The same for content that comes in pieces: `next` returns them, at last an
  // empty one; `write` gets the compressed bytes, borrowed.
  void Stream(const std::function<ByteSpan()>& next,
              const std::function<void(ByteSpan)>& write);

 private:
  // Deflates into `room` bytes at `out`; returns the bytes it took.
  size_t Deflate(ByteSpan content, std::byte* out, size_t room);
  bool HardlyShrinks(ByteSpan content);

  struct State;
  std::unique_ptr<State> state_;
};

// Decompresses; reusable, not thread-safe.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;

  // Inflates the zlib stream at the start of `compressed` into all of `out`.
  // Returns the bytes of `compressed` it took, or 0 where it is damaged or its
  // content has another size.
  size_t InflateExactly(ByteSpan compressed, std::span<std::byte> out);

  // The same for content that is too large to hold: `write` gets it in pieces.
  // Returns 0 where the stream is damaged, does not end within `compressed`, or
  // has not exactly `size` bytes.
  size_t InflateStream(ByteSpan compressed, uint64_t size,
                       const std::function<void(ByteSpan)>& write);

  // Inflates the start of the stream into `out`; returns how many bytes came, 0
  // where it is damaged. The rest is not looked at.
  size_t InflatePrefix(ByteSpan compressed, std::span<std::byte> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace backgraft::git
