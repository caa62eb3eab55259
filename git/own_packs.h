// The packs of a repository's own object directory, read without libgit2: its
// zlib takes two and a half times as long as libdeflate.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "git/indexed_pack.h"
#include "git/oid.h"

namespace backgraft::git {

// A short cut: what is not found here may still be in the object database
// (loose, in an alternate, in one of very many packs). Thread-safe.
class OwnPacks {
 public:
  // Looks at nothing before the first question. `objects_dir` is the directory
  // that holds pack/.
  explicit OwnPacks(std::string objects_dir)
      : objects_dir_(std::move(objects_dir)) {}

  bool Exists(const Oid& oid) const;

  // The object, hashed; nothing where no pack has it. Error(kIo) where one has
  // it but none has it whole.
  std::optional<Object> Find(const Oid& oid) const;

  // Forgets the packs: they are looked for again.
  void Refresh();

 private:
  using Packs = std::vector<std::unique_ptr<IndexedPack>>;
  std::shared_ptr<const Packs> Get() const;

  std::string objects_dir_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Packs> packs_;  // null: not looked for yet
};

}  // namespace backgraft::git
