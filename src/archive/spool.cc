#include "archive/spool.h"

#include <vector>

#include "base/spool.h"

namespace backgraft::archive {
UniqueFd Spool(ByteSource& source) {
  UniqueFd fd = OpenNamelessFile({});
  std::vector<std::byte> buffer(size_t{256} << 10);
  for (;;) {
    const size_t size = source.Read(buffer);
    if (size == 0) return fd;
    WriteAll(fd.get(), ByteSpan(buffer).first(size), "a temporary file");
  }
}

}  // namespace backgraft::archive
