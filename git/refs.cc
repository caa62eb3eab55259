#include "git/refs.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "git/libgit2.h"
#include "git/repository.h"

namespace backgraft::git {
namespace {

// Sets the identity that libgit2 writes into reflogs for the time of a call.
class ReflogIdentity {
 public:
  ReflogIdentity(git_repository* repository, const std::string& who)
      : repository_(repository) {
    size_t mail = who.find(" <"), end = who.rfind('>');
    if (mail == std::string::npos || end == std::string::npos || end < mail) {
      return;
    }
    std::string name = who.substr(0, mail);
    std::string email = who.substr(mail + 2, end - mail - 2);
    Check(git_repository_set_ident(repository, name.c_str(), email.c_str()),
          "cannot set the reflog identity");
  }
  ~ReflogIdentity() { git_repository_set_ident(repository_, nullptr, nullptr); }
  ReflogIdentity(const ReflogIdentity&) = delete;
  ReflogIdentity& operator=(const ReflogIdentity&) = delete;

 private:
  git_repository* repository_;
};

RefOutcome Outcome(int result, const std::string& name) {
  switch (result) {
    case GIT_EMODIFIED:
    case GIT_ENOTFOUND:
    case GIT_EEXISTS:
      return RefOutcome::kMoved;
    case GIT_ELOCKED:
      throw Error(ErrorKind::kRefused,
                  "another program holds the lock of " + Quote(name),
                  {"wait for it to end; if none is running, remove the file " +
                   Quote(name + ".lock") + " in the git directory"});
    default:
      Check(result, "cannot update " + Quote(name));
      return RefOutcome::kUpdated;
  }
}

RefOutcome Delete(git_repository* repository, const RefUpdate& update) {
  git_reference* raw = nullptr;
  int result = git_reference_lookup(&raw, repository, update.name.c_str());
  ReferenceHandle ref(raw);
  if (result < 0) return Outcome(result, update.name);
  const git_oid* at = git_reference_target(ref.get());
  if (at == nullptr || !update.before || FromLibgit2(*at) != *update.before) {
    return RefOutcome::kMoved;
  }
  // Compares with the value that was looked up once more under the lock.
  return Outcome(git_reference_delete(ref.get()), update.name);
}

}  // namespace

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

RefOutcome UpdateRef(const Repository& repository, const RefUpdate& update,
                     const std::string& who, const std::string& log_message) {
  git_repository* raw = repository.raw();
  ReflogIdentity identity(raw, who);
  if (!update.after) return Delete(raw, update);
  git_oid after = ToLibgit2(*update.after);
  git_reference* ref = nullptr;
  int result;
  if (update.before) {
    git_oid before = ToLibgit2(*update.before);
    result =
        git_reference_create_matching(&ref, raw, update.name.c_str(), &after, 1,
                                      &before, log_message.c_str());
  } else {
    result = git_reference_create(&ref, raw, update.name.c_str(), &after, 0,
                                  log_message.c_str());
  }
  ReferenceHandle owner(ref);
  return Outcome(result, update.name);
}

}  // namespace backgraft::git
