// WorktreeWriter::Rollback(): the steps of Apply() backwards.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <functional>

#include "base/error.h"
#include "git/file_replacer.h"
#include "git/object_reader.h"
#include "git/worktree_writer.h"

namespace backgraft::git {

void WorktreeWriter::Rollback() {
  std::exception_ptr failure;
  auto attempt = [&](const std::function<void()>& step) {
    try {
      step();
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
  };
  DirectoryStack stack(root_);
  // What had nothing in its place goes first: it may stand where a directory
  // was.
  for (size_t i = changes_.size(); i-- > 0;)
    if (done_[i] == Done::kWritten) attempt([&] { UndoWrite(&stack, i); });
  std::sort(created_directories_.rbegin(), created_directories_.rend());
  for (const std::string& path : created_directories_)
    if (stack.Enter(ParentOf(path)))
      unlinkat(stack.fd(), std::string(NameOf(path)).c_str(), AT_REMOVEDIR);
  std::reverse(removed_directories_.begin(), removed_directories_.end());
  for (const RemovedDirectory& directory : removed_directories_)
    attempt([&] {
      if (!stack.Enter(directory.path, DirectoryStack::Missing::kCreate))
        return;
      UniqueFd fd(openat(stack.fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (!fd || fchmod(fd.get(), directory.mode) != 0)
        ThrowErrno(errno, "cannot put back", stack.Full(directory.path));
    });
  for (size_t i = 0; i < changes_.size(); ++i)
    if (done_[i] == Done::kDeleted)
      attempt([&] { Restore(&stack, i, std::nullopt); });
  for (size_t i = 0; i < check_.in_the_way.size(); ++i)
    if (in_the_way_removed_[i])
      attempt([&] {
        const std::string& path = check_.in_the_way[i].path;
        if (!stack.Enter(ParentOf(path))) return;
        Place place{stack.fd(), std::string(NameOf(path)), stack.Full(path)};
        if (IsAsExpected(place, std::nullopt))
          saved_.PutBack("way" + std::to_string(i), place);
      });
  if (failure) std::rethrow_exception(failure);
  Sync();
}

// Removes a file that Apply() wrote, or puts back what it replaced, unless
// somebody wrote to it since.
void WorktreeWriter::UndoWrite(DirectoryStack* stack, size_t i) {
  const std::string& path = changes_[i].path;
  const PlannedFile& plan = check_.files[i];
  if (!stack->Enter(ParentOf(path))) return;
  Place place{stack->fd(), std::string(NameOf(path)), stack->Full(path)};
  if (changes_[i].after->mode == FileMode::kGitlink) {
    unlinkat(place.directory, place.name.c_str(), AT_REMOVEDIR);
    if (plan.seen) Restore(stack, i, std::nullopt);
    return;
  }
  std::optional<struct stat> now =
      StatAt(place.directory, place.name, place.full_path);
  if (!now || IndexStat::From(*now) != stats_[i]) return;
  if (plan.seen) return Restore(stack, i, FileIdentity::From(*now));
  if (unlinkat(place.directory, place.name.c_str(), 0) != 0)
    ThrowErrno(errno, "cannot remove", place.full_path);
}

// Puts the file back that was there before change `i`, in the place of `ours`.
// What somebody else put there since stays.
void WorktreeWriter::Restore(DirectoryStack* stack, size_t i,
                             const std::optional<FileIdentity>& ours) {
  const TreeChange& change = changes_[i];
  const PlannedFile& plan = check_.files[i];
  if (!stack->Enter(ParentOf(change.path), DirectoryStack::Missing::kCreate))
    return;
  Place place{stack->fd(), std::string(NameOf(change.path)),
              stack->Full(change.path)};
  if (!plan.seen) {  // a submodule's empty directory
    if (mkdirat(place.directory, place.name.c_str(), 0777) != 0 &&
        errno != EEXIST)
      ThrowErrno(errno, "cannot put back", place.full_path);
    return;
  }
  if (!plan.reproducible) {
    if (!IsAsExpected(place, ours)) return;
    saved_.PutBack(std::to_string(i), place);
    return;
  }
  std::string content = objects_.Read(change.before->oid, ObjectType::kBlob);
  NewFile file;
  if (S_ISLNK(plan.seen->mode)) file.kind = NewFile::Kind::kSymlink;
  file.content = content;
  file.mode = plan.seen->mode & 07777;
  file.exact_mode = true;
  file.modified = plan.seen->modified;
  ReplaceFile(place, file, ours);
}

}  // namespace backgraft::git
