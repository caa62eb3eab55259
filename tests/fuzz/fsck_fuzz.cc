// The checks of git fsck: the input's first byte chooses what the rest is.
#include "git/fsck.h"
#include "git/reference_set.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace backgraft;
  using namespace backgraft::git;
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  FsckOptions options;
  // With everything permitted the checks go on to the end.
  if ((data[0] & 8) != 0) {
    for (size_t i = 0; i < kFsckIdCount; ++i) {
      auto id = static_cast<FsckId>(i);
      if (id == FsckId::kNulInHeader || id == FsckId::kUnterminatedHeader) {
        continue;
      }
      options.Override(FsckIdName(id), "warn");
    }
  }
  unsigned choice = data[0] % 6;
  if (choice == 0) {
    CheckGitmodulesBlob(Oid{}, bytes, options);
  } else if (choice == 5) {
    CheckGitattributesBlob(Oid{}, bytes, options);
  } else {
    auto type = static_cast<ObjectType>(choice);
    CheckObject(type, Oid{}, bytes, options);
    VisitReferences(type, bytes, [](const Reference&) {});
  }
  return 0;
}
