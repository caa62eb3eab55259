#include "git/text_stats.h"

namespace backgraft::git {

TextStats TextStats::Of(std::string_view bytes) {
  TextStats stats;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c == '\r') {
      if (i + 1 < bytes.size() && bytes[i + 1] == '\n') {
        ++stats.crlf;
        ++i;
      } else {
        ++stats.lone_cr;
      }
    } else if (c == '\n') {
      ++stats.lone_lf;
    } else if (c >= 32 && c != 127) {
      ++stats.printable;
    } else if (c == '\b' || c == '\t' || c == '\f' || c == '\x1b') {
      ++stats.printable;
    } else {
      if (c == 0) ++stats.nul;
      ++stats.nonprintable;
    }
  }
  // DOS files end in Ctrl-Z.
  if (!bytes.empty() && bytes.back() == '\x1a') --stats.nonprintable;
  return stats;
}

bool TextStats::IsBinary() const {
  return lone_cr > 0 || nul > 0 || printable / 128 < nonprintable;
}

}  // namespace backgraft::git
