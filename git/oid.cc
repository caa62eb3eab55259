#include "git/oid.h"

#include "base/error.h"
#include "base/sha.h"

namespace backgraft::git {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

const Oid kEmptyBlob =
    Oid::MustFromHex("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
const Oid kEmptyTree =
    Oid::MustFromHex("4b825dc642cb6eb9a060e54bf8d69288fbee4904");

std::optional<Oid> Oid::FromHex(std::string_view hex) {
  if (hex.size() != 40) return std::nullopt;
  Oid oid;
  for (size_t i = 0; i < 20; ++i) {
    int high = HexDigit(hex[2 * i]);
    int low = HexDigit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    oid.bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return oid;
}

Oid Oid::MustFromHex(std::string_view hex) {
  auto oid = FromHex(hex);
  Require(oid.has_value(), "not an object id");
  return *oid;
}

std::string Oid::Hex() const { return backgraft::Hex(bytes); }

std::string_view TypeName(ObjectType type) {
  switch (type) {
    case ObjectType::kCommit:
      return "commit";
    case ObjectType::kTree:
      return "tree";
    case ObjectType::kBlob:
      return "blob";
    case ObjectType::kTag:
      return "tag";
  }
  return "unknown";
}

std::string ObjectHeader(ObjectType type, uint64_t size) {
  std::string header(TypeName(type));
  header += ' ';
  header += std::to_string(size);
  header += '\0';
  return header;
}

Oid HashObject(ObjectType type, std::string_view content) {
  thread_local Sha1 sha;
  sha.Update(AsBytes(ObjectHeader(type, content.size())));
  sha.Update(AsBytes(content));
  return Oid{sha.Finish()};
}

}  // namespace backgraft::git
