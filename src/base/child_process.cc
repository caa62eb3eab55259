#include "base/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/escape.h"
#include "base/io.h"

extern char** environ;

namespace backgraft {
namespace {

struct Pipe {
  UniqueFd read, write;
};

Pipe MakePipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) ThrowErrno(errno, "cannot make", "a pipe");
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

class SpawnSettings {
 public:
  SpawnSettings() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    // Ours are ignored or only noted; a child has to die of them.
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) {
      sigaddset(&signals, number);
    }
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  void Use(const UniqueFd& fd, int as) {
    posix_spawn_file_actions_adddup2(&actions_, fd.get(), as);
  }

  pid_t Spawn(const std::vector<std::string>& argv) const {
    std::vector<char*> words;
    words.reserve(argv.size() + 1);
    for (const std::string& word : argv) {
      words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, words[0], &actions_, &attributes_,
                                    words.data(), environ);
    if (failed == EAGAIN || failed == ENOMEM) {
      ThrowErrno(failed, "cannot run", argv[0]);
    }
    if (failed != 0) {
      throw Error(ErrorKind::kRefused, "cannot run " + Quote(argv[0]) + ": " +
                                           std::strerror(failed));
    }
    return child;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

void Collect(UniqueFd* fd, short events, std::string* to) {
  if (!*fd || events == 0) return;
  char buffer[16384];
  const ssize_t size = read(fd->get(), buffer, sizeof buffer);
  if (size > 0) {
    to->append(buffer, static_cast<size_t>(size));
  } else if (size == 0 || errno != EINTR) {
    fd->Reset();
  }
}

// All three at once, so that no full pipe stops the child.
void Talk(UniqueFd in, std::string_view input, UniqueFd out, UniqueFd err,
          ChildResult* result) {
  fcntl(in.get(), F_SETFL, O_NONBLOCK);
  if (input.empty()) in.Reset();
  while (in || out || err) {
    pollfd fds[3] = {
        {in.get(), POLLOUT, 0}, {out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}};
    if (poll(fds, 3, -1) < 0) {
      if (errno == EINTR) continue;
      ThrowErrno(errno, "cannot wait for", "a program");
    }
    if (in && fds[0].revents != 0) {
      const ssize_t size = write(in.get(), input.data(), input.size());
      if (size > 0) input.remove_prefix(static_cast<size_t>(size));
      const bool again = size < 0 && (errno == EAGAIN || errno == EINTR);
      if (input.empty() || (size < 0 && !again)) in.Reset();
    }
    Collect(&out, fds[1].revents, &result->out);
    Collect(&err, fds[2].revents, &result->err);
  }
}

int WaitFor(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) ThrowErrno(errno, "cannot wait for", "a program");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Writing to a child that reads no more is an error, not the end of us.
class IgnorePipeSignal {
 public:
  IgnorePipeSignal() {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, &before_);
  }
  ~IgnorePipeSignal() { sigaction(SIGPIPE, &before_, nullptr); }
  IgnorePipeSignal(const IgnorePipeSignal&) = delete;
  IgnorePipeSignal& operator=(const IgnorePipeSignal&) = delete;

 private:
  struct sigaction before_ = {};
};

}  // namespace

ChildResult RunChild(const std::vector<std::string>& argv,
                     std::string_view input) {
  Pipe in = MakePipe();
  Pipe out = MakePipe();
  Pipe err = MakePipe();
  SpawnSettings settings;
  settings.Use(in.read, STDIN_FILENO);
  settings.Use(out.write, STDOUT_FILENO);
  settings.Use(err.write, STDERR_FILENO);
  const IgnorePipeSignal ignore;
  const pid_t child = settings.Spawn(argv);
  in.read.Reset();
  out.write.Reset();
  err.write.Reset();
  ChildResult result;
  Talk(std::move(in.write), input, std::move(out.read), std::move(err.read),
       &result);
  result.status = WaitFor(child);
  return result;
}

std::vector<std::string> SplitCommandLine(std::string_view line) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    if (quote == 0 && isspace(static_cast<unsigned char>(c)) != 0) {
      in_word = false;
      continue;
    }
    if (!in_word) {
      words.emplace_back();
      in_word = true;
    }
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      continue;
    }
    if (c == quote) {
      quote = 0;
      continue;
    }
    if (c == '\\' && quote != '\'') {
      if (++i == line.size()) {
        throw Error(ErrorKind::kRefused,
                    Quote(std::string(line)) + " ends with a backslash");
      }
      c = line[i];
    }
    words.back() += c;
  }
  if (quote != 0) {
    throw Error(ErrorKind::kRefused,
                Quote(std::string(line)) + " has a quote that is not closed");
  }
  return words;
}

}  // namespace backgraft
