#include "archive/input_buffer.h"

#include "base/error.h"

namespace backgraft::archive {

InputBuffer::InputBuffer(ByteSource& source, std::string subject,
                         size_t capacity)
    : source_(source),
      subject_(std::move(subject)),
      capacity_(capacity),
      bytes_(std::make_unique_for_overwrite<std::byte[]>(capacity)) {}

ByteSpan InputBuffer::Available() {
  if (begin_ == end_ && !at_end_) {
    begin_ = 0;
    end_ = source_.Read({bytes_.get(), capacity_});
    at_end_ = end_ == 0;
  }
  return {bytes_.get() + begin_, end_ - begin_};
}

void InputBuffer::Consume(size_t bytes) {
  Require(bytes <= end_ - begin_, "a decoder consumes what it was given");
  begin_ += bytes;
  consumed_ += bytes;
}

int InputBuffer::Get() {
  const ByteSpan available = Available();
  if (available.empty()) return -1;
  const int byte = std::to_integer<int>(available.front());
  Consume(1);
  return byte;
}

}  // namespace backgraft::archive
