// One operation of ours as the journal keeps it: everything that it takes to
// bring back the state before it, or to tell what it did.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/index.h"
#include "git/oid.h"
#include "git/refs.h"

namespace backgraft::git {

// What stands at a path of the working tree.
struct PathState {
  enum class Kind { kAbsent, kFile, kSymlink, kDirectory };
  Kind kind = Kind::kAbsent;
  // Of a file: all permission bits where they are `exact_mode`; otherwise 0666
  // or 0777, less the umask of who writes it, and only the owner's executable
  // bit tells one from the other.
  unsigned mode = 0;
  bool exact_mode = false;
  std::optional<FileTime> modified{};
  // Where the bytes are: in a file of the operation's own directory (`saved` is
  // its name there), else in this blob; `converted` ones went through the
  // filters of the working tree.
  std::string saved{};
  Oid blob{};
  bool converted = false;

  friend bool operator==(const PathState&, const PathState&);
};

// A path whose file the operation replaces, removes or makes.
struct PathRecord {
  std::string path;  // below the working tree
  PathState before, after;
};

// A directory above such paths as it was before, so that what has to be made
// again has its permissions, and what was made goes again.
struct DirectoryRecord {
  std::string path;
  std::optional<unsigned> mode;  // nothing: it did not exist
};

// A file in the git directory (MERGE_MSG) that the operation replaces or makes.
struct NoteRecord {
  std::string name;
  std::optional<std::string> before, after;
};

// What is not a repository's: a directory or a database that was switched.
struct PartRecord {
  std::string kind;  // "files", "database"
  std::string text;  // what its own code needs to switch it back and forth
};

struct Operation {
  std::string id;       // "12", in the order of time
  std::string command;  // "flatten"; "undo" and "redo" have `undoes`
  std::string title;    // what it is about, in one line
  int64_t time = 0;     // seconds since 1970
  // When the machine was started that it was begun on, see BootTime(); nothing
  // but in records that were read: OpenOperation::Write() adds it.
  std::optional<int64_t> boot;
  std::string who;  // "Name <mail> seconds zone"
  // The operation that this one takes back.
  std::string undoes;
  // The name of the linked working tree that it was run in; "" is the main one.
  std::string worktree;
  // The branch first.
  std::vector<RefUpdate> refs;
  // What the working tree went from and to, as far as trees say it.
  std::optional<Oid> tree_before, tree_after;
  bool checked_out = false;  // files and index belong to it
  bool had_index = false;    // there was one before
  std::vector<PathRecord> paths;
  std::vector<DirectoryRecord> directories;  // outermost first
  std::vector<NoteRecord> notes;
  std::vector<PartRecord> parts;
};

// As text with a checksum, and back. Parse: Error(kIo) naming `path` where the
// bytes are not all of a record.
std::string SerializeOperation(const Operation& operation);
Operation ParseOperation(std::string_view bytes, const std::string& path);

}  // namespace backgraft::git
