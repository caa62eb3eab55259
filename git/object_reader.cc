#include "git/object_reader.h"

#include "base/error.h"
#include "git/commit.h"

namespace backgraft::git {
namespace {

Object MustFind(const ObjectReader& objects, const Oid& oid) {
  auto object = objects.Find(oid);
  if (!object) {
    throw Error(ErrorKind::kIo,
                "object " + oid.Hex() + " is missing from the repository",
                {"git fsck --full"});
  }
  return std::move(*object);
}

}  // namespace

std::optional<Oid> TagTarget(std::string_view bytes) {
  constexpr std::string_view kKey = "object ";
  if (bytes.substr(0, kKey.size()) != kKey) return std::nullopt;
  return Oid::FromHex(bytes.substr(kKey.size(), 40));
}

std::string ObjectReader::Read(const Oid& oid, ObjectType type) const {
  Object object = MustFind(*this, oid);
  if (object.type != type) {
    throw Error(ErrorKind::kIo, "object " + oid.Hex() + " is a " +
                                    std::string(TypeName(object.type)) +
                                    ", not a " + std::string(TypeName(type)));
  }
  return std::move(object.content);
}

Oid ObjectReader::PeelToTree(const Oid& oid) const {
  Oid at = oid;
  for (;;) {
    Object object = MustFind(*this, at);
    std::optional<Oid> next;
    switch (object.type) {
      case ObjectType::kTree:
        return at;
      case ObjectType::kCommit:
        return ParseCommit(object.content).tree;
      case ObjectType::kTag:
        next = TagTarget(object.content);
        break;
      case ObjectType::kBlob:
        break;
    }
    if (!next) {
      throw Error(ErrorKind::kIo,
                  "object " + oid.Hex() + " does not lead to a tree");
    }
    at = *next;
  }
}

}  // namespace backgraft::git
