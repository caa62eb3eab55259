// The one way in which results become visible: refs first, then the files and
// the index of the working tree, all or nothing, as one operation of the
// journal. git/README.md has the order and what a crash between two steps
// leaves.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "git/git_dir_files.h"
#include "git/index.h"
#include "git/oid.h"
#include "git/publication_parts.h"
#include "git/refs.h"

namespace backgraft::git {

class ObjectReader;
class Repository;

struct PublicationPlan {
  // All or none of them move. One whose `after` is its `before` is only
  // checked.
  std::vector<RefUpdate> refs;
  // "Name <mail> seconds zone", and the reflog's message.
  std::string who;
  std::string log_message;
  // What the working tree goes from and to, if HEAD is at one of `refs` and the
  // repository is not bare; not looked at otherwise. Without `tree_after` files
  // and index stay as they are. Without `tree_before` the branch is unborn.
  std::optional<Oid> tree_before;
  std::optional<Oid> tree_after;
  // Where a conflict is left to git: the index entries (stages 1 to 3, sorted
  // as in an index) that take the place of what `tree_after` has at their
  // paths, and the notes git is to find. For a checkout only.
  std::vector<IndexEntry> unmerged;
  std::vector<GitDirFile> git_dir_files;
  // Uncommitted changes and untracked files that are in the way are saved and
  // overwritten, instead of being a reason to refuse.
  bool force = false;
  // Staged by now; switched before the first ref moves. May be null.
  PublicationParts* parts = nullptr;
  // Throws when the program was told to stop; asked until the first ref moves.
  // May be null.
  std::function<void()> check_interrupted;
  // Told how many of the working tree's files are as they are to be, by any
  // thread but one at a time. Must not throw. May be null.
  std::function<void(uint64_t done, uint64_t total)> written;
};

struct PublicationResult {
  // What the journal calls it; "" of a preview.
  std::string operation;
  // Uncommitted changes and untracked files that were overwritten (`force`).
  std::vector<std::string> overwritten;
  // Files that somebody saved while we worked: they stay as that left them, and
  // `git status` shows them as modified.
  std::vector<std::string> left_alone;
  // Ignored files that were in the way and were replaced.
  std::vector<std::string> replaced_ignored;
  // Whether files and index were changed.
  bool checked_out = false;
};

class Publication {
 public:
  // Everything that Prepare() refuses, without a lock and without writing
  // anything: for a dry run, whose trees are in `objects` alone.
  // `replaced_ignored` is what would be replaced.
  static PublicationResult Preview(const Repository& repository,
                                   const ObjectReader& objects,
                                   const PublicationPlan& plan);

  // Takes the lock of backgraft, unless `repository` has it, begins an
  // operation in the journal, takes the index lock (where there is something to
  // check out) and looks for what stands in the way. Objects must be installed
  // by now; `objects` is where their content is read from (the repository, or
  // the writer they came from, which is faster). Error(kRefused) with every
  // path (Error::paths()) for uncommitted changes, untracked files and unmerged
  // entries; for a branch checked out in another working tree, an operation of
  // git's in progress, a lock held by another program. Nothing is changed.
  // `repository` and `objects` must outlive this.
  static Publication Prepare(const Repository& repository,
                             const ObjectReader& objects,
                             const PublicationPlan& plan);

  Publication(Publication&&) noexcept;
  // Gives the locks up. Unless Publish() returned, nothing was changed.
  ~Publication();

  // Switches the parts, moves the refs, changes the files, replaces the index,
  // durably. On Error
  // everything that was done has been put back: Error(kRefused) where a ref was
  // not at `before` any more, Error(kIo) for the rest. If putting back failed
  // too, a hint of the error says so, and the next recovery will. To be called
  // once.
  PublicationResult Publish();

 private:
  struct State;
  explicit Publication(std::unique_ptr<State> state);

  static std::unique_ptr<State> Inspect(const Repository& repository,
                                        const ObjectReader& objects,
                                        const PublicationPlan& plan,
                                        bool take_lock);
  // Saves what would be lost and makes the operation's record durable.
  void Record();
  void MoveRefs();
  void CheckOut();
  // Rolls the operation back; returns what failed, if anything.
  std::string PutBack() noexcept;

  std::unique_ptr<State> state_;
};

}  // namespace backgraft::git
