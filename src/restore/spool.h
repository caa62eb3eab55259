// Contents put aside until it is known what becomes of them: in memory as long
// as they are few, then in a file without a name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/io.h"

namespace backgraft::restore {

class Spool {
 public:
  struct Place {
    uint64_t offset;
    uint64_t size;
  };

  Place Add(std::string_view content);
  std::string Read(const Place& place) const;

 private:
  void Spill();

  std::string memory_;
  UniqueFd file_;
  uint64_t end_ = 0;
};

}  // namespace backgraft::restore
