// Object ids and kinds, as plain values.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace backgraft::git {

// An object id (SHA-1).
struct Oid {
  std::array<uint8_t, 20> bytes{};

  // 40 hexadecimal digits, either case; nothing otherwise.
  static std::optional<Oid> FromHex(std::string_view hex);
  // The same, for literals of ours: throws Error(kBug) when it is not one.
  static Oid MustFromHex(std::string_view hex);

  std::string Hex() const;
  bool IsZero() const { return *this == Oid{}; }

  // By whole words: millions of ids are sorted and looked for, and a call of
  // memcmp() takes longer than the comparison.
  friend bool operator==(const Oid& a, const Oid& b) {
    return a.Word<uint64_t>(0) == b.Word<uint64_t>(0) &&
           a.Word<uint64_t>(8) == b.Word<uint64_t>(8) &&
           a.Word<uint32_t>(16) == b.Word<uint32_t>(16);
  }
  friend std::strong_ordering operator<=>(const Oid& a, const Oid& b) {
    const uint64_t first = a.Word<uint64_t>(0), other = b.Word<uint64_t>(0);
    if (first != other) return BigEndian(first) <=> BigEndian(other);
    return std::memcmp(&a.bytes[8], &b.bytes[8], 12) <=> 0;
  }

 private:
  template <typename Number>
  Number Word(size_t at) const {
    Number number;
    std::memcpy(&number, &bytes[at], sizeof number);
    return number;
  }
  static uint64_t BigEndian(uint64_t word) {
    if constexpr (std::endian::native == std::endian::big) return word;
    return __builtin_bswap64(word);
  }
};

struct OidHash {
  size_t operator()(const Oid& oid) const noexcept {
    size_t value;
    std::memcpy(&value, oid.bytes.data(), sizeof value);
    return value;
  }
};

// The values are those of pack entries (gitformat-pack).
enum class ObjectType : uint8_t { kCommit = 1, kTree = 2, kBlob = 3, kTag = 4 };

// "commit", "tree", "blob", "tag".
std::string_view TypeName(ObjectType type);

// The modes a tree entry may have (git's canonical ones).
enum class FileMode : uint32_t {
  kTree = 0040000,
  kBlob = 0100644,
  kExecutable = 0100755,
  kSymlink = 0120000,
  kGitlink = 0160000,
};

inline bool IsRegular(FileMode mode) {
  return mode == FileMode::kBlob || mode == FileMode::kExecutable;
}

// What an object's content is hashed behind: "blob 12" and a NUL.
std::string ObjectHeader(ObjectType type, uint64_t size);

// The id of an object of this type and content.
Oid HashObject(ObjectType type, std::string_view content);

// e69de29b..., the empty blob, and 4b825dc6..., the empty tree.
extern const Oid kEmptyBlob;
extern const Oid kEmptyTree;

}  // namespace backgraft::git
