// Sources on this machine: a path, or standard input.
#pragma once

#include <memory>
#include <string>

#include "base/byte_source.h"

namespace backgraft::source {

// A source that knows the SHA-256 of its bytes.
class HashingSource : public ByteSource {
 public:
  // Of all bytes, in lower-case hexadecimal; reads what Read() has not
  // delivered yet. Throws what Read() throws. Not while a reader is using this.
  virtual std::string sha256() = 0;
};

// True where `name` is a directory (or a link to one).
bool IsDirectory(const std::string& name);

// Opens the file or fifo `name`, "-" for standard input. It is read, and
// hashed, in a thread of its own a little ahead of Read(). Error(kBadSource)
// where there is nothing to read: it does not exist, may not be read, is empty,
// a directory, a device or a terminal; later also where the file changes while
// it is being read.
std::unique_ptr<HashingSource> Open(const std::string& name);

// Where `name` is standard input, which has to be a file: the next Open() reads
// it from its beginning again.
void RewindInput(const std::string& name);

}  // namespace backgraft::source
