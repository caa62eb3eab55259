#include "git/fsck.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "git/fsck_commit.h"
#include "git/fsck_gitmodules.h"
#include "git/fsck_tree.h"

namespace backgraft::git {
namespace {

// git's core.bigFileThreshold: it does not load larger blobs for its checks.
constexpr size_t kBigFile = size_t{512} << 20;

void CheckInto(ObjectType type, const Oid& oid, std::string_view bytes,
               const FsckOptions& options, DotFilesInTree* found,
               std::vector<FsckMessage>* messages) {
  FsckReporter reporter(options, type, oid, messages);
  switch (type) {
    case ObjectType::kCommit:
      CheckCommit(bytes, &reporter);
      break;
    case ObjectType::kTree:
      CheckTree(bytes, &reporter, found);
      break;
    case ObjectType::kTag:
      CheckTag(bytes, &reporter);
      break;
    case ObjectType::kBlob:
      break;
  }
}

}  // namespace

std::vector<FsckMessage> CheckObject(ObjectType type, const Oid& oid,
                                     std::string_view bytes,
                                     const FsckOptions& options) {
  std::vector<FsckMessage> messages;
  DotFilesInTree found;
  CheckInto(type, oid, bytes, options, &found, &messages);
  return messages;
}

std::vector<FsckMessage> CheckGitmodulesBlob(const Oid& oid,
                                             std::string_view bytes,
                                             const FsckOptions& options) {
  std::vector<FsckMessage> messages;
  FsckReporter reporter(options, ObjectType::kBlob, oid, &messages);
  if (bytes.size() > kBigFile) {
    reporter.Report(FsckId::kGitmodulesLarge);
  } else {
    CheckGitmodules(bytes, &reporter);
  }
  return messages;
}

std::vector<FsckMessage> CheckGitattributesBlob(const Oid& oid,
                                                std::string_view bytes,
                                                const FsckOptions& options) {
  std::vector<FsckMessage> messages;
  FsckReporter reporter(options, ObjectType::kBlob, oid, &messages);
  CheckGitattributes(bytes, &reporter);
  return messages;
}

void Fsck::Check(ObjectType type, const Oid& oid, std::string_view bytes) {
  if (type == ObjectType::kBlob) return;
  std::vector<FsckMessage> messages;
  DotFilesInTree found;
  CheckInto(type, oid, bytes, options_, &found, &messages);
  if (messages.empty() && found.gitmodules.empty() &&
      found.gitattributes.empty()) {
    return;
  }
  std::lock_guard lock(mutex_);
  gitmodules_.insert(found.gitmodules.begin(), found.gitmodules.end());
  gitattributes_.insert(found.gitattributes.begin(), found.gitattributes.end());
  Add(std::move(messages));
}

void Fsck::Add(std::vector<FsckMessage> messages) {
  for (FsckMessage& message : messages) {
    // An error must not be lost behind ten thousand warnings.
    if (messages_.size() >= kMaximumMessages &&
        message.severity != FsckSeverity::kError) {
      continue;
    }
    if (messages_.size() >= 2 * kMaximumMessages) return;
    messages_.push_back(std::move(message));
  }
}

std::vector<FsckMessage> Fsck::Finish(const ObjectReader& objects) {
  std::lock_guard lock(mutex_);
  auto check_blobs = [&](const std::unordered_set<Oid, OidHash>& oids,
                         FsckId missing, FsckId not_a_blob, auto check) {
    for (const Oid& oid : oids) {
      std::optional<Object> object = objects.Find(oid);
      if (object && object->type == ObjectType::kBlob) {
        Add(check(oid, object->content, options_));
        continue;
      }
      std::vector<FsckMessage> messages;
      FsckReporter reporter(options_, object ? object->type : ObjectType::kBlob,
                            oid, &messages);
      reporter.Report(object ? not_a_blob : missing);
      Add(std::move(messages));
    }
  };
  check_blobs(gitmodules_, FsckId::kGitmodulesMissing, FsckId::kGitmodulesBlob,
              CheckGitmodulesBlob);
  check_blobs(gitattributes_, FsckId::kGitattributesMissing,
              FsckId::kGitattributesBlob, CheckGitattributesBlob);
  gitmodules_.clear();
  gitattributes_.clear();
  // Threads deliver in any order; what is reported must not depend on it.
  std::sort(messages_.begin(), messages_.end(),
            [](const FsckMessage& a, const FsckMessage& b) {
              return std::tuple(b.severity, a.oid, a.id, a.text) <
                     std::tuple(a.severity, b.oid, b.id, b.text);
            });
  if (messages_.size() > kMaximumMessages) messages_.resize(kMaximumMessages);
  return std::exchange(messages_, {});
}

void ThrowOnFsckError(const std::vector<FsckMessage>& messages) {
  for (const FsckMessage& message : messages) {
    if (message.severity != FsckSeverity::kError) continue;
    std::string id(FsckIdName(message.id));
    std::vector<std::string> hints;
    bool permissible = message.id != FsckId::kUnparsable &&
                       message.id != FsckId::kNulInHeader &&
                       message.id != FsckId::kUnterminatedHeader;
    if (permissible) hints.push_back("git config fetch.fsck." + id + " warn");
    throw Error(ErrorKind::kBadSource,
                "git fsck refuses " + std::string(TypeName(message.type)) +
                    " '" + message.oid.Hex() + "': " + id + ": " + message.text,
                std::move(hints));
  }
}

}  // namespace backgraft::git
