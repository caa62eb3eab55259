#include "testing/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>

#include "base/io.h"
#include "testing/temp_dir.h"

namespace backgraft::testing {
namespace {

std::map<std::string, std::string> HermeticEnvironment() {
  // What is run outside of a repository is journaled there.
  static const TempDir state;
  std::map<std::string, std::string> env = {
      {"HOME", "/nonexistent"},
      {"XDG_STATE_HOME", state.path()},
      {"LC_ALL", "C"},
      {"TZ", "UTC"},
      {"GIT_CONFIG_NOSYSTEM", "1"},
      {"GIT_CONFIG_GLOBAL", "/dev/null"},
      {"GIT_NO_REPLACE_OBJECTS", "1"},
      {"GIT_TERMINAL_PROMPT", "0"},
      {"GIT_AUTHOR_NAME", "A U Thor"},
      {"GIT_AUTHOR_EMAIL", "author@example.com"},
      {"GIT_AUTHOR_DATE", "1700000000 +0000"},
      {"GIT_COMMITTER_NAME", "C O Mitter"},
      {"GIT_COMMITTER_EMAIL", "committer@example.com"},
      {"GIT_COMMITTER_DATE", "1700000000 +0000"},
  };
  for (const char* kept :
       {"PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = getenv(kept)) env[kept] = value;
  }
  return env;
}

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Pipe MakePipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

// Feeds and drains all three at once, so that no full pipe can stop the child.
void Pump(UniqueFd in, const std::string& input, UniqueFd out, UniqueFd err,
          ProcessResult* result) {
  fcntl(in.get(), F_SETFL, O_NONBLOCK);
  size_t written = 0;
  if (input.empty()) in.Reset();
  while (in || out || err) {
    pollfd fds[3] = {
        {in.get(), POLLOUT, 0}, {out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}};
    if (poll(fds, 3, -1) < 0 && errno != EINTR) break;
    if (in && fds[0].revents != 0) {
      ssize_t n =
          write(in.get(), input.data() + written, input.size() - written);
      if (n > 0) written += static_cast<size_t>(n);
      if ((n < 0 && errno != EAGAIN) || written == input.size()) in.Reset();
    }
    auto drain = [](UniqueFd* fd, short revents, std::string* to) {
      if (!*fd || revents == 0) return;
      char buffer[65536];
      ssize_t n = read(fd->get(), buffer, sizeof buffer);
      if (n > 0) {
        to->append(buffer, static_cast<size_t>(n));
      } else if (n == 0 || errno != EINTR) {
        fd->Reset();
      }
    };
    drain(&out, fds[1].revents, &result->out);
    drain(&err, fds[2].revents, &result->err);
  }
}

}  // namespace

ProcessResult Run(const std::vector<std::string>& argv,
                  const ProcessOptions& options) {
  auto env = HermeticEnvironment();
  for (const auto& [name, value] : options.env) env[name] = value;
  std::vector<std::string> settings;
  for (const auto& [name, value] : env) settings.push_back(name + "=" + value);
  auto pointers = [](const std::vector<std::string>& strings) {
    std::vector<char*> out;
    for (const auto& s : strings) out.push_back(const_cast<char*>(s.c_str()));
    out.push_back(nullptr);
    return out;
  };
  auto arguments = pointers(argv);
  auto environment = pointers(settings);

  signal(SIGPIPE, SIG_IGN);
  Pipe in = MakePipe(), out = MakePipe(), err = MakePipe();
  pid_t pid = fork();
  if (pid < 0) throw std::runtime_error("fork failed");
  if (pid == 0) {
    signal(SIGPIPE, SIG_DFL);
    dup2(in.read.get(), 0);
    dup2(out.write.get(), 1);
    dup2(err.write.get(), 2);
    if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) {
      _exit(126);
    }
    execvpe(arguments[0], arguments.data(), environment.data());
    _exit(127);
  }
  in.read.Reset();
  out.write.Reset();
  err.write.Reset();
  ProcessResult result;
  Pump(std::move(in.write), options.input, std::move(out.read),
       std::move(err.read), &result);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  result.status =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

std::string Git(const std::string& directory,
                const std::vector<std::string>& args) {
  std::vector<std::string> argv = {"git"};
  argv.insert(argv.end(), args.begin(), args.end());
  ProcessResult result = Run(argv, {.directory = directory});
  if (result.status != 0) {
    std::string line;
    for (const auto& arg : argv) line += arg + " ";
    throw std::runtime_error(line + "exited " + std::to_string(result.status) +
                             ": " + result.err);
  }
  if (!result.out.empty() && result.out.back() == '\n') result.out.pop_back();
  return result.out;
}

std::string DeltaBase(const std::string& directory, const std::string& object) {
  const std::string line =
      Run({"git", "cat-file", "--batch-check=%(deltabase)"},
          {.directory = directory, .input = object + "\n"})
          .out;
  return line.substr(0, line.find('\n'));
}

std::string ProgramPath() { return BACKGRAFT_PROGRAM; }

ProcessResult Backgraft(const std::string& directory,
                        const std::vector<std::string>& args,
                        const ProcessOptions& options) {
  std::vector<std::string> argv = {ProgramPath()};
  argv.insert(argv.end(), args.begin(), args.end());
  ProcessOptions here = options;
  here.directory = directory;
  return Run(argv, here);
}

ProcessResult BackgraftOnTerminal(const std::string& directory,
                                  const std::vector<std::string>& args,
                                  size_t columns, ProcessOptions options) {
  std::string command =
      "stty rows 24 cols " + std::to_string(columns) + " && exec ";
  for (const std::string& word : args) {
    std::string quoted = word;
    for (size_t i = 0; (i = quoted.find('\'', i)) != std::string::npos;
         i += 4) {
      quoted.replace(i, 1, "'\\''");
    }
    if (&word == &args.front()) command += ProgramPath();
    command += " '" + quoted + "'";
  }
  options.directory = directory;
  options.env.emplace("TERM", "xterm-256color");
  ProcessResult result =
      Run({"script", "-q", "-e", "-c", command, "/dev/null"}, options);
  std::erase(result.out, '\r');
  return result;
}

}  // namespace backgraft::testing
