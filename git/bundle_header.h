// The header of a git bundle (gitformat-bundle, git's bundle.c), versions 2 and
// 3. What follows it is a pack.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/io.h"
#include "git/foreign_refs.h"
#include "git/oid.h"

namespace backgraft::git {

// A commit the receiver must have: the bundle holds what came after it.
struct BundlePrerequisite {
  Oid oid;
  std::string comment;  // its subject, usually
};

struct BundleHeader {
  int version = 2;
  std::vector<BundlePrerequisite> prerequisites{};
  // HEAD is the line of this name (detached: a bundle does not say which branch
  // it is on), else the only branch, else nobody knows. Bad names are rejected
  // as ForeignRefsBuilder does.
  ForeignRefs refs{};
  // Bytes of the header, its last empty line included.
  uint64_t size = 0;
};

struct BundleLimits {
  uint64_t header_bytes = uint64_t{64} << 20;
};

// Reads the header from pieces that `next` returns, at last an empty one. No
// piece is asked for once the header has ended, so that the pack begins within
// the last one, or right behind it: BundleHeader::size tells where.
//
// Throws Error(kBadSource) for damage, a header over the limit, and
// capabilities that say that objects are missing (filter) or not of our kind
// (object-format=sha256, unknown ones). `source_name` is for messages, not
// escaped.
BundleHeader ReadBundleHeader(const std::function<ByteSpan()>& next,
                              const std::string& source_name,
                              const BundleLimits& limits = {});

}  // namespace backgraft::git
