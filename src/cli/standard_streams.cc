#include "cli/standard_streams.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>

#include "base/error.h"

namespace backgraft::cli {

void SecureStandardStreams() {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest free number is `fd`: all before it are open. O_PATH fails
    // with EBADF on reading and writing, as the closed one would.
    if (open("/", O_PATH) != fd) _exit(7);
  }
}

void RequireStandardOutput() {
  // Writing no bytes to a full device or a descriptor that is not open for
  // writing fails as writing some would.
  if (write(STDOUT_FILENO, "", 0) != 0) {
    ThrowErrno(errno, "cannot write to", "standard output");
  }
  pollfd out = {STDOUT_FILENO, POLLOUT, 0};
  if (poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0) {
    ThrowErrno(EPIPE, "cannot write to", "standard output");
  }
}

bool FlushStandardOutput() {
  errno = 0;
  std::cout.flush();
  return std::fflush(stdout) == 0 && std::cout.good() &&
         std::ferror(stdout) == 0;
}

}  // namespace backgraft::cli
