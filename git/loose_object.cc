#include "git/loose_object.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "base/escape.h"
#include "git/deflate.h"

namespace backgraft::git {
namespace {

// git reads no longer headers (MAX_HEADER_LEN).
constexpr size_t kMaximumHeader = 32;

struct ParsedHeader {
  LooseHeader header;
  size_t length;  // with its NUL
};

// "<type> <size>\0", the size without leading zeros.
std::optional<ParsedHeader> ParseHeader(std::string_view text) {
  size_t nul = text.find('\0');
  size_t space = text.find(' ');
  if (nul == std::string_view::npos || space > nul) return std::nullopt;
  std::string_view type = text.substr(0, space);
  std::string_view digits = text.substr(space + 1, nul - space - 1);
  if (digits.empty() || (digits[0] == '0' && digits.size() > 1)) {
    return std::nullopt;
  }
  uint64_t size = 0;
  for (char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    auto digit = static_cast<uint64_t>(c - '0');
    if (size > (UINT64_MAX - digit) / 10) return std::nullopt;
    size = size * 10 + digit;
  }
  for (ObjectType known : {ObjectType::kCommit, ObjectType::kTree,
                           ObjectType::kBlob, ObjectType::kTag}) {
    if (type == TypeName(known)) {
      return ParsedHeader{{known, size}, nul + 1};
    }
  }
  return std::nullopt;
}

[[noreturn]] void ThrowDamaged(const std::string& name,
                               const std::string& what) {
  throw Error(ErrorKind::kBadSource,
              "loose object " + Quote(name) + " is damaged: " + what);
}

ParsedHeader TakeHeader(ByteSpan file, const std::string& name) {
  std::array<std::byte, kMaximumHeader> start;
  size_t n = Inflater().InflatePrefix(file, start);
  std::optional<ParsedHeader> header =
      ParseHeader(AsText(ByteSpan(start).first(n)));
  if (!header) ThrowDamaged(name, "it does not start as an object");
  if (header->header.size > UINT64_MAX - kMaximumHeader) {
    ThrowDamaged(name, "its size is impossible");
  }
  return *header;
}

}  // namespace

LooseHeader ReadLooseHeader(ByteSpan file, const std::string& name) {
  return TakeHeader(file, name).header;
}

Object ReadLooseObject(ByteSpan file, const std::string& name, uint64_t limit) {
  ParsedHeader header = TakeHeader(file, name);
  if (header.header.size > limit) {
    throw Error(ErrorKind::kBadSource, "loose object " + Quote(name) + " has " +
                                           std::to_string(header.header.size) +
                                           " bytes, over the limit of " +
                                           std::to_string(limit));
  }
  // A size that the file cannot hold would only be noticed after the memory was
  // asked for: deflate makes at most 1032 bytes of one.
  if (header.header.size / 1032 > file.size()) {
    ThrowDamaged(name, "it is shorter than its size");
  }
  std::string bytes(header.length + static_cast<size_t>(header.header.size),
                    '\0');
  std::span<char> room(bytes);
  size_t taken = Inflater().InflateExactly(file, std::as_writable_bytes(room));
  if (taken == 0) ThrowDamaged(name, "it does not inflate to its size");
  if (taken != file.size()) ThrowDamaged(name, "bytes behind its end");
  bytes.erase(0, header.length);
  return {header.header.type, std::move(bytes)};
}

void StreamLooseObject(ByteSpan file, const std::string& name,
                       const std::function<void(ByteSpan)>& write) {
  ParsedHeader header = TakeHeader(file, name);
  size_t skip = header.length;
  size_t taken = Inflater().InflateStream(
      file, header.length + header.header.size, [&](ByteSpan piece) {
        size_t n = std::min(skip, piece.size());
        skip -= n;
        if (n < piece.size()) write(piece.subspan(n));
      });
  if (taken == 0) ThrowDamaged(name, "it does not inflate to its size");
  if (taken != file.size()) ThrowDamaged(name, "bytes behind its end");
}

}  // namespace backgraft::git
