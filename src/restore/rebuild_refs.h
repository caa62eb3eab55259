// The branches and tags that a rebuild makes next to its own branch.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/foreign_refs.h"
#include "git/history.h"
#include "git/object_reader.h"
#include "git/oid.h"
#include "git/refs.h"
#include "git/repository.h"

namespace backgraft::restore {

// The name of the tag for a file with this stem: what git forbids in names is
// "-" in it; nothing where nothing would be left.
std::optional<std::string> TagName(std::string_view stem);

class RebuildRefs {
 public:
  // `branch` is the ref that is being built. `repository`, which may be null,
  // must outlive this.
  RebuildRefs(const git::Repository* repository, const std::string& branch);

  // Takes the branches and tags of a source over. A branch moves forward only,
  // a tag never; what is kept out is told in warnings(). `branch_tip` is where
  // the branch that is built is by now.
  void AddSource(const git::ForeignRefs& refs, const std::string& source,
                 const git::Oid& branch_tip, const git::ObjectReader& objects,
                 git::History& history);
  // The tag that names the state of one source.
  void AddTag(const std::string& stem, const git::Oid& commit,
              const std::string& source);

  // Whether AddSource() would have to look at objects that are not there yet.
  bool Needs(const git::ForeignRefs& refs, const git::ObjectReader& objects,
             git::History& history) const;

  std::vector<git::RefUpdate> Updates() const;
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  void Add(const std::string& name, const git::Oid& oid,
           const std::string& source, const git::ObjectReader& objects,
           git::History& history);
  // Why `name` cannot go from `now` to `oid`; "" where it can.
  std::string ReasonAgainstMove(const std::string& name, const git::Oid& now,
                                const git::Oid& oid,
                                git::History& history) const;
  // A ref that `name` cannot stand beside: "a" and "a/b".
  std::optional<std::string> Clash(const std::string& name) const;
  void KeepOut(const std::string& name, const std::string& source,
               const std::string& reason);

  const git::Repository* repository_;
  const std::string branch_;
  std::string head_;  // what HEAD is at
  std::map<std::string, git::Oid> before_;
  std::map<std::string, git::Oid> now_;
  std::vector<std::string> warnings_;
};

}  // namespace backgraft::restore
