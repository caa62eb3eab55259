// Loose objects of a foreign object directory (objects/ab/cdef…), as bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/io.h"
#include "git/object_reader.h"

namespace backgraft::git {

struct LooseHeader {
  ObjectType type;
  uint64_t size;  // of the content
};

// What the file says it holds, looking at its first bytes only. Throws
// Error(kBadSource) naming `name` (not escaped) where it is no loose object.
LooseHeader ReadLooseHeader(ByteSpan file, const std::string& name);

// The object in a loose object file. Throws Error(kBadSource) naming `name` for
// damage, a wrong size, bytes behind the end, and content over `limit` bytes.
// The id is the caller's to compare.
Object ReadLooseObject(ByteSpan file, const std::string& name, uint64_t limit);

// The same for a blob that is too large to hold: `write` gets the content in
// pieces, borrowed. What it got counts only once this has returned.
void StreamLooseObject(ByteSpan file, const std::string& name,
                       const std::function<void(ByteSpan)>& write);

}  // namespace backgraft::git
