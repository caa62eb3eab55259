// What git looks at to tell text from binary (convert.c, gather_stats()).
#pragma once

#include <cstddef>
#include <string_view>

namespace backgraft::git {

struct TextStats {
  size_t nul = 0;
  size_t lone_cr = 0;
  size_t lone_lf = 0;
  size_t crlf = 0;
  size_t printable = 0;
  size_t nonprintable = 0;

  static TextStats Of(std::string_view bytes);
  bool IsBinary() const;
};

}  // namespace backgraft::git
