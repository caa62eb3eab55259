// The content of the entry a reader is at, as bytes to be looked at or decoded.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "archive/reader.h"
#include "base/byte_source.h"

namespace backgraft::archive {

// Of use until the reader's next entry. `name` is for messages.
class MemberSource : public ByteSource {
 public:
  MemberSource(Reader& reader, std::string name)
      : reader_(reader), name_(std::move(name)) {}
  size_t Read(std::span<std::byte> buffer) override {
    if (rest_.empty()) rest_ = reader_.Read();
    const size_t size = std::min(buffer.size(), rest_.size());
    if (size > 0) std::memcpy(buffer.data(), rest_.data(), size);
    rest_ = rest_.subspan(size);
    return size;
  }
  const std::string& name() const override { return name_; }

 private:
  Reader& reader_;
  const std::string name_;
  ByteSpan rest_;
};

}  // namespace backgraft::archive
