#include "git/import_check.h"

#include "base/error.h"
#include "git/object_layers.h"

namespace backgraft::git {

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
      fsck_.Finish(ObjectLayers({imported.reader, &repository_}));
  ThrowOnFsckError(messages);
  ProveConnected(tips, references_, imported, repository_);
  return messages;
}

}  // namespace backgraft::git
