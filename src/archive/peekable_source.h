// A source whose first bytes can be looked at without being consumed.
#pragma once

#include <string>
#include <vector>

#include "base/byte_source.h"

namespace backgraft::archive {

class PeekableSource : public ByteSource {
 public:
  // `source` must outlive this.
  explicit PeekableSource(ByteSource& source) : source_(source) {}

  // The first `size` bytes of what Read() will deliver, or all of them where
  // there are fewer. Only before the first Read(). Borrowed until the next
  // call.
  ByteSpan Peek(size_t size);

  size_t Read(std::span<std::byte> buffer) override;
  std::optional<uint64_t> size() const override { return source_.size(); }
  int random_access_fd() const override { return source_.random_access_fd(); }
  void Cancel() noexcept override { source_.Cancel(); }
  const std::string& name() const override { return source_.name(); }

 private:
  ByteSource& source_;
  std::vector<std::byte> peeked_;
  size_t replayed_ = 0;
};

}  // namespace backgraft::archive
