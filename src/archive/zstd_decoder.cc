#include <zstd.h>
#include <zstd_errors.h>

#include "archive/decoder.h"
#include "archive/refusal.h"
#include "base/error.h"

namespace backgraft::archive {
namespace {

// zstd(1)'s own default: 128 MiB of window.
constexpr int kWindowLogMax = 27;

struct ZstdDeleter {
  void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};
using ZstdContext = std::unique_ptr<ZSTD_DCtx, ZstdDeleter>;

// Frames one after the other, skippable ones among them.
class ZstdDecoder : public Decoder {
 public:
  explicit ZstdDecoder(InputBuffer& input)
      : input_(input), context_(ZSTD_createDCtx()) {
    if (!context_) {
      throw Error(ErrorKind::kIo, "no memory for zstd decompression");
    }
    Require(ZSTD_isError(ZSTD_DCtx_setParameter(
                context_.get(), ZSTD_d_windowLogMax, kWindowLogMax)) == 0,
            "zstd takes its window limit");
  }

  size_t Decode(std::span<std::byte> out) override {
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    while (to.pos < to.size) {
      const ByteSpan available = input_.Available();
      // Between frames, with everything flushed, is the only proper end.
      if (available.empty() && frame_done_) break;
      const size_t before = to.pos;
      ZSTD_inBuffer from{available.data(), available.size(), 0};
      const size_t result = ZSTD_decompressStream(context_.get(), &to, &from);
      input_.Consume(from.pos);
      if (ZSTD_isError(result) != 0) Fail(result);
      if (result == 0) ++frames_;
      frame_done_ = result == 0;
      if (available.empty() && !frame_done_ && to.pos == before) {
        RefuseDamage(input_.subject(), "the zstd data is cut off");
      }
    }
    return to.pos;
  }

 private:
  [[noreturn]] void Fail(size_t result) {
    switch (ZSTD_getErrorCode(result)) {
      case ZSTD_error_memory_allocation:
        throw Error(ErrorKind::kIo, "no memory for zstd decompression");
      case ZSTD_error_prefix_unknown:
        RefuseDamage(input_.subject(),
                     frames_ > 0
                         ? "bytes that do not belong to it follow the zstd data"
                         : "the zstd data is damaged");
      case ZSTD_error_frameParameter_windowTooLarge:
        Refuse(input_.subject(),
               "the zstd data needs a window of more than 128 MiB");
      case ZSTD_error_checksum_wrong:
        RefuseDamage(input_.subject(),
                     "the zstd data is damaged: wrong checksum");
      default:
        RefuseDamage(input_.subject(), "the zstd data is damaged");
    }
  }

  InputBuffer& input_;
  ZstdContext context_;
  bool frame_done_ = false;
  uint64_t frames_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> MakeZstdDecoder(InputBuffer& input) {
  return std::make_unique<ZstdDecoder>(input);
}

}  // namespace backgraft::archive
