#include "archive/decoder.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace backgraft::archive {
namespace {

// Passes the bytes on as they are.
class StoredDecoder : public Decoder {
 public:
  explicit StoredDecoder(InputBuffer& input) : input_(input) {}

  size_t Decode(std::span<std::byte> out) override {
    size_t done = 0;
    while (done < out.size()) {
      const ByteSpan in = input_.Available();
      if (in.empty()) break;
      const size_t size = std::min(in.size(), out.size() - done);
      std::memcpy(out.data() + done, in.data(), size);
      input_.Consume(size);
      done += size;
    }
    return done;
  }

 private:
  InputBuffer& input_;
};

}  // namespace

std::unique_ptr<Decoder> MakeDecoder(Compression compression,
                                     InputBuffer& input) {
  switch (compression) {
    case Compression::kNone:
      return std::make_unique<StoredDecoder>(input);
    case Compression::kGzip:
      return MakeGzipDecoder(input);
    case Compression::kBzip2:
      return MakeBzip2Decoder(input);
    case Compression::kXz:
      return MakeXzDecoder(input);
    case Compression::kZstd:
      return MakeZstdDecoder(input);
  }
  throw Error(ErrorKind::kBug, "no such compression");
}

}  // namespace backgraft::archive
