// gzip (RFC 1952) and raw deflate through ISA-L, which is twice as fast as zlib
// on backups and computes the CRC on the way.
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <limits>

#include "archive/decoder.h"
#include "archive/refusal.h"

namespace backgraft::archive {
namespace {

// One deflate stream at a time.
class Inflater {
 public:
  explicit Inflater(InputBuffer& input)
      : input_(input),
        state_(std::make_unique_for_overwrite<inflate_state>()) {}

  // `crc_flag` is one of ISA-L's: ISAL_DEFLATE, or ISAL_GZIP_NO_HDR_VER, which
  // reads and compares the CRC and length that follow the stream.
  void Begin(uint32_t crc_flag) {
    isal_inflate_init(state_.get());
    state_->crc_flag = crc_flag;
    surplus_ = false;
  }

  bool finished() const { return state_->block_state == ISAL_BLOCK_FINISH; }
  // Whole bytes that ISA-L took in and did not need: only raw streams have any.
  bool has_surplus() const { return surplus_ || state_->read_in_length >= 8; }

  // Some bytes of the stream, maybe none when it finishes.
  size_t Inflate(std::span<std::byte> out, const char* format) {
    constexpr size_t kMost = std::numeric_limits<int32_t>::max();
    const ByteSpan in = input_.Available();
    const auto avail_in = static_cast<uint32_t>(std::min(in.size(), kMost));
    const auto avail_out = static_cast<uint32_t>(std::min(out.size(), kMost));
    // ISA-L does not write to its input; its header only lacks the const.
    state_->next_in =
        const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(in.data()));
    state_->avail_in = avail_in;
    state_->next_out = reinterpret_cast<uint8_t*>(out.data());
    state_->avail_out = avail_out;
    const int result = isal_inflate(state_.get());
    const size_t made = avail_out - state_->avail_out;
    if (result == ISAL_INCORRECT_CHECKSUM) {
      RefuseDamage(input_.subject(),
                   std::string("the ") + format +
                       " data is damaged: wrong checksum or length");
    }
    if (result != ISAL_DECOMP_OK) {
      RefuseDamage(input_.subject(),
                   std::string("the ") + format + " data is damaged");
    }
    // ISA-L may give back bytes that it took in an earlier call.
    if (state_->avail_in > avail_in) {
      surplus_ = true;
    } else {
      input_.Consume(avail_in - state_->avail_in);
    }
    if (!finished() && avail_in == 0 && made == 0) {
      RefuseDamage(input_.subject(),
                   std::string("the ") + format + " data is cut off");
    }
    return made;
  }

 private:
  InputBuffer& input_;
  std::unique_ptr<inflate_state> state_;
  bool surplus_ = false;
};

class GzipDecoder : public Decoder {
 public:
  explicit GzipDecoder(InputBuffer& input) : input_(input), inflater_(input) {}

  size_t Decode(std::span<std::byte> out) override {
    size_t done = 0;
    while (done < out.size()) {
      if (!in_member_ && !BeginMember()) break;
      done += inflater_.Inflate(out.subspan(done), "gzip");
      in_member_ = !inflater_.finished();
    }
    return done;
  }

 private:
  static constexpr int kFlagHeaderCrc = 0x02;
  static constexpr int kFlagExtra = 0x04;
  static constexpr int kFlagName = 0x08;
  static constexpr int kFlagComment = 0x10;
  static constexpr int kFlagsReserved = 0xe0;

  uint8_t HeaderByte() {
    const int byte = input_.Get();
    if (byte < 0) {
      RefuseDamage(input_.subject(), "the gzip data is cut off in a header");
    }
    uint8_t value = static_cast<uint8_t>(byte);
    header_crc_ = crc32_gzip_refl(header_crc_, &value, 1);
    return value;
  }

  void SkipText() {
    while (HeaderByte() != 0) {
    }
  }

  // False at the proper end.
  bool BeginMember() {
    if (members_ > 0) {
      const ByteSpan rest = input_.Available();
      if (rest.empty()) return false;
      if (rest.front() == std::byte{0}) {
        SkipPadding();
        return false;
      }
    }
    header_crc_ = 0;
    if (HeaderByte() != 0x1f || HeaderByte() != 0x8b) {
      Refuse(input_.subject(),
             "bytes that do not belong to it follow the gzip data");
    }
    ReadHeader();
    inflater_.Begin(ISAL_GZIP_NO_HDR_VER);
    in_member_ = true;
    ++members_;
    return true;
  }

  void ReadHeader() {
    if (HeaderByte() != 8) {
      Refuse(input_.subject(),
             "the gzip data uses an unknown compression method");
    }
    const int flags = HeaderByte();
    if ((flags & kFlagsReserved) != 0) {
      Refuse(input_.subject(), "the gzip header has reserved flags set");
    }
    for (int i = 0; i < 6; ++i) HeaderByte();  // time, level, system
    if ((flags & kFlagExtra) != 0) {
      const int low = HeaderByte();
      const int size = low | HeaderByte() << 8;
      for (int i = 0; i < size; ++i) HeaderByte();
    }
    if ((flags & kFlagName) != 0) SkipText();
    if ((flags & kFlagComment) != 0) SkipText();
    if ((flags & kFlagHeaderCrc) != 0) {
      const uint32_t expected = header_crc_ & 0xffff;
      const uint32_t low = HeaderByte();
      const uint32_t stored = low | static_cast<uint32_t>(HeaderByte()) << 8;
      if (stored != expected) {
        RefuseDamage(input_.subject(), "the gzip header has a wrong checksum");
      }
    }
  }

  // Tapes and block devices pad with zeros; gzip(1) passes over them too.
  void SkipPadding() {
    for (ByteSpan rest = input_.Available(); !rest.empty();
         rest = input_.Available()) {
      const bool zeros = std::all_of(rest.begin(), rest.end(), [](std::byte b) {
        return b == std::byte{0};
      });
      if (!zeros) {
        Refuse(input_.subject(),
               "bytes that do not belong to it follow the gzip data");
      }
      input_.Consume(rest.size());
    }
  }

  InputBuffer& input_;
  Inflater inflater_;
  bool in_member_ = false;
  uint64_t members_ = 0;
  uint32_t header_crc_ = 0;
};

class DeflateDecoder : public Decoder {
 public:
  explicit DeflateDecoder(InputBuffer& input)
      : input_(input), inflater_(input) {
    inflater_.Begin(ISAL_DEFLATE);
  }

  size_t Decode(std::span<std::byte> out) override {
    size_t done = 0;
    while (done < out.size() && !inflater_.finished()) {
      done += inflater_.Inflate(out.subspan(done), "deflate");
    }
    if (inflater_.finished() && done < out.size() &&
        (inflater_.has_surplus() || !input_.Available().empty())) {
      Refuse(input_.subject(),
             "bytes that do not belong to it follow the deflate data");
    }
    return done;
  }

 private:
  InputBuffer& input_;
  Inflater inflater_;
};

}  // namespace

std::unique_ptr<Decoder> MakeGzipDecoder(InputBuffer& input) {
  return std::make_unique<GzipDecoder>(input);
}

std::unique_ptr<Decoder> MakeDeflateDecoder(InputBuffer& input) {
  return std::make_unique<DeflateDecoder>(input);
}

}  // namespace backgraft::archive
