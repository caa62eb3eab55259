// The last step of a pack that was written or taken in: its index is written,
// both are made durable and get their names.
#pragma once

#include <string>
#include <string_view>

#include "base/sha.h"

namespace backgraft::git {

// Moves the pack that is open as `fd` and stands at `path` (on the filesystem
// of `pack_dir`, which is made where it is missing) to
// <pack_dir>/pack-<checksum>.pack with `index` as its .idx. A pack of that name
// that is there stays, and `path` is removed. Durable on return. Error(kIo)
// leaves no pack that git would see; `path` may be gone then.
void InstallPack(int fd, const std::string& path, const std::string& pack_dir,
                 const Sha1::Digest& checksum, std::string_view index);

// <objects_dir>/pack, made where a repository with only loose objects lacks it.
std::string MakePackDirectory(const std::string& objects_dir);

}  // namespace backgraft::git
