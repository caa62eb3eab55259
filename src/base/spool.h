// Bytes put aside until it is known what becomes of them: in memory as long as
// they are few, then in a file without a name.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/io.h"

namespace backgraft {

class Spool {
 public:
  struct Place {
    uint64_t offset = 0;
    uint64_t size = 0;
  };

  // `directory` is where the file is made; "" is TMPDIR, else /tmp.
  explicit Spool(std::string directory = {})
      : directory_(std::move(directory)) {}

  Place Add(std::string_view content);
  // Makes `place`, which must be the newest, longer.
  void Extend(Place* place, ByteSpan more);

  // Room for `size` bytes in the file, for one Fill(). Several may be filled at
  // the same time, and others be added meanwhile.
  Place Reserve(uint64_t size);
  void Fill(const Place& place, std::string_view content) const;

  // Forgets everything.
  void Clear();

  std::string Read(const Place& place) const;
  // The same without a copy of large contents. The bytes are borrowed for the
  // time of the call.
  void With(const Place& place, const std::function<void(ByteSpan)>& use) const;

 private:
  void Write(ByteSpan content, uint64_t offset);
  void Spill();

  std::string directory_;
  std::string memory_;
  UniqueFd file_;
  uint64_t end_ = 0;
};

// A new file in `directory` ("" is TMPDIR, else /tmp) that has no name, open
// for reading and writing: it is gone with its descriptor.
UniqueFd OpenNamelessFile(const std::string& directory);

}  // namespace backgraft
