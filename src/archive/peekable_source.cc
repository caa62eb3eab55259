#include "archive/peekable_source.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace backgraft::archive {

ByteSpan PeekableSource::Peek(size_t size) {
  Require(replayed_ == 0, "a source is peeked at before it is read");
  size_t have = peeked_.size();
  if (have < size) {
    peeked_.resize(size);
    while (have < size) {
      const size_t got = source_.Read(std::span(peeked_).subspan(have));
      if (got == 0) break;
      have += got;
    }
    peeked_.resize(have);
  }
  return ByteSpan(peeked_).first(std::min(size, have));
}

size_t PeekableSource::Read(std::span<std::byte> buffer) {
  if (replayed_ == peeked_.size()) return source_.Read(buffer);
  const size_t size = std::min(buffer.size(), peeked_.size() - replayed_);
  std::memcpy(buffer.data(), peeked_.data() + replayed_, size);
  replayed_ += size;
  return size;
}

}  // namespace backgraft::archive
