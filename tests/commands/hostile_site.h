// A source with history that git made and somebody then made hostile.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "archive/tar_builder.h"
#include "git/object_forge.h"
#include "testing/process.h"

namespace backgraft::commands {

class HostileSite {
 public:
  // directory/site is a working tree with three commits on branch main, the
  // annotated tag v1 at the first, all objects loose; directory/outside is what
  // must never be opened.
  explicit HostileSite(const std::string& directory);

  std::string path() const { return directory_ + "/site"; }
  std::string outside() const { return directory_ + "/outside"; }
  std::string Git(const std::vector<std::string>& args) const {
    return testing::Git(path(), args);
  }

  // Files below the site or anywhere in it; what is in the way is replaced.
  void Write(const std::string& name, const std::string& bytes) const;
  std::string Read(const std::string& name) const;
  void Remove(const std::string& name) const;
  // Moves it outside and makes it a link to there.
  void MakeLink(const std::string& name) const;
  void MakeFifo(const std::string& name) const;
  // Changes the bytes of a file.
  void Edit(const std::string& name,
            const std::function<void(std::string*)>& edit) const;

  // Commits the working tree; it is the tip then.
  void Commit();
  // The ids that HEAD leads to and of its tree, when it was sound.
  const std::string& tip() const { return tip_; }
  const std::string& tree() const { return tree_; }
  const std::string& first() const { return first_; }
  std::string Id(const std::string& revision) const {
    return Git({"rev-parse", revision});
  }

  // Repacks everything into one pack; its name without ".pack".
  std::string Pack() const;
  // ".git/objects/ab/cdef…"
  static std::string LooseName(const std::string& id);
  // Writes a loose object, whatever is wrong with it; returns its id.
  std::string Forge(git::ObjectType type, const std::string& content) const;
  // A commit of this tree, with the tip as its parent.
  std::string ForgeCommit(const std::string& tree) const;
  // Makes `id` what main is at.
  void SetTip(const std::string& id);
  // The tip's tree again, in a commit after `commit`.
  void SetTipAfter(const std::string& commit);

  // Entries that only an archive can have, before and after all others.
  std::vector<archive::TarMember> first_members, last_members;
  // The members of these names become what is given.
  std::vector<archive::TarMember> replaced_members;
  // Whether the directory on disk is not what the archive is.
  bool archive_only() const {
    return !first_members.empty() || !last_members.empty() ||
           !replaced_members.empty();
  }
  // The whole as a tar.
  std::string Tar() const;

 private:
  std::string directory_;
  std::string tip_, tree_, first_;
};

}  // namespace backgraft::commands
