// Walks the raw entries of a tree object without copying anything: for checks
// that have to see the bytes as they are. ParseTree() in tree.h is for the
// rest.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "git/oid.h"

namespace backgraft::git {

class TreeCursor {
 public:
  // `bytes` is borrowed.
  explicit TreeCursor(std::string_view bytes) : rest_(bytes) {}

  // Moves to the next entry; false at the end and where the bytes are no tree,
  // which malformed() tells apart. Accepts what git's tree-walk.c accepts.
  bool Next() {
    if (rest_.empty() || malformed_) return false;
    malformed_ = !Decode();
    return !malformed_;
  }
  bool malformed() const { return malformed_; }

  std::string_view name() const { return name_; }
  // Truncated to 16 bits, as git does.
  uint32_t mode() const { return mode_; }
  // 20 bytes, not aligned.
  const uint8_t* oid() const { return oid_; }
  Oid CopyOid() const {
    Oid oid;
    std::memcpy(oid.bytes.data(), oid_, 20);
    return oid;
  }
  bool zero_padded() const { return zero_padded_; }

  bool IsTree() const { return (mode_ & 0170000) == 0040000; }
  bool IsSymlink() const { return (mode_ & 0170000) == 0120000; }
  // What git takes for a gitlink: everything that is neither file, symlink nor
  // directory.
  bool IsGitlink() const {
    return !IsTree() && !IsSymlink() && (mode_ & 0170000) != 0100000;
  }

 private:
  bool Decode() {
    if (rest_.size() < 23 || rest_[rest_.size() - 21] != '\0') return false;
    size_t i = 0;
    uint32_t mode = 0;
    zero_padded_ = rest_[0] == '0';
    if (rest_[0] == ' ') return false;
    // Ends at the NUL checked above at the latest.
    for (; rest_[i] != ' '; ++i) {
      if (rest_[i] < '0' || rest_[i] > '7') return false;
      mode = (mode << 3) + static_cast<uint32_t>(rest_[i] - '0');
    }
    ++i;
    size_t end = rest_.find('\0', i);
    if (end == i || rest_.size() - end < 21) return false;
    mode_ = mode & 0xffff;
    name_ = rest_.substr(i, end - i);
    oid_ = reinterpret_cast<const uint8_t*>(rest_.data() + end + 1);
    rest_.remove_prefix(end + 21);
    return true;
  }

  std::string_view rest_;
  std::string_view name_;
  uint32_t mode_ = 0;
  const uint8_t* oid_ = nullptr;
  bool zero_padded_ = false;
  bool malformed_ = false;
};

}  // namespace backgraft::git
