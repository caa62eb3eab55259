#include "archive/byte_stream.h"

#include <algorithm>
#include <cstring>

#include "archive/budget.h"

namespace backgraft::archive {
namespace {

// 16 MiB in all: enough to keep both sides busy.
constexpr size_t kBuffers = 16;
constexpr size_t kBufferBytes = size_t{1} << 20;
constexpr size_t kInputBytes = size_t{256} << 10;

}  // namespace

ByteStream::ByteStream(std::unique_ptr<ByteSource> source,
                       Compression compression, const Limits& limits,
                       std::string subject)
    : subject_(std::move(subject)),
      limits_(limits),
      compression_(compression),
      source_(std::move(source)),
      input_(*source_, subject_, kInputBytes),
      decoder_(MakeDecoder(compression, input_)),
      ahead_(
          kBuffers, kBufferBytes,
          [this](std::span<std::byte> out) { return Decode(out); },
          [this] { source_->Cancel(); }) {}

size_t ByteStream::Decode(std::span<std::byte> out) {
  const size_t size = decoder_->Decode(out);
  decoded_ += size;
  if (compression_ != Compression::kNone) {
    CheckRatio(limits_, input_.consumed(), decoded_, subject_);
  }
  if (size > 0) {
    const std::lock_guard lock(mutex_);
    positions_.push_back(input_.consumed());
  }
  return size;
}

ByteSpan ByteStream::Take(uint64_t most) {
  if (rest_.empty()) {
    rest_ = ahead_.Next();
    const std::lock_guard lock(mutex_);
    if (!rest_.empty()) {
      consumed_ = positions_.front();
      positions_.pop_front();
    }
  }
  const size_t size =
      static_cast<size_t>(std::min<uint64_t>(most, rest_.size()));
  const ByteSpan taken = rest_.first(size);
  rest_ = rest_.subspan(size);
  return taken;
}

size_t ByteStream::ReadFull(std::span<std::byte> out) {
  size_t done = 0;
  while (done < out.size()) {
    const ByteSpan piece = Take(out.size() - done);
    if (piece.empty()) break;
    std::memcpy(out.data() + done, piece.data(), piece.size());
    done += piece.size();
  }
  return done;
}

}  // namespace backgraft::archive
