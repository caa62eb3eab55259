// What is no repository's and is switched together with its refs: a database, a
// directory of files. Whoever publishes declares here what it asks of them.
#pragma once

#include <string>
#include <vector>

#include "git/operation.h"

namespace backgraft::git {

class PublicationParts {
 public:
  virtual ~PublicationParts() = default;

  // Fetches, checks and stages all of them, so that switching is all that is
  // left; a dry run only checks. To be called once nothing stands in the way of
  // the refs, and before a lock of git's is taken. On failure nothing is left.
  virtual void Stage() = 0;

  // For the title of the operation: "shop.sql into shop". Of those that have
  // anything to switch, as the others here; "" where none has.
  virtual std::string Title() const = 0;
  // What the journal keeps of them. Durable before Switch().
  virtual std::vector<PartRecord> Records() = 0;
  // One after the other. Whatever it throws, PutBack() is to be called.
  virtual void Switch() = 0;
  // Undoes Switch(), wherever it was stopped. Error where one cannot be put
  // back; the others are.
  virtual void PutBack() = 0;
};

}  // namespace backgraft::git
