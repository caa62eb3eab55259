// What a source's entries say of its `.git`, taken out of the stream as bytes.
// Nothing is opened as a repository; what git would follow or run is refused or
// not looked at.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "archive/entry.h"
#include "archive/reader.h"
#include "base/error.h"
#include "git/foreign_objects.h"
#include "git/foreign_refs.h"

namespace backgraft::restore {

// One git directory.
class CapturedGit {
 public:
  // `directory` is where packs are kept (see git::ForeignObjects).
  // `source_name` is for messages.
  CapturedGit(const std::string& directory, const std::string& source_name);

  // An entry of this git directory: `name` is its path below it, "" for itself.
  // `pull` gives its content. What makes the source unusable is remembered, not
  // thrown: it counts only if this turns out to be the root's own.
  void Take(const archive::Entry& entry, std::string_view name,
            const git::ForeignObjects::Pull& pull);

  // Throws what is wrong with it. False where it holds no history of its own: a
  // gitfile, or a working tree of another repository.
  bool Check();

  git::ForeignObjects& objects();

  // To be taken once Check() returned true.
  std::unique_ptr<git::ForeignObjects> TakeObjects() {
    objects();
    return std::move(objects_);
  }
  git::ForeignRefs TakeRefs() { return refs_.Finish(); }

 private:
  void TakeFile(const archive::Entry& entry, std::string_view name,
                const git::ForeignObjects::Pull& pull);
  void TakeObject(const archive::Entry& entry, std::string_view name,
                  const git::ForeignObjects::Pull& pull);
  std::string ReadSmall(const archive::Entry& entry, uint64_t limit,
                        const git::ForeignObjects::Pull& pull);
  // Hands `bytes` on, unless they could not be read; what is wrong with them is
  // remembered.
  void TakeRef(const std::string& bytes,
               const std::function<void(const std::string&)>& take);
  void Refuse(const std::string& message, std::vector<std::string> hints = {});
  void RefuseEntry(const archive::Entry& entry, const std::string& why);

  const std::string directory_;
  const std::string source_name_;
  // Made when there is one: most candidates of a hostile source have none.
  std::unique_ptr<git::ForeignObjects> objects_;
  git::ForeignRefsBuilder refs_;
  // The id that the bytes of each file would have as a blob: what comes twice
  // must be the same.
  std::unordered_map<std::string, git::Oid> seen_;
  std::optional<std::string> config_;
  bool anything_ = false;
  bool has_head_ = false;
  bool elsewhere_ = false;  // its history is in another place
  std::optional<Error> refusal_;
};

// All git directories that may turn out to be the root's own.
class GitCapture {
 public:
  GitCapture(std::string directory, std::string source_name)
      : directory_(std::move(directory)),
        source_name_(std::move(source_name)) {}

  // An entry at or below `git_dir`, whose last component is `.git`. Reads its
  // content from `reader` as far as it is of use.
  void Take(const archive::Entry& entry, std::string_view git_dir,
            archive::Reader& reader);

  // The git directory that a file outside of every `.git` would be part of if
  // there were a bare repository: "" is the source itself; nothing where it
  // looks like no such file.
  static std::optional<std::string_view> BarePart(std::string_view path);
  // Such a file; `pull` gives its content.
  void TakeBare(const archive::Entry& entry, std::string_view git_dir,
                const git::ForeignObjects::Pull& pull);

  // A pack that TakeBare() took, by its path in the source; nothing where it
  // did not.
  std::optional<git::ForeignObjects::PackBytes> FindPack(
      std::string_view git_dir, std::string_view path) const;

  // The git directory at this path; null where there is none.
  std::unique_ptr<CapturedGit> Release(const std::string& git_dir);

 private:
  CapturedGit& At(std::string_view git_dir);

  const std::string directory_;
  const std::string source_name_;
  std::map<std::string, std::unique_ptr<CapturedGit>, std::less<>> captured_;
  size_t least_depth_ = SIZE_MAX;  // of the `.git` found so far
};

}  // namespace backgraft::restore
