// A repository of the user's, opened through libgit2.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "git/config.h"
#include "git/object_reader.h"
#include "git/oid.h"

struct git_repository;

namespace backgraft::git {

class OperationLock;

class Repository : public ObjectReader {
 public:
  // Finds the repository from `directory` ("" is the current one) as git does,
  // with GIT_DIR, GIT_WORK_TREE, GIT_COMMON_DIR, GIT_CEILING_DIRECTORIES.
  // Error(kRefused) where there is none or where it is one that we cannot work
  // with (sha256, reftable, partial clone, another owner's).
  static Repository Open(const std::string& directory);

  // As Open(), but nothing where there is no repository.
  static std::optional<Repository> Find(const std::string& directory);

  // The repository that `directory` itself is, or the working tree of; nothing
  // where it is none. No environment variable leads elsewhere. Errors as
  // Open().
  static std::optional<Repository> FindAt(const std::string& directory);

  // Makes an empty repository (git init [--bare]) with HEAD at
  // refs/heads/<branch>; opens one that is there, as FindAt() does.
  static Repository Init(const std::string& directory, bool bare,
                         const std::string& branch);

  Repository(Repository&&) noexcept;
  Repository& operator=(Repository&&) noexcept;
  ~Repository() override;

  bool is_bare() const;
  // Absolute, without trailing slash. git_dir() is the worktree's own one,
  // common_dir() the one with objects and refs (equal in a main worktree).
  const std::string& git_dir() const;
  const std::string& common_dir() const;
  const std::string& objects_dir() const;  // usually common_dir()/objects
  // Root of the working tree, absolute, without trailing slash; empty when
  // bare.
  const std::string& workdir() const;
  const Config& config() const;

  // "refs/heads/main" for a branch (also an unborn one), "HEAD" when detached.
  std::string HeadRef() const;
  // The commit HEAD is at; nothing when unborn.
  std::optional<Oid> HeadCommit() const;

  // The operation git itself is in the middle of ("merge", "revert",
  // "cherry-pick", "rebase", "bisect", "am"), or nothing.
  std::optional<std::string> OperationInProgress() const;

  // What a revision names (gitrevisions); nothing where it names nothing.
  // Error(kUsage) where it is ambiguous or no revision at all.
  std::optional<Oid> Resolve(const std::string& revision) const;
  // Peeled to a commit; nothing where there is none.
  std::optional<Oid> ResolveCommit(const std::string& revision) const;

  bool Exists(const Oid& oid) const override;
  std::optional<Object> Find(const Oid& oid) const override;

  // Takes the lock of backgraft (OperationLock::Take()) until this is
  // destroyed; does nothing where it is held already. Error as there.
  void Lock(std::chrono::milliseconds wait);
  // What Lock() took; null before.
  const OperationLock* lock() const;

  // Looks at the disk again: needed after packs were added.
  void RefreshObjects() const;

  // For git/*.cc only.
  git_repository* raw() const;

 private:
  struct Impl;
  explicit Repository(std::unique_ptr<Impl> impl);
  // `result` is what opening `raw` gave; `objects_dir` is "" for its own one.
  static std::optional<Repository> Take(git_repository* raw, int result,
                                        std::string objects_dir);
  std::unique_ptr<Impl> impl_;
};

}  // namespace backgraft::git
