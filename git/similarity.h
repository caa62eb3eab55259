// How alike two files are, as git's rename detection estimates it
// (diffcore-delta.c, diffcore-rename.c).
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace backgraft::git {

// What equal files score.
inline constexpr int kMaximumSimilarity = 60000;

// A file, cut into lines and pieces of 64 bytes of which only hashes are kept.
class SpanHashes {
 public:
  explicit SpanHashes(std::string_view content);

  uint64_t file_size() const { return file_size_; }

 private:
  friend int Similarity(const SpanHashes&, const SpanHashes&, int);
  uint64_t file_size_;
  // Hash -> bytes of all pieces with it, by hash.
  std::vector<std::pair<uint32_t, uint32_t>> spans_;
};

// 0 ... kMaximumSimilarity; 0 at once where the sizes alone rule `minimum` out.
int Similarity(const SpanHashes& from, const SpanHashes& to, int minimum);

}  // namespace backgraft::git
