// The central directory of a zip file, checked as a whole before any entry is
// read.
#pragma once

#include <cstdint>
#include <vector>

#include "archive/file_window.h"
#include "archive/limits.h"

namespace backgraft::archive {

// 16 bytes an entry are kept; the records themselves are read again.
struct ZipPlace {
  uint64_t local;    // offset of the local record
  uint64_t central;  // offset of the central one
};

struct ZipDirectory {
  std::vector<ZipPlace> places;  // in the order of `local`, all different
  uint64_t begin = 0;            // where it, and so the last entry's end, is
};

// Finds and walks it. Error(kBadSource) where the file holds anything but
// entries, the directory and its end records, one after the other; where it is
// ambiguous, empty, split or encrypted; and where the sizes it declares exceed
// `limits`: all that before anything is decompressed.
ZipDirectory ReadZipDirectory(FileWindow& file, const Limits& limits);

}  // namespace backgraft::archive
