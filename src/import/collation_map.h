// Collations that a dump names and the server does not know.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace backgraft::imports {

class CollationMap {
 public:
  // `known` are all collations of the server by their full names, lower case.
  explicit CollationMap(std::set<std::string> known)
      : known_(std::move(known)) {}

  // `name` where the server knows it, else the nearest it knows: as to case,
  // accents, padding and language. `name` too where there is nothing near.
  std::string Nearest(const std::string& name);

  // What was replaced so far, one sentence each.
  std::vector<std::string> Warnings() const;

 private:
  std::string Find(const std::string& name) const;

  const std::set<std::string> known_;
  std::map<std::string, std::string> found_;
};

}  // namespace backgraft::imports
