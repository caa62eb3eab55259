// The only header that shows libgit2. For git/*.cc.
#pragma once

#include <git2.h>

#include <memory>
#include <string>

#include "git/oid.h"

namespace backgraft::git {

template <typename T, void (*Free)(T*)>
struct Libgit2Deleter {
  void operator()(T* handle) const noexcept { Free(handle); }
};
template <typename T, void (*Free)(T*)>
using Libgit2Handle = std::unique_ptr<T, Libgit2Deleter<T, Free>>;

using RepositoryHandle = Libgit2Handle<git_repository, git_repository_free>;
using OdbHandle = Libgit2Handle<git_odb, git_odb_free>;
using OdbObjectHandle = Libgit2Handle<git_odb_object, git_odb_object_free>;
using ObjectHandle = Libgit2Handle<git_object, git_object_free>;
using ReferenceHandle = Libgit2Handle<git_reference, git_reference_free>;
using ReferenceIteratorHandle =
    Libgit2Handle<git_reference_iterator, git_reference_iterator_free>;
using SignatureHandle = Libgit2Handle<git_signature, git_signature_free>;

// Starts libgit2 once for the process, with the settings every use relies on:
// fsync of what it writes into a git directory, no search paths of its own
// invention, strict object checks.
void StartLibgit2();

// Throws Error(kIo) "<what>: <libgit2's message>" when `result` is negative;
// returns it otherwise.
int Check(int result, const std::string& what);

// libgit2's last message, or "unknown error".
std::string LastMessage();

// Whether it failed for what the system could not do (descriptors, memory, the
// disk, permission), and not for what was asked.
bool IsSystemFailure();

inline git_oid ToLibgit2(const Oid& oid) {
  git_oid out;
  static_assert(sizeof out.id == 20);
  std::memcpy(out.id, oid.bytes.data(), 20);
  return out;
}

inline Oid FromLibgit2(const git_oid& oid) {
  Oid out;
  std::memcpy(out.bytes.data(), oid.id, 20);
  return out;
}

}  // namespace backgraft::git
