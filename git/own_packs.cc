#include "git/own_packs.h"

#include <fcntl.h>

#include <cerrno>
#include <filesystem>

#include "base/error.h"
#include "base/io.h"

namespace backgraft::git {
namespace {

constexpr std::string_view kIndex = ".idx";
// Asking more of them in turn is slower than libgit2, which remembers the one
// that answered last.
constexpr size_t kMostPacks = 32;
// The repository's own objects are as large as they are.
constexpr PackLimits kNoLimits = {.memory_object_bytes = UINT64_MAX,
                                  .ratio_after = UINT64_MAX};

// Whether nothing can be opened, rather than one file.
bool IsOutOfFiles() {
  const UniqueFd any(open("/", O_PATH | O_CLOEXEC));
  return !any && (errno == EMFILE || errno == ENFILE || errno == ENOMEM);
}

}  // namespace

std::shared_ptr<const OwnPacks::Packs> OwnPacks::Get() const {
  std::lock_guard lock(mutex_);
  if (packs_ != nullptr) return packs_;
  std::vector<std::string> indexes;
  std::error_code error;
  std::filesystem::directory_iterator at(objects_dir_ + "/pack", error), end;
  for (; !error && at != end && indexes.size() < kMostPacks;
       at.increment(error)) {
    std::string index = at->path().string();
    if (index.ends_with(kIndex)) indexes.push_back(std::move(index));
  }
  if (error && error != std::errc::no_such_file_or_directory)
    ThrowErrno(error.value(), "cannot read", objects_dir_ + "/pack");
  auto packs = std::make_shared<Packs>();
  for (const std::string& index : indexes) {
    const std::string name =
        index.substr(0, index.size() - kIndex.size()) + ".pack";
    try {
      if (auto pack = IndexedPack::OpenOwn(name, index,
                                           {.name = name, .limits = kNoLimits},
                                           indexes.size())) {
        packs->push_back(std::move(pack));
      }
    } catch (const Error&) {
      if (IsOutOfFiles()) throw;
      // A repack took it away, or it cannot be read: libgit2 says what is wrong
      // when an object is asked for that only it had.
    }
  }
  packs_ = std::move(packs);
  return packs_;
}

bool OwnPacks::Exists(const Oid& oid) const {
  const std::shared_ptr<const Packs> packs = Get();
  for (const auto& pack : *packs) {
    if (pack->Exists(oid)) return true;
  }
  return false;
}

std::optional<Object> OwnPacks::Find(const Oid& oid) const {
  bool is_damaged = false;
  const std::shared_ptr<const Packs> packs = Get();
  for (const auto& pack : *packs) {
    try {
      if (auto object = pack->Find(oid)) return object;
    } catch (const Error&) {
      is_damaged = true;  // another pack may have it whole
    }
  }
  // libgit2 would read the same pack, and it crashes on some damaged indexes.
  if (is_damaged) {
    throw Error(ErrorKind::kIo, "object " + oid.Hex() + " is damaged",
                {"git fsck --full"});
  }
  return std::nullopt;
}

void OwnPacks::Refresh() {
  std::lock_guard lock(mutex_);
  packs_ = nullptr;
}

}  // namespace backgraft::git
