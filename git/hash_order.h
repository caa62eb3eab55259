// The order in which git walks its hash maps of paths. Where two renames are
// equally good, the one that git meets first wins: so this order is part of
// git's results.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace backgraft::git {

// The indexes of `keys`, which are in the order in which they were put into the
// map (hashmap.c of git 2.39: FNV-1 buckets, newest first, growing by four).
std::vector<size_t> HashOrder(const std::vector<std::string_view>& keys);

}  // namespace backgraft::git
