// Decompression, one class for each format behind one interface.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "archive/input_buffer.h"

namespace backgraft::archive {

enum class Compression { kNone, kGzip, kBzip2, kXz, kZstd };

class Decoder {
 public:
  virtual ~Decoder() = default;

  // Writes decompressed bytes to `out` until it is full or the data ends;
  // returns how many, 0 only at the proper end. Every member, stream or frame
  // is read to its end and its checksums are compared; damage, truncation and
  // bytes that do not belong to the data are Error(kBadSource), after which
  // this may only be destroyed. `out` must not be empty.
  virtual size_t Decode(std::span<std::byte> out) = 0;
};

// Reads `input` to its end. `input` must outlive the decoder.
std::unique_ptr<Decoder> MakeDecoder(Compression compression,
                                     InputBuffer& input);

// Raw deflate (RFC 1951) as zip holds it: exactly one stream, no checksum.
std::unique_ptr<Decoder> MakeDeflateDecoder(InputBuffer& input);

// Each is in the file of its name.
std::unique_ptr<Decoder> MakeGzipDecoder(InputBuffer& input);
std::unique_ptr<Decoder> MakeBzip2Decoder(InputBuffer& input);
std::unique_ptr<Decoder> MakeXzDecoder(InputBuffer& input);
std::unique_ptr<Decoder> MakeZstdDecoder(InputBuffer& input);

}  // namespace backgraft::archive
