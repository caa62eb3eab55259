#include "restore/source_history.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/commit.h"
#include "git/fsck.h"

namespace backgraft::restore {
namespace {

[[noreturn]] void Missing(const std::string& what, const git::Oid& oid,
                          const std::string& source_name) {
  throw Error(ErrorKind::kBadSource, what + " '" + oid.Hex() + "' is missing" +
                                         " in the history of " +
                                         Quote(source_name));
}

// Reads one commit and what it holds, showing every object to git fsck's
// checks. Without recursion of ours: the depth of trees is the source's choice.
class TipReader {
 public:
  TipReader(const git::ObjectReader& objects, const git::FsckOptions& fsck,
            const std::string& source_name)
      : objects_(objects), fsck_(fsck), source_name_(source_name) {}

  SourceTip Read(const git::Oid& oid) {
    SourceTip tip;
    tip.commit = oid;
    while (auto tag = FindTag(tip.commit)) tip.commit = *tag;
    tip.tree =
        git::ParseCommit(ReadSound(tip.commit, git::ObjectType::kCommit)).tree;
    tip.files = List(tip.tree);
    git::ThrowOnFsckError(fsck_.Finish(objects_));
    return tip;
  }

 private:
  // What the tag `oid` tags; nothing for a commit.
  std::optional<git::Oid> FindTag(const git::Oid& oid) {
    auto object = objects_.Find(oid);
    if (!object || object->type != git::ObjectType::kTag) return std::nullopt;
    fsck_.Check(object->type, oid, object->content);
    return git::TagTarget(object->content);
  }

  // An object that has to be there and of this type.
  std::string ReadSound(const git::Oid& oid, git::ObjectType type) {
    auto object = objects_.Find(oid);
    if (!object) Missing(std::string(TypeName(type)), oid, source_name_);
    if (object->type != type) {
      throw Error(ErrorKind::kBadSource,
                  "object '" + oid.Hex() + "' in the history of " +
                      Quote(source_name_) + " is a " +
                      std::string(TypeName(object->type)) + ", not a " +
                      std::string(TypeName(type)));
    }
    fsck_.Check(type, oid, object->content);
    return std::move(object->content);
  }

  std::vector<git::TreeFile> List(const git::Oid& tree) {
    Push("", tree);
    while (!levels_.empty()) {
      Level& level = levels_.back();
      if (level.next == level.entries.size()) {
        levels_.pop_back();
        continue;
      }
      git::TreeEntry& entry = level.entries[level.next++];
      std::string path = level.prefix + entry.name;
      if (entry.mode == git::FileMode::kTree) {
        Push(path + "/", entry.oid);
      } else {
        files_.push_back({std::move(path), entry.mode, entry.oid});
      }
    }
    std::sort(files_.begin(), files_.end(),
              [](const git::TreeFile& a, const git::TreeFile& b) {
                return a.path < b.path;
              });
    return std::move(files_);
  }

  struct Level {
    std::string prefix;
    git::Tree entries;
    size_t next = 0;
  };

  void Push(const std::string& prefix, const git::Oid& tree) {
    ThrowIfInterrupted();
    if (levels_.size() >= static_cast<size_t>(git::kMaximumTreeDepth)) {
      throw Error(ErrorKind::kBadSource,
                  "the trees of " + Quote(source_name_) + " are too deep");
    }
    levels_.push_back(
        {prefix, git::ParseTree(ReadSound(tree, git::ObjectType::kTree)), 0});
  }

  const git::ObjectReader& objects_;
  git::Fsck fsck_;
  const std::string& source_name_;
  std::vector<Level> levels_;
  std::vector<git::TreeFile> files_;
};

}  // namespace

std::optional<git::Oid> SourceHistory::Resolve(
    const std::optional<std::string>& ref) const {
  if (!ref || *ref == "HEAD") return refs.Tip();
  // The order of git's ref_rev_parse_rules.
  for (const char* prefix :
       {"", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"}) {
    auto found = refs.refs.find(prefix + *ref);
    if (found != refs.refs.end()) return found->second;
  }
  if (auto oid = git::Oid::FromHex(*ref)) {
    if (objects->Exists(*oid)) return oid;
  }
  throw Error(ErrorKind::kRefused,
              Quote(source_name) + " has no ref " + Quote(*ref),
              {"see what it has: backgraft inspect -v " + Quote(source_name)});
}

std::unique_ptr<SourceHistory> TakeHistory(BackupFiles& backup,
                                           const std::string& source_name) {
  if (!backup.git || !backup.git->Check()) return nullptr;
  auto history = std::make_unique<SourceHistory>();
  history->refs = backup.git->TakeRefs();
  history->objects = backup.git->TakeObjects();
  history->source_name = source_name;
  backup.git.reset();
  return history;
}

git::Oid PeelTip(const git::ObjectReader& objects, const git::Oid& oid,
                 const std::string& source_name) {
  git::Oid at = oid;
  for (;;) {
    auto object = objects.Find(at);
    if (!object) Missing("object", at, source_name);
    if (object->type == git::ObjectType::kCommit) return at;
    auto target = object->type == git::ObjectType::kTag
                      ? git::TagTarget(object->content)
                      : std::nullopt;
    if (!target) {
      throw Error(ErrorKind::kBadSource,
                  "object '" + oid.Hex() + "' in the history of " +
                      Quote(source_name) + " leads to no commit");
    }
    at = *target;
  }
}

SourceTip ReadTip(const git::ObjectReader& objects, const git::Oid& oid,
                  const git::FsckOptions& fsck,
                  const std::string& source_name) {
  return TipReader(objects, fsck, source_name).Read(oid);
}

}  // namespace backgraft::restore
