#include "git/repository.h"

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <mutex>

#include "base/error.h"
#include "base/escape.h"
#include "git/commit.h"
#include "git/id_filter.h"
#include "git/libgit2.h"
#include "git/operation_lock.h"
#include "git/own_packs.h"
#include "git/recovery.h"

namespace backgraft::git {
namespace {

std::string WithoutTrailingSlash(const char* path) {
  std::string out = path == nullptr ? "" : path;
  while (out.size() > 1 && out.back() == '/') out.pop_back();
  return out;
}

// What a repository has that libgit2 cannot open, told from its message.
Error CannotOpen(const std::string& message) {
  auto says = [&](const char* what) {
    return message.find(what) != std::string::npos;
  };
  if (says("objectformat")) {
    return Error(ErrorKind::kRefused,
                 "this repository uses sha256 object ids, which backgraft "
                 "cannot write",
                 {"work in a clone made with: git init --object-format=sha1"});
  }
  if (says("refstorage") || says("reftable")) {
    return Error(ErrorKind::kRefused,
                 "this repository stores its refs as a reftable, which "
                 "backgraft cannot write",
                 {"git refs migrate --ref-format=files"});
  }
  if (says("partialclone")) {
    return Error(ErrorKind::kRefused,
                 "this repository is a partial clone, so objects may be "
                 "missing from it",
                 {"work in a full clone: git clone --no-filter <url>"});
  }
  if (says("not owned by current user")) {
    return Error(ErrorKind::kRefused, "the repository belongs to another user",
                 {"git config --global --add safe.directory <directory>"});
  }
  return Error(ErrorKind::kRefused, "cannot open the repository: " + message,
               {"git status"});
}

// "main~12": twelve first parents back from "main".
struct Steps {
  std::string from;
  uint64_t count;
};

// libgit2 reads every commit on the way anew, which the walk that follows would
// do once more. Nothing where the revision is not of this form.
std::optional<Steps> FirstParentSteps(const std::string& revision) {
  size_t tilde = revision.rfind('~');
  if (tilde == std::string::npos || tilde == 0 ||
      revision.find_first_of(":{ ") != std::string::npos) {
    return std::nullopt;
  }
  uint64_t count = 0;
  const char* end = revision.data() + revision.size();
  auto [stop, error] = std::from_chars(revision.data() + tilde + 1, end, count);
  if (error != std::errc() || stop != end) return std::nullopt;
  return Steps{revision.substr(0, tilde), count};
}

std::string OperationName(int state) {
  switch (state) {
    case GIT_REPOSITORY_STATE_MERGE:
      return "merge";
    case GIT_REPOSITORY_STATE_REVERT:
    case GIT_REPOSITORY_STATE_REVERT_SEQUENCE:
      return "revert";
    case GIT_REPOSITORY_STATE_CHERRYPICK:
    case GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE:
      return "cherry-pick";
    case GIT_REPOSITORY_STATE_BISECT:
      return "bisect";
    case GIT_REPOSITORY_STATE_APPLY_MAILBOX:
      return "am";
    default:
      return "rebase";
  }
}

}  // namespace

struct Repository::Impl {
  RepositoryHandle handle;
  OdbHandle odb;
  std::string git_dir, common_dir, objects_dir, workdir;
  Config config;

  std::unique_ptr<OwnPacks> packs;
  std::optional<OperationLock> operation_lock;

  // Every miss costs a system call, so many are worth a look at all objects.
  static constexpr uint32_t kManyMisses = 4000;
  std::atomic<uint32_t> misses = 0;
  std::mutex filter_mutex;
  std::unique_ptr<const IdFilter> filter_owner;
  std::atomic<const IdFilter*> filter = nullptr;  // null: not made yet

  void MakeFilter() {
    std::lock_guard lock(filter_mutex);
    if (filter != nullptr) return;
    auto made = std::make_unique<IdFilter>();
    auto add = [](const git_oid* id, void* to) noexcept {
      static_cast<IdFilter*>(to)->Add(FromLibgit2(*id));
      return 0;
    };
    Check(git_odb_foreach(odb.get(), add, made.get()),
          "cannot read the object database");
    filter = made.get();
    filter_owner = std::move(made);
  }
};

Repository::Repository(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Repository::Repository(Repository&&) noexcept = default;
Repository& Repository::operator=(Repository&&) noexcept = default;
Repository::~Repository() = default;

std::optional<Repository> Repository::Find(const std::string& directory) {
  StartLibgit2();
  git_repository* raw = nullptr;
  int result =
      git_repository_open_ext(&raw, directory.empty() ? "." : directory.c_str(),
                              GIT_REPOSITORY_OPEN_FROM_ENV, nullptr);
  const char* objects = getenv("GIT_OBJECT_DIRECTORY");
  return Take(raw, result,
              WithoutTrailingSlash(objects == nullptr ? "" : objects));
}

std::optional<Repository> Repository::FindAt(const std::string& directory) {
  StartLibgit2();
  git_repository* raw = nullptr;
  int result = git_repository_open_ext(&raw, directory.c_str(),
                                       GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
  return Take(raw, result, "");
}

std::optional<Repository> Repository::Take(git_repository* raw, int result,
                                           std::string objects_dir) {
  if (result == GIT_ENOTFOUND) return std::nullopt;
  if (result < 0) {
    if (IsSystemFailure())
      throw Error(ErrorKind::kIo,
                  "cannot open the repository: " + LastMessage());
    throw CannotOpen(LastMessage());
  }
  auto impl = std::make_unique<Impl>();
  impl->handle.reset(raw);
  git_odb* odb = nullptr;
  Check(git_repository_odb(&odb, raw), "cannot open the object database");
  impl->odb.reset(odb);
  impl->git_dir = WithoutTrailingSlash(git_repository_path(raw));
  impl->common_dir = WithoutTrailingSlash(git_repository_commondir(raw));
  impl->objects_dir = objects_dir.empty() ? impl->common_dir + "/objects"
                                          : std::move(objects_dir);
  impl->workdir = WithoutTrailingSlash(git_repository_workdir(raw));
  impl->packs = std::make_unique<OwnPacks>(impl->objects_dir);
  impl->config =
      Config::Load(impl->git_dir, impl->common_dir, Environment::OfProcess());
  // Recent gits write partial clones without the extension.
  for (const ConfigEntry& entry : impl->config.entries()) {
    if (entry.key.starts_with("remote.") && entry.key.ends_with(".promisor") &&
        impl->config.GetBool(entry.key).value_or(false)) {
      throw CannotOpen("partialclone");
    }
  }
  return Repository(std::move(impl));
}

Repository Repository::Open(const std::string& directory) {
  auto repository = Find(directory);
  if (!repository) {
    throw Error(ErrorKind::kRefused,
                "not in a git repository (or any of the parent directories)",
                {"name one with -C DIR, or make one: git init"});
  }
  return std::move(*repository);
}

Repository Repository::Init(const std::string& directory, bool bare,
                            const std::string& branch) {
  StartLibgit2();
  git_repository_init_options options{};
  Check(git_repository_init_options_init(&options,
                                         GIT_REPOSITORY_INIT_OPTIONS_VERSION),
        "cannot make a repository");
  options.flags = GIT_REPOSITORY_INIT_MKDIR | GIT_REPOSITORY_INIT_MKPATH;
  if (bare) options.flags |= GIT_REPOSITORY_INIT_BARE;
  options.initial_head = branch.c_str();
  git_repository* raw = nullptr;
  int result = git_repository_init_ext(&raw, directory.c_str(), &options);
  RepositoryHandle owner(raw);
  Check(result, "cannot make a repository in " + Quote(directory));
  auto repository = FindAt(directory);
  Require(repository.has_value(), "a new repository cannot be found");
  return std::move(*repository);
}

bool Repository::is_bare() const { return impl_->workdir.empty(); }
const std::string& Repository::git_dir() const { return impl_->git_dir; }
const std::string& Repository::common_dir() const { return impl_->common_dir; }
const std::string& Repository::objects_dir() const {
  return impl_->objects_dir;
}
const std::string& Repository::workdir() const { return impl_->workdir; }
const Config& Repository::config() const { return impl_->config; }
git_repository* Repository::raw() const { return impl_->handle.get(); }

std::string Repository::HeadRef() const {
  git_reference* raw_head = nullptr;
  Check(git_reference_lookup(&raw_head, raw(), "HEAD"), "cannot read HEAD");
  ReferenceHandle at(raw_head);
  // A branch may be symbolic itself; what moves is the last one.
  for (int depth = 0; depth < 10; ++depth) {
    if (git_reference_type(at.get()) != GIT_REFERENCE_SYMBOLIC) {
      return git_reference_name(at.get());
    }
    std::string target = git_reference_symbolic_target(at.get());
    git_reference* next = nullptr;
    int result = git_reference_lookup(&next, raw(), target.c_str());
    if (result == GIT_ENOTFOUND) return target;
    Check(result, "cannot read " + Quote(target));
    at.reset(next);
  }
  throw Error(ErrorKind::kRefused, "HEAD is a symbolic ref without an end",
              {"git symbolic-ref HEAD"});
}

std::optional<Oid> Repository::HeadCommit() const {
  git_oid oid;
  int result = git_reference_name_to_id(&oid, raw(), "HEAD");
  if (result == GIT_ENOTFOUND) return std::nullopt;
  Check(result, "cannot read HEAD");
  return FromLibgit2(oid);
}

std::optional<std::string> Repository::OperationInProgress() const {
  int state = git_repository_state(raw());
  if (state == GIT_REPOSITORY_STATE_NONE) return std::nullopt;
  return OperationName(state);
}

std::optional<Oid> Repository::Resolve(const std::string& revision) const {
  if (auto steps = FirstParentSteps(revision)) {
    auto commit = ResolveCommit(steps->from);
    for (uint64_t i = 0; commit && i < steps->count; ++i) {
      // In a shallow clone the parent may be missing.
      const std::vector<Oid> parents = ReadCommit(*this, *commit).parents;
      const bool is_last = parents.empty() || !Exists(parents.front());
      commit = is_last ? std::nullopt : std::optional(parents.front());
    }
    return commit;
  }
  git_object* object = nullptr;
  int result = git_revparse_single(&object, raw(), revision.c_str());
  ObjectHandle owner(object);
  if (result == GIT_EAMBIGUOUS) {
    throw Error(ErrorKind::kRefused,
                "revision " + Quote(revision) + " is ambiguous",
                {"git rev-parse --disambiguate=" + revision});
  }
  if (result < 0 && IsSystemFailure())
    Check(result, "cannot read " + Quote(revision));
  if (result < 0) return std::nullopt;
  return FromLibgit2(*git_object_id(object));
}

std::optional<Oid> Repository::ResolveCommit(
    const std::string& revision) const {
  auto oid = Resolve(revision);
  if (!oid) return std::nullopt;
  git_oid id = ToLibgit2(*oid);
  git_object* object = nullptr;
  Check(git_object_lookup(&object, raw(), &id, GIT_OBJECT_ANY),
        "cannot read " + Quote(revision));
  ObjectHandle owner(object);
  git_object* peeled = nullptr;
  int result = git_object_peel(&peeled, object, GIT_OBJECT_COMMIT);
  ObjectHandle peeled_owner(peeled);
  if (result < 0) return std::nullopt;
  return FromLibgit2(*git_object_id(peeled));
}

bool Repository::Exists(const Oid& oid) const {
  if (const IdFilter* filter = impl_->filter; filter != nullptr) {
    if (!filter->MayHold(oid)) return false;
  } else if (impl_->misses >= Impl::kManyMisses) {
    impl_->MakeFilter();
  }
  if (impl_->packs->Exists(oid)) return true;
  git_oid id = ToLibgit2(oid);
  if (git_odb_exists_ext(impl_->odb.get(), &id, GIT_ODB_LOOKUP_NO_REFRESH) ==
      1) {
    return true;
  }
  ++impl_->misses;
  return false;
}

std::optional<Object> Repository::Find(const Oid& oid) const {
  if (auto packed = impl_->packs->Find(oid)) return packed;
  git_oid id = ToLibgit2(oid);
  git_odb_object* object = nullptr;
  int result = git_odb_read(&object, impl_->odb.get(), &id);
  OdbObjectHandle owner(object);
  if (result == GIT_ENOTFOUND) return std::nullopt;
  Check(result, "cannot read object " + oid.Hex());
  Object found{
      static_cast<ObjectType>(git_odb_object_type(object)),
      std::string(static_cast<const char*>(git_odb_object_data(object)),
                  git_odb_object_size(object))};
  if (HashObject(found.type, found.content) != oid) {
    throw Error(ErrorKind::kIo, "object " + oid.Hex() + " is damaged",
                {"git fsck --full"});
  }
  return found;
}

void Repository::Lock(std::chrono::milliseconds wait) {
  if (!impl_->operation_lock)
    impl_->operation_lock.emplace(
        OperationLock::Take(JournalDirectory(*this), wait));
}

const OperationLock* Repository::lock() const {
  return impl_->operation_lock ? &*impl_->operation_lock : nullptr;
}

void Repository::RefreshObjects() const {
  Check(git_odb_refresh(impl_->odb.get()), "cannot read the object database");
  impl_->packs->Refresh();
  std::lock_guard lock(impl_->filter_mutex);
  impl_->filter = nullptr;
  impl_->filter_owner.reset();
  impl_->misses = 0;
}

}  // namespace backgraft::git
