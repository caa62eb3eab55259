#include "git/refs.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "git/libgit2.h"
#include "git/repository.h"

namespace backgraft::git {
std::optional<Oid> ReadRef(const Repository& repository,
                           const std::string& name) {
  git_oid oid;
  int result = git_reference_name_to_id(&oid, repository.raw(), name.c_str());
  if (result == GIT_ENOTFOUND || result == GIT_EINVALIDSPEC) {
    return std::nullopt;
  }
  Check(result, "cannot read " + Quote(name));
  return FromLibgit2(oid);
}

std::vector<Ref> ListRefs(const Repository& repository,
                          const std::string& prefix) {
  git_reference_iterator* raw = nullptr;
  Check(git_reference_iterator_new(&raw, repository.raw()), "cannot list refs");
  ReferenceIteratorHandle iterator(raw);
  std::vector<Ref> refs;
  for (;;) {
    git_reference* raw_ref = nullptr;
    int result = git_reference_next(&raw_ref, iterator.get());
    ReferenceHandle ref(raw_ref);
    if (result == GIT_ITEROVER) break;
    Check(result, "cannot list refs");
    std::string name = git_reference_name(ref.get());
    if (!name.starts_with(prefix)) continue;
    // Symbolic refs that lead nowhere are no refs to anybody.
    if (auto oid = ReadRef(repository, name)) refs.push_back({name, *oid});
  }
  std::sort(refs.begin(), refs.end(),
            [](const Ref& a, const Ref& b) { return a.name < b.name; });
  return refs;
}

bool IsValidRefName(const std::string& name) {
  int valid = 0;
  Check(git_reference_name_is_valid(&valid, name.c_str()),
        "cannot check a ref name");
  return valid == 1;
}

}  // namespace backgraft::git
