#include <lzma.h>

#include "archive/decoder.h"
#include "archive/refusal.h"
#include "base/error.h"

namespace backgraft::archive {
namespace {

// What `xz -9` needs, and twice that.
constexpr uint64_t kMemoryLimit = uint64_t{130} << 20;

class XzDecoder : public Decoder {
 public:
  explicit XzDecoder(InputBuffer& input) : input_(input) {
    // Concatenated streams and stream padding belong to the format; a check we
    // cannot compute would be no check.
    const lzma_ret result =
        lzma_stream_decoder(&stream_, kMemoryLimit,
                            LZMA_CONCATENATED | LZMA_TELL_UNSUPPORTED_CHECK);
    if (result != LZMA_OK) {
      throw Error(ErrorKind::kIo, "no memory for xz decompression");
    }
  }
  ~XzDecoder() override { lzma_end(&stream_); }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;

  size_t Decode(std::span<std::byte> out) override {
    stream_.next_out = reinterpret_cast<uint8_t*>(out.data());
    stream_.avail_out = out.size();
    while (stream_.avail_out > 0 && !finished_) Step();
    return out.size() - stream_.avail_out;
  }

 private:
  void Step() {
    const ByteSpan in = input_.Available();
    stream_.next_in = reinterpret_cast<const uint8_t*>(in.data());
    stream_.avail_in = in.size();
    const lzma_ret result =
        lzma_code(&stream_, in.empty() ? LZMA_FINISH : LZMA_RUN);
    input_.Consume(in.size() - stream_.avail_in);
    switch (result) {
      case LZMA_OK:
        return;
      case LZMA_STREAM_END:
        finished_ = true;
        return;
      case LZMA_MEM_ERROR:
        throw Error(ErrorKind::kIo, "no memory for xz decompression");
      case LZMA_MEMLIMIT_ERROR:
        Refuse(input_.subject(), "the xz data needs more than " +
                                     std::to_string(kMemoryLimit >> 20) +
                                     " MiB of memory to decompress");
      case LZMA_BUF_ERROR:
        RefuseDamage(input_.subject(), "the xz data is cut off");
      case LZMA_UNSUPPORTED_CHECK:
        Refuse(input_.subject(), "the xz data uses an unknown checksum");
      default:
        RefuseDamage(input_.subject(), "the xz data is damaged");
    }
  }

  InputBuffer& input_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<Decoder> MakeXzDecoder(InputBuffer& input) {
  return std::make_unique<XzDecoder>(input);
}

}  // namespace backgraft::archive
