#include "git/libgit2.h"

#include <cerrno>
#include <cstring>

#include "base/error.h"

// libgit2 reads the file of certificate authorities when it starts, which takes
// longer than all else that a small command does. It never connects to anybody
// here, so it is told that the file is none. (mbedtls 2.28, x509_crt.h; the
// program's symbol comes before the library's.)
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int mbedtls_x509_crt_parse_file(void*, const char*) { return -1; }

namespace backgraft::git {

void StartLibgit2() {
  static const bool started = [] {
    Check(git_libgit2_init(), "cannot start libgit2");
    Check(git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1),
          "cannot set up libgit2");
    // Repository::Find() does it with the processor's SHA instructions, in a
    // quarter of the time.
    Check(git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0),
          "cannot set up libgit2");
    return true;
  }();
  Require(started, "libgit2 not started");
}

int Check(int result, const std::string& what) {
  if (result >= 0) return result;
  throw Error(ErrorKind::kIo, what + ": " + LastMessage());
}

std::string LastMessage() {
  const git_error* error = git_error_last();
  return error != nullptr && error->message != nullptr ? error->message
                                                       : "unknown error";
}

bool IsSystemFailure() {
  const git_error* error = git_error_last();
  if (error == nullptr) return false;
  if (error->klass == GIT_ERROR_NOMEMORY) return true;
  // Other errors of this class are what names are refused with (too long, a
  // directory); the number itself is gone.
  if (error->klass != GIT_ERROR_OS) return false;
  const std::string message = LastMessage();
  for (const int number : {EMFILE, ENFILE, ENOMEM, EIO, EACCES, EINTR})
    if (message.ends_with(std::strerror(number))) return true;
  return false;
}

}  // namespace backgraft::git
