#include "git/import_check.h"

#include "base/error.h"

namespace backgraft::git {
namespace {

// What git fsck reads: imported objects first, then the repository's.
class Both : public ObjectReader {
 public:
  Both(const ObjectReader& first, const ObjectReader& second)
      : first_(first), second_(second) {}
  bool Exists(const Oid& oid) const override {
    return first_.Exists(oid) || second_.Exists(oid);
  }
  std::optional<Object> Find(const Oid& oid) const override {
    std::optional<Object> object = first_.Find(oid);
    return object ? std::move(object) : second_.Find(oid);
  }

 private:
  const ObjectReader& first_;
  const ObjectReader& second_;
};

}  // namespace

void ImportCheck::Add(const PackedObjectView& object) {
  if (object.content) {
    fsck_.Check(object.type, object.oid, *object.content);
    references_.Add(object.type, *object.content);
  }
  if (!object.content || !repository_.Exists(object.oid)) return;
  std::optional<Object> existing = repository_.Find(object.oid);
  if (existing &&
      (existing->type != object.type || existing->content != *object.content)) {
    throw Error(ErrorKind::kBadSource,
                "object '" + object.oid.Hex() +
                    "' differs from the one of the same id in the repository");
  }
}

std::vector<FsckMessage> ImportCheck::Finish(const std::vector<Oid>& tips,
                                             const ImportedObjects& imported) {
  std::vector<FsckMessage> messages =
      fsck_.Finish(Both(*imported.reader, repository_));
  ThrowOnFsckError(messages);
  ProveConnected(tips, references_, imported, repository_);
  return messages;
}

}  // namespace backgraft::git
