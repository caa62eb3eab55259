#include <bzlib.h>

#include <algorithm>
#include <limits>

#include "archive/decoder.h"
#include "archive/refusal.h"
#include "base/error.h"

namespace backgraft::archive {
namespace {

// Streams one after the other, as bzip2(1) and pbzip2 write them.
class Bzip2Decoder : public Decoder {
 public:
  explicit Bzip2Decoder(InputBuffer& input) : input_(input) {}
  ~Bzip2Decoder() override { End(); }
  Bzip2Decoder(const Bzip2Decoder&) = delete;
  Bzip2Decoder& operator=(const Bzip2Decoder&) = delete;

  size_t Decode(std::span<std::byte> out) override {
    size_t done = 0;
    while (done < out.size()) {
      if (!in_stream_) {
        if (streams_ > 0 && input_.Available().empty()) break;
        Begin();
      }
      done += Step(out.subspan(done));
    }
    return done;
  }

 private:
  void Begin() {
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) {
      throw Error(ErrorKind::kIo, "no memory for bzip2 decompression");
    }
    in_stream_ = true;
    ++streams_;
  }

  void End() noexcept {
    if (in_stream_) BZ2_bzDecompressEnd(&stream_);
    in_stream_ = false;
  }

  size_t Step(std::span<std::byte> out) {
    constexpr size_t kMost = std::numeric_limits<int32_t>::max();
    const ByteSpan in = input_.Available();
    const auto avail_in = static_cast<unsigned>(std::min(in.size(), kMost));
    const auto avail_out = static_cast<unsigned>(std::min(out.size(), kMost));
    // libbz2 does not write to its input; its header only lacks the const.
    stream_.next_in =
        const_cast<char*>(reinterpret_cast<const char*>(in.data()));
    stream_.avail_in = avail_in;
    stream_.next_out = reinterpret_cast<char*>(out.data());
    stream_.avail_out = avail_out;
    const int result = BZ2_bzDecompress(&stream_);
    input_.Consume(avail_in - stream_.avail_in);
    const size_t made = avail_out - stream_.avail_out;
    if (result == BZ_STREAM_END) {
      End();
      return made;
    }
    if (result == BZ_DATA_ERROR_MAGIC && streams_ > 1) {
      Refuse(input_.subject(),
             "bytes that do not belong to it follow the bzip2 data");
    }
    if (result == BZ_MEM_ERROR) {
      throw Error(ErrorKind::kIo, "no memory for bzip2 decompression");
    }
    if (result != BZ_OK) {
      RefuseDamage(input_.subject(), "the bzip2 data is damaged");
    }
    if (avail_in == 0 && made == 0) {
      RefuseDamage(input_.subject(), "the bzip2 data is cut off");
    }
    return made;
  }

  InputBuffer& input_;
  bz_stream stream_{};
  bool in_stream_ = false;
  uint64_t streams_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> MakeBzip2Decoder(InputBuffer& input) {
  return std::make_unique<Bzip2Decoder>(input);
}

}  // namespace backgraft::archive
