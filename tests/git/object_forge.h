// Objects made byte by byte, good and bad ones, and git's opinion of them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "git/object_reader.h"
#include "git/oid.h"

namespace backgraft::testing {

struct RawObject {
  git::ObjectType type;
  std::string content;
  git::Oid oid() const { return git::HashObject(type, content); }
};

// One entry of a tree's bytes.
std::string RawEntry(std::string_view mode, std::string_view name,
                     const git::Oid& oid);

// Objects in memory.
class MemoryObjects : public git::ObjectReader {
 public:
  git::Oid Add(const RawObject& object);
  bool Exists(const git::Oid& oid) const override;
  std::optional<git::Object> Find(const git::Oid& oid) const override;
  const std::map<git::Oid, git::Object>& all() const { return objects_; }

 private:
  std::map<git::Oid, git::Object> objects_;
};

// A new bare repository at `directory`.
void InitBare(const std::string& directory);

// Writes the object into the bare repository's objects directory as a loose
// one, whatever is wrong with it.
void WriteLoose(const std::string& repository, const RawObject& object);

// The bytes of a loose object file of this header text and content.
std::string LooseBytes(const std::string& header, const std::string& content);

// What git says of each object: "error badDate", "warning badFilemode", and
// "error unparsable" where it cannot even parse it.
using Findings = std::map<git::Oid, std::set<std::string>>;

// Runs `git fsck --strict --full` in the repository. Findings about links are
// left out.
Findings GitFsck(const std::string& repository);

}  // namespace backgraft::testing
