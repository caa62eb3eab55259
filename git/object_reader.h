// Where objects are read from: a repository's database, or one with objects on
// top that are not published yet.
#pragma once

#include <optional>
#include <string>

#include "git/oid.h"

namespace backgraft::git {

struct Object {
  ObjectType type;
  std::string content;
};

// Thread-safe.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;

  // Whether the object is there. A miss never makes the database look at the
  // disk again.
  virtual bool Exists(const Oid& oid) const = 0;

  // The object, or nothing where it is missing. Error(kIo) where it is there
  // but cannot be read or does not hash to its id.
  virtual std::optional<Object> Find(const Oid& oid) const = 0;

  // The content of an object that has to be there and of this type; Error(kIo)
  // otherwise, naming the object.
  std::string Read(const Oid& oid, ObjectType type) const;

  // The tree that a commit-ish, tag or tree id leads to; Error(kIo) otherwise.
  Oid PeelToTree(const Oid& oid) const;
};

// What the bytes of a tag object say it tags; nothing where they are no tag's.
std::optional<Oid> TagTarget(std::string_view bytes);

}  // namespace backgraft::git
