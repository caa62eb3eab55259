#include "git/publication_record.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <string_view>

#include "base/error.h"
#include "base/io.h"
#include "git/object_writer.h"
#include "git/recovery.h"
#include "git/tree.h"

namespace backgraft::git {

Operation BeginRecord(const Repository& repository,
                      const OpenOperation& operation,
                      const PublicationPlan& plan) {
  Operation record;
  record.id = operation.id();
  constexpr std::string_view kPrefix = "backgraft: ";
  record.title = plan.log_message.starts_with(kPrefix)
                     ? plan.log_message.substr(kPrefix.size())
                     : plan.log_message;
  record.command = record.title.substr(0, record.title.find(' '));
  record.time = std::time(nullptr);
  record.who = plan.who;
  record.worktree = WorktreeName(repository);
  for (const RefUpdate& ref : plan.refs)
    if (ref.before != ref.after) record.refs.push_back(ref);
  if (plan.parts != nullptr) {
    record.parts = plan.parts->Records();
    if (!record.parts.empty()) record.title += ", " + plan.parts->Title();
  }
  record.tree_before = plan.tree_before;
  record.tree_after = plan.tree_after;
  for (const GitDirFile& file : plan.git_dir_files) {
    NoteRecord note{file.name, std::nullopt, file.bytes};
    std::string bytes;
    if (ReadFileIfExists(repository.git_dir() + "/" + file.name, &bytes))
      note.before = std::move(bytes);
    record.notes.push_back(std::move(note));
  }
  return record;
}

std::map<std::string, Oid> KeptRefs(const PublicationPlan& plan) {
  std::map<std::string, Oid> kept;
  for (size_t i = 0; i < plan.refs.size(); ++i) {
    const std::string suffix = i == 0 ? "" : "-" + std::to_string(i);
    const RefUpdate& ref = plan.refs[i];
    if (ref.before) kept.emplace("before" + suffix, *ref.before);
    if (ref.after && ref.after != ref.before)
      kept.emplace("after" + suffix, *ref.after);
  }
  if (plan.unmerged.empty()) return kept;
  // Nothing of a conflict that is left to git is in a commit yet.
  if (plan.tree_after) kept.emplace("tree", *plan.tree_after);
  for (const GitDirFile& file : plan.git_dir_files)
    if (file.name.ends_with("_HEAD"))
      if (auto oid = Oid::FromHex(std::string_view(file.bytes).substr(0, 40)))
        kept.emplace(file.name, *oid);
  return kept;
}

bool KeepIndex(const std::string& path, const OpenOperation& operation) {
  const std::string kept = operation.PathOf(kIndexBefore);
  // git never writes into an index that is there.
  if (link(path.c_str(), kept.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  std::string bytes;
  if (!ReadFileIfExists(path, &bytes)) return false;
  WriteFileDurably(kept, bytes);
  return true;
}

std::optional<Oid> KeepStaged(const Repository& repository, const Index& index,
                              const std::vector<TreeChange>& changes) {
  Tree tree;
  for (const TreeChange& change : changes) {
    const IndexEntry* entry = index.Find(change.path);
    if (!entry || entry->intent_to_add || entry->mode == FileMode::kGitlink)
      continue;
    const FileState staged{entry->mode, entry->oid};
    if (staged == change.before || staged == change.after ||
        !repository.Exists(entry->oid))
      continue;
    tree.push_back({entry->oid.Hex(), FileMode::kBlob, entry->oid});
  }
  if (tree.empty()) return std::nullopt;
  SortTree(&tree);
  tree.erase(std::unique(tree.begin(), tree.end()), tree.end());
  ObjectWriter writer(repository, repository.objects_dir(), {});
  const Oid oid = writer.Add(ObjectType::kTree, SerializeTree(tree));
  writer.Install();
  return oid;
}

}  // namespace backgraft::git
