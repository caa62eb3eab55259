#include "git/connectivity.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_set>

#include "base/error.h"

namespace backgraft::git {
namespace {

std::string Name(ObjectType type, const Oid& oid) {
  return std::string(TypeName(type)) + " '" + oid.Hex() + "'";
}

// Whether every id that any imported object names is there. Throws where one is
// of another type than it is named as.
bool AllPresent(const ReferenceSet& references, const ImportedObjects& imported,
                const ObjectReader& repository) {
  std::atomic<bool> all = true;
  std::mutex mutex;
  std::optional<Reference> wrong;
  references.ForEach([&](const Reference& reference) {
    if (std::optional<ObjectType> type = imported.type(reference.oid)) {
      if (*type == reference.type) return;
      std::lock_guard lock(mutex);
      if (!wrong || reference.oid < wrong->oid) wrong = reference;
    } else if (all && !repository.Exists(reference.oid)) {
      all = false;
    }
  });
  if (wrong) {
    throw Error(ErrorKind::kBadSource,
                "object '" + wrong->oid.Hex() + "' is named as a " +
                    std::string(TypeName(wrong->type)) + " but is a " +
                    std::string(TypeName(*imported.type(wrong->oid))));
  }
  return all;
}

// Walks what is imported and reachable; what the repository has is whole.
void Walk(const std::vector<Oid>& tips, const ImportedObjects& imported,
          const ObjectReader& repository) {
  std::unordered_set<Oid, OidHash> seen(tips.begin(), tips.end());
  std::vector<Oid> pending(tips.rbegin(), tips.rend());
  while (!pending.empty()) {
    Oid oid = pending.back();
    pending.pop_back();
    if (imported.type(oid).value_or(ObjectType::kBlob) == ObjectType::kBlob) {
      continue;
    }
    std::optional<Object> object = imported.reader->Find(oid);
    Require(object.has_value(), "an imported object cannot be read");
    VisitReferences(object->type, object->content,
                    [&](const Reference& reference) {
                      if (!seen.insert(reference.oid).second) return;
                      if (!imported.type(reference.oid) &&
                          !repository.Exists(reference.oid)) {
                        throw Error(ErrorKind::kBadSource,
                                    Name(reference.type, reference.oid) +
                                        " is missing, which " +
                                        Name(object->type, oid) + " names");
                      }
                      pending.push_back(reference.oid);
                    });
  }
}

}  // namespace

void ProveConnected(const std::vector<Oid>& tips,
                    const ReferenceSet& references,
                    const ImportedObjects& imported,
                    const ObjectReader& repository) {
  for (const Oid& tip : tips) {
    if (!imported.type(tip) && !repository.Exists(tip)) {
      throw Error(ErrorKind::kBadSource,
                  "object '" + tip.Hex() + "' is missing, which a ref names");
    }
  }
  if (AllPresent(references, imported, repository)) return;
  Walk(tips, imported, repository);
}

}  // namespace backgraft::git
