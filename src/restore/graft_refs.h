// The refs of a source, kept beside the repository's own: `graft --refs all`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "git/foreign_refs.h"
#include "git/object_reader.h"
#include "git/oid.h"
#include "git/refs.h"
#include "git/repository.h"
#include "restore/source_info.h"

namespace backgraft::restore {

struct ImportedRefs {
  std::string name;  // refs/imported/<name>
  // Every branch and tag that is kept; where one is there already, `before` is
  // what it is at, which may be where it goes.
  std::vector<git::RefUpdate> refs;
  // Refs of the source that are not kept.
  std::vector<LeftOut> left_out;
};

// The source's site, else its file's stem, else "import", as one component of a
// ref's name.
std::string ImportName(const SourceInfo& source);

// Which refs become refs/imported/<name>/{heads,tags}/…. Nothing is written;
// what the refs name need not be there yet.
ImportedRefs PlanImportedRefs(const git::Repository& repository,
                              const SourceInfo& source,
                              const git::ForeignRefs& refs);

// Leaves branches out that are at something else than a commit.
void CheckImportedBranches(const git::ObjectReader& objects,
                           ImportedRefs* imported);

}  // namespace backgraft::restore
