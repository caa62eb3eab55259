#include "git/deflate.h"

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>

#include <algorithm>
#include <limits>
#include <new>

#include "base/error.h"
#include "base/scratch.h"

namespace backgraft::git {
namespace {

// Less than this gets the fixed Huffman codes (RFC 1951, 3.2.6): making better
// ones takes several times as long as all the rest.
constexpr size_t kSmall = 1024;
constexpr size_t kPiece = size_t{256} << 10;
// Looked at to tell whether content shrinks.
constexpr size_t kSample = 4096;
// Bytes around deflated content at the most, beside 5 for each stored block.
constexpr size_t kFrame = 512;

// The zlib stream (RFC 1950) of `content` in stored blocks (RFC 1951, 3.2.4).
void AppendStored(ByteSpan content, std::vector<std::byte>* out) {
  constexpr size_t kLongestBlock = 65535;
  auto put = [out](std::initializer_list<unsigned> bytes) {
    for (unsigned byte : bytes) out->push_back(static_cast<std::byte>(byte));
  };
  out->reserve(out->size() + content.size() + content.size() / 4096 + kFrame);
  put({0x78, 0x01});
  ByteSpan rest = content;
  do {
    size_t n = std::min(rest.size(), kLongestBlock);
    auto length = static_cast<unsigned>(n);
    put({n == rest.size() ? 1u : 0u, length & 255u, length >> 8, ~length & 255u,
         (~length >> 8) & 255u});
    out->insert(out->end(), rest.begin(),
                rest.begin() + static_cast<std::ptrdiff_t>(n));
    rest = rest.subspan(n);
  } while (!rest.empty());
  unsigned sum = libdeflate_adler32(1, content.data(), content.size());
  put({sum >> 24, (sum >> 16) & 255u, (sum >> 8) & 255u, sum & 255u});
}

struct DecompressorDeleter {
  void operator()(libdeflate_decompressor* d) const noexcept {
    libdeflate_free_decompressor(d);
  }
};

}  // namespace

struct Deflater::State {
  isal_zstream stream;
  std::vector<uint8_t> level_buffer =
      std::vector<uint8_t>(ISAL_DEF_LVL1_DEFAULT);
  std::vector<std::byte> piece;
  Scratch buffer;
};

Deflater::Deflater() : state_(std::make_unique<State>()) {}
Deflater::~Deflater() = default;
Deflater::Deflater(Deflater&&) noexcept = default;
Deflater& Deflater::operator=(Deflater&&) noexcept = default;

size_t Deflater::Deflate(ByteSpan content, std::byte* out, size_t room) {
  isal_zstream& stream = state_->stream;
  isal_deflate_stateless_init(&stream);
  if (content.size() < kSmall) {
    // Only level 0 takes codes that are given.
    isal_deflate_set_hufftables(&stream, nullptr, IGZIP_HUFFTABLE_STATIC);
  } else {
    stream.level = 1;
    stream.level_buf = state_->level_buffer.data();
    stream.level_buf_size = static_cast<uint32_t>(state_->level_buffer.size());
  }
  stream.gzip_flag = IGZIP_ZLIB;
  stream.end_of_stream = 1;
  stream.flush = NO_FLUSH;
  // libigzip never writes into its input; its interface predates const.
  stream.next_in =
      reinterpret_cast<uint8_t*>(const_cast<std::byte*>(content.data()));
  stream.avail_in = static_cast<uint32_t>(content.size());
  stream.next_out = reinterpret_cast<uint8_t*>(out);
  stream.avail_out = static_cast<uint32_t>(room);
  int result = isal_deflate_stateless(&stream);
  Require(result == COMP_OK && stream.avail_in == 0, "deflate failed");
  return stream.total_out;
}

bool Deflater::HardlyShrinks(ByteSpan content) {
  if (content.size() < 4 * kSample) return false;
  // Two places: the beginning of many formats is a header that shrinks well.
  std::byte out[kSample + kFrame];
  for (size_t at : {content.size() / 2, content.size() - kSample}) {
    size_t took = Deflate(content.subspan(at, kSample), out, sizeof out);
    if (took < kSample - kSample / 16) return false;
  }
  return true;
}

void Deflater::Append(ByteSpan content, std::vector<std::byte>* out) {
  Require(content.size() < std::numeric_limits<uint32_t>::max() / 2,
          "content too large for one deflate call");
  if (HardlyShrinks(content)) {
    AppendStored(content, out);
    return;
  }
  // Growing the caller's vector first would fill with zeros what is
  // overwritten anyway.
  const auto room =
      state_->buffer.Take(content.size() + content.size() / 4096 + kFrame);
  const auto took = room.first(Deflate(content, room.data(), room.size()));
  out->insert(out->end(), took.begin(), took.end());
}

void Deflater::Stream(const std::function<ByteSpan()>& next,
                      const std::function<void(ByteSpan)>& write) {
  isal_zstream& stream = state_->stream;
  isal_deflate_init(&stream);
  stream.level = 1;
  stream.level_buf = state_->level_buffer.data();
  stream.level_buf_size = static_cast<uint32_t>(state_->level_buffer.size());
  stream.gzip_flag = IGZIP_ZLIB;
  stream.end_of_stream = 0;
  stream.flush = NO_FLUSH;
  std::vector<std::byte>& piece = state_->piece;
  piece.resize(kPiece);
  bool ended = false;
  stream.avail_in = 0;
  while (stream.internal_state.state != ZSTATE_END) {
    if (stream.avail_in == 0 && !ended) {
      ByteSpan input = next();
      Require(input.size() < std::numeric_limits<uint32_t>::max(),
              "piece too large");
      stream.next_in =
          reinterpret_cast<uint8_t*>(const_cast<std::byte*>(input.data()));
      stream.avail_in = static_cast<uint32_t>(input.size());
      ended = input.empty();
      stream.end_of_stream = ended ? 1 : 0;
    }
    stream.next_out = reinterpret_cast<uint8_t*>(piece.data());
    stream.avail_out = static_cast<uint32_t>(piece.size());
    Require(isal_deflate(&stream) == COMP_OK, "deflate failed");
    size_t produced = piece.size() - stream.avail_out;
    if (produced > 0) write(ByteSpan(piece).first(produced));
  }
}

struct Inflater::State {
  std::unique_ptr<libdeflate_decompressor, DecompressorDeleter> whole{
      libdeflate_alloc_decompressor()};
  inflate_state stream;
  std::vector<std::byte> piece;
};

Inflater::Inflater() : state_(std::make_unique<State>()) {
  if (state_->whole == nullptr) throw std::bad_alloc();
}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

size_t Inflater::InflateExactly(ByteSpan compressed, std::span<std::byte> out) {
  size_t taken = 0, produced = 0;
  std::byte nothing;
  libdeflate_result result = libdeflate_zlib_decompress_ex(
      state_->whole.get(), compressed.data(), compressed.size(),
      out.empty() ? &nothing : out.data(), out.size(), &taken, &produced);
  if (result != LIBDEFLATE_SUCCESS || produced != out.size()) return 0;
  return taken;
}

size_t Inflater::InflateStream(ByteSpan compressed, uint64_t size,
                               const std::function<void(ByteSpan)>& write) {
  inflate_state& stream = state_->stream;
  isal_inflate_init(&stream);
  stream.crc_flag = IGZIP_ZLIB;
  std::vector<std::byte>& piece = state_->piece;
  piece.resize(kPiece);
  size_t offset = 0;
  uint64_t produced = 0;
  stream.avail_in = 0;
  for (;;) {
    if (stream.avail_in == 0 && offset < compressed.size()) {
      size_t n = std::min(kPiece, compressed.size() - offset);
      stream.next_in = reinterpret_cast<uint8_t*>(
          const_cast<std::byte*>(compressed.data() + offset));
      stream.avail_in = static_cast<uint32_t>(n);
      offset += n;
    }
    uint32_t had = stream.avail_in;
    stream.next_out = reinterpret_cast<uint8_t*>(piece.data());
    stream.avail_out = static_cast<uint32_t>(piece.size());
    if (isal_inflate(&stream) != ISAL_DECOMP_OK) return 0;
    size_t n = piece.size() - stream.avail_out;
    produced += n;
    if (produced > size) return 0;
    if (n > 0) write(ByteSpan(piece).first(n));
    if (stream.block_state == ISAL_BLOCK_FINISH) break;
    bool stuck = n == 0 && had == stream.avail_in;
    if (stuck && offset == compressed.size()) return 0;
  }
  if (produced != size) return 0;
  // ISA-L may have read ahead into its bit buffer, but hands whole bytes back.
  return offset - stream.avail_in;
}

size_t Inflater::InflatePrefix(ByteSpan compressed, std::span<std::byte> out) {
  inflate_state& stream = state_->stream;
  isal_inflate_init(&stream);
  stream.crc_flag = IGZIP_ZLIB;
  ByteSpan start = compressed.first(std::min(compressed.size(), kPiece));
  stream.next_in =
      reinterpret_cast<uint8_t*>(const_cast<std::byte*>(start.data()));
  stream.avail_in = static_cast<uint32_t>(start.size());
  stream.next_out = reinterpret_cast<uint8_t*>(out.data());
  stream.avail_out = static_cast<uint32_t>(out.size());
  if (isal_inflate(&stream) != ISAL_DECOMP_OK) return 0;
  return out.size() - stream.avail_out;
}

}  // namespace backgraft::git
