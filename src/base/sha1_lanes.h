// SHA-1 (FIPS 180-4) of many messages side by side: each has a lane of the
// processor's wide registers, and a block of all of them is worked on at a
// time. One message after the other is Sha1's business.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/io.h"
#include "base/sha.h"

namespace backgraft {

// Not thread-safe (one for each thread).
class Sha1Lanes {
 public:
  static constexpr size_t kLanes = 16;
  // Of what comes before a message's body, at the most.
  static constexpr size_t kHeadBytes = 64;

  // Whether this processor is faster this way (three times, where it has
  // AVX-512). What is computed is the same everywhere.
  static bool Pays();

  // Not wide is what other processors do: slow.
  explicit Sha1Lanes(bool is_wide = Pays()) : is_wide_(is_wide) {}

  bool full() const { return busy_ == (uint32_t{1} << kLanes) - 1; }
  bool empty() const { return busy_ == 0; }

  // Begins the message `head`, at most kHeadBytes, followed by `body`, which
  // must stay until its lane is done. Returns the lane: one must be free.
  size_t Begin(std::string_view head, ByteSpan body);

  // Goes on, where there is a message, until one is done at least. Returns the
  // lanes that are, a bit for each. They are free then.
  uint32_t Run();

  // Of a lane that Run() returned, until the next Begin() or Run().
  Sha1::Digest digest(size_t lane) const;

  // Five words of state, by lane.
  using State = std::array<std::array<uint32_t, kLanes>, 5>;
  using Blocks = std::array<const std::byte*, kLanes>;

 private:
  static constexpr size_t kBlock = 64;
  struct Lane {
    const std::byte* at = nullptr;  // the next block
    size_t blocks = 0;              // there are
    ByteSpan rest{};                // of the body, behind them
    uint64_t bytes = 0;             // of the whole message
    bool is_padded = false;         // `rest` is in the blocks, too
    // The head and the body's begin, then what pads the body's end.
    std::array<std::byte, 2 * kBlock> edge;
  };

  // The next blocks of a lane that has used up its own; false at the end.
  static bool Advance(Lane* lane);
  // Puts the padding behind the first `used` bytes of the edge.
  static void Pad(Lane* lane, size_t used);

  const bool is_wide_;
  State state_{};
  std::array<Lane, kLanes> lanes_;
  uint32_t busy_ = 0;
};

}  // namespace backgraft
