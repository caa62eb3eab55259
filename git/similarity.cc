#include "git/similarity.h"

#include <algorithm>

#include "git/binary.h"

namespace backgraft::git {
namespace {

constexpr uint32_t kHashBase = 107927;
constexpr uint32_t kLongestSpan = 64;

}  // namespace

SpanHashes::SpanHashes(std::string_view content) : file_size_(content.size()) {
  bool text = !LooksBinary(content);
  uint32_t length = 0;
  uint32_t low = 0;
  uint32_t high = 0;
  // What follows the last newline and is shorter than a piece goes uncounted:
  // so it is in git up to 2.43, and scores must equal its.
  for (size_t i = 0; i < content.size(); ++i) {
    auto c = static_cast<unsigned char>(content[i]);
    if (text && c == '\r' && i + 1 < content.size() && content[i + 1] == '\n') {
      continue;
    }
    uint32_t old_low = low;
    low = (low << 7) ^ (high >> 25);
    high = (high << 7) ^ (old_low >> 25);
    low += c;
    if (++length < kLongestSpan && c != '\n') continue;
    spans_.emplace_back((low + high * 0x61) % kHashBase, length);
    length = low = high = 0;
  }
  std::sort(spans_.begin(), spans_.end());
  size_t kept = 0;
  for (size_t i = 0; i < spans_.size(); ++i) {
    if (kept > 0 && spans_[kept - 1].first == spans_[i].first) {
      spans_[kept - 1].second += spans_[i].second;
    } else {
      spans_[kept++] = spans_[i];
    }
  }
  spans_.resize(kept);
  spans_.shrink_to_fit();
}

int Similarity(const SpanHashes& from, const SpanHashes& to, int minimum) {
  uint64_t larger = std::max(from.file_size_, to.file_size_);
  uint64_t smaller = std::min(from.file_size_, to.file_size_);
  constexpr auto kAll = static_cast<uint64_t>(kMaximumSimilarity);
  if (larger * (kAll - static_cast<uint64_t>(minimum)) <
      (larger - smaller) * kAll) {
    return 0;
  }
  if (to.file_size_ == 0) return 0;
  uint64_t copied = 0;
  auto t = to.spans_.begin();
  for (const auto& [hash, bytes] : from.spans_) {
    while (t != to.spans_.end() && t->first < hash) ++t;
    if (t == to.spans_.end()) break;
    if (t->first == hash) copied += std::min(bytes, t->second);
  }
  return static_cast<int>(copied * kAll / larger);
}

}  // namespace backgraft::git
