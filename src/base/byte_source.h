// A stream of bytes that somebody else produces: a file, standard input, a
// download.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/io.h"

namespace backgraft {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Reads up to buffer.size() bytes; 0 only at the end. Throws Error.
  virtual size_t Read(std::span<std::byte> buffer) = 0;

  // How many bytes there are in all, where that is known beforehand.
  virtual std::optional<uint64_t> size() const { return std::nullopt; }

  // A descriptor for pread(2) over the same bytes, or -1 where there is none
  // (pipes, downloads). Independent of what Read() has consumed. Owned by this.
  virtual int random_access_fd() const { return -1; }

  // Makes a Read() that waits in another thread, and every later one, throw. A
  // source that never waits for long ignores it. The one call that may come
  // from another thread.
  virtual void Cancel() noexcept {}

  // How messages name it, not escaped: a path as the user gave it, or "-".
  virtual const std::string& name() const = 0;
};

}  // namespace backgraft
