// Runs a program and makes one of its mutating system calls fail, or kills it
// just before one: strace(1) can do that too, but stops at every call, counts
// each name and each thread by itself, and cannot write less than was asked.
//
// Here the calls of all threads are counted together, from 1. seccomp(2) stops
// the program at the calls that matter only, so a run costs little more than
// one that nobody watches.
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#if !defined(__x86_64__)
#error "the registers of a system call are known for x86-64 only"
#endif

namespace {

constexpr std::string_view kUsage =
    R"(usage: inject [OPTION...] -- PROGRAM [ARGUMENT...]
  --list FILE      write the calls there, one a line: number, name, paths
  --at N           which call: the N-th
  --from-now       that one and all after it
  --times N        that one and so many after it
  --kill           the program dies before the call
  --error NUMBER   the call fails with this errno
  --short          the call writes half of what it is asked to
  --shutdown DIR   the filesystem is shut down before the call, as ext4 can:
                   what was not synced is lost
  --flush          ... but its log is written first
  --only NAME      count calls of that name only
  --reads          count calls that open files to read, too
  --opens          count those that open files, and no other
Exits as the program does; 128 and the signal's number where one ended it.
)";

/// A kind of call: its number, its name, and which arguments are paths.
struct Call {
  int number;
  std::string_view name;
  std::array<int, 2> paths;
};

constexpr std::array kCalls = {
    Call{SYS_write, "write", {-1, -1}},
    Call{SYS_pwrite64, "pwrite64", {-1, -1}},
    Call{SYS_writev, "writev", {-1, -1}},
    Call{SYS_pwritev, "pwritev", {-1, -1}},
    Call{SYS_rename, "rename", {0, 1}},
    Call{SYS_renameat, "renameat", {1, 3}},
    Call{SYS_renameat2, "renameat2", {1, 3}},
    Call{SYS_link, "link", {0, 1}},
    Call{SYS_linkat, "linkat", {1, 3}},
    Call{SYS_unlink, "unlink", {0, -1}},
    Call{SYS_unlinkat, "unlinkat", {1, -1}},
    Call{SYS_mkdir, "mkdir", {0, -1}},
    Call{SYS_mkdirat, "mkdirat", {1, -1}},
    Call{SYS_rmdir, "rmdir", {0, -1}},
    Call{SYS_symlink, "symlink", {0, 1}},
    Call{SYS_symlinkat, "symlinkat", {0, 2}},
    Call{SYS_fsync, "fsync", {-1, -1}},
    Call{SYS_fdatasync, "fdatasync", {-1, -1}},
    Call{SYS_syncfs, "syncfs", {-1, -1}},
    Call{SYS_truncate, "truncate", {0, -1}},
    Call{SYS_ftruncate, "ftruncate", {-1, -1}},
    Call{SYS_fallocate, "fallocate", {-1, -1}},
    Call{SYS_copy_file_range, "copy_file_range", {-1, -1}},
    Call{SYS_chmod, "chmod", {0, -1}},
    Call{SYS_fchmod, "fchmod", {-1, -1}},
    Call{SYS_fchmodat, "fchmodat", {1, -1}},
    Call{SYS_fchown, "fchown", {-1, -1}},
    Call{SYS_fchownat, "fchownat", {1, -1}},
    Call{SYS_utimensat, "utimensat", {1, -1}},
    Call{SYS_flock, "flock", {-1, -1}},
    Call{SYS_open, "open", {0, -1}},
    Call{SYS_openat, "openat", {1, -1}},
    Call{SYS_openat2, "openat2", {1, -1}},
    Call{SYS_close, "close", {-1, -1}},
};

enum class Deed { kNothing, kKill, kError, kShort, kShutdown };

struct Options {
  std::string list;
  uint64_t at = 0;
  uint64_t times = 1;
  Deed deed = Deed::kNothing;
  int error = 0;
  std::string shutdown;
  bool flush = false;
  bool reads = false;
  bool opens = false;
  std::string only;
  char** program = nullptr;
};

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "inject: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(125);
}

[[noreturn]] void Usage() {
  std::fputs(kUsage.data(), stderr);
  std::exit(129);
}

Options Parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto value = [&]() -> const char* {
      if (++i >= argc) Usage();
      return argv[i];
    };
    if (word == "--list") {
      options.list = value();
    } else if (word == "--at") {
      options.at = std::strtoull(value(), nullptr, 10);
    } else if (word == "--from-now") {
      options.times = UINT64_MAX;
    } else if (word == "--times") {
      options.times = std::strtoull(value(), nullptr, 10);
    } else if (word == "--kill") {
      options.deed = Deed::kKill;
    } else if (word == "--error") {
      options.deed = Deed::kError;
      options.error = static_cast<int>(std::strtol(value(), nullptr, 10));
    } else if (word == "--short") {
      options.deed = Deed::kShort;
    } else if (word == "--shutdown") {
      options.deed = Deed::kShutdown;
      options.shutdown = value();
    } else if (word == "--flush") {
      options.flush = true;
    } else if (word == "--only") {
      options.only = value();
    } else if (word == "--opens") {
      options.opens = true;
    } else if (word == "--reads") {
      options.reads = true;
    } else if (word == "--" && i + 1 < argc) {
      options.program = argv + i + 1;
      return options;
    } else {
      Usage();
    }
  }
  Usage();
}

/// Stops at the calls of the table, and at nothing else.
void Filter() {
  std::vector<sock_filter> code;
  code.push_back(
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  for (const Call& call : kCalls) {
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                            static_cast<uint32_t>(call.number), 0, 1));
    code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
  }
  code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program{static_cast<unsigned short>(code.size()),
                           code.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
    Die("seccomp");
  }
}

pid_t Start(char** program) {
  const pid_t child = fork();
  if (child < 0) Die("fork");
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) Die("ptrace");
    raise(SIGSTOP);
    Filter();
    execvp(program[0], program);
    Die(program[0]);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
    Die("waitpid");
  constexpr long kOptions = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE |
                            PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                            PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SETOPTIONS, child, nullptr, kOptions) != 0) Die("ptrace");
  return child;
}

std::string ReadText(pid_t pid, uint64_t address) {
  std::string text(4096, '\0');
  size_t got = 0;
  // A page at a time: the next one may not be there.
  while (got < text.size()) {
    const size_t want =
        std::min(text.size() - got, 4096 - (address + got) % 4096);
    iovec here{text.data() + got, want};
    iovec there{reinterpret_cast<void*>(address + got), want};
    const ssize_t part = process_vm_readv(pid, &here, 1, &there, 1, 0);
    if (part <= 0) break;
    const size_t end = text.find('\0', got);
    got += static_cast<size_t>(part);
    if (end < got) return text.substr(0, end);
  }
  return text.substr(0, got);
}

using Registers = user_regs_struct;

uint64_t Argument(const Registers& registers, int index) {
  const std::array<uint64_t, 6> all = {registers.rdi, registers.rsi,
                                       registers.rdx, registers.r10,
                                       registers.r8,  registers.r9};
  return all.at(static_cast<size_t>(index));
}

class Injector {
 public:
  explicit Injector(const Options& options) : options_(options) {
    if (!options.list.empty()) {
      list_.open(options.list);
      if (!list_) Die(options.list);
    }
  }

  /// Until the program has ended; returns its exit status.
  int Run() {
    leader_ = Start(options_.program);
    Continue(leader_, 0);
    for (;;) {
      int status = 0;
      const pid_t pid = waitpid(-1, &status, __WALL);
      if (pid < 0) Die("waitpid");
      if (pid == leader_ && WIFEXITED(status)) return WEXITSTATUS(status);
      if (pid == leader_ && WIFSIGNALED(status)) return 128 + WTERMSIG(status);
      if (!WIFSTOPPED(status)) continue;
      const int signal = WSTOPSIG(status);
      const int event = status >> 16;
      if (event == PTRACE_EVENT_SECCOMP) {
        Stopped(pid);
        Continue(pid, 0);
      } else if (event != 0 || signal == SIGSTOP) {
        Continue(pid, 0);  // a thread begins, or a program
      } else {
        Continue(pid, signal);
      }
    }
  }

 private:
  static void Continue(pid_t pid, int signal) {
    // It may have been killed meanwhile: waitpid tells.
    ptrace(PTRACE_CONT, pid, nullptr, static_cast<long>(signal));
  }

  void Stopped(pid_t pid) {
    Registers registers{};
    if (ptrace(PTRACE_GETREGS, pid, nullptr, &registers) != 0) return;
    const Call* call = Find(registers);
    if (call == nullptr || !Counts(pid, *call, registers)) return;
    ++count_;
    if (list_.is_open()) List(pid, *call, registers);
    if (options_.at == 0 || count_ < options_.at) return;
    if (count_ - options_.at >= options_.times) return;
    Do(pid, registers);
  }

  static const Call* Find(const Registers& registers) {
    for (const Call& call : kCalls) {
      if (static_cast<uint64_t>(call.number) == registers.orig_rax)
        return &call;
    }
    return nullptr;
  }

  [[nodiscard]] bool Counts(pid_t pid, const Call& call,
                            const Registers& registers) const {
    if (!options_.only.empty() && call.name != options_.only) return false;
    if (options_.deed == Deed::kShort) {
      return (call.number == SYS_write || call.number == SYS_pwrite64) &&
             registers.rdx > 1;
    }
    const std::optional<uint64_t> flags = OpenFlags(pid, call, registers);
    if (options_.opens) return flags.has_value();
    return !flags || options_.reads ||
           (*flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != 0;
  }

  static std::optional<uint64_t> OpenFlags(pid_t pid, const Call& call,
                                           const Registers& registers) {
    if (call.number == SYS_open) return Argument(registers, 1);
    if (call.number == SYS_openat) return Argument(registers, 2);
    if (call.number != SYS_openat2) return std::nullopt;
    uint64_t flags = 0;
    iovec here{&flags, sizeof(flags)};
    iovec there{reinterpret_cast<void*>(Argument(registers, 2)), sizeof(flags)};
    if (process_vm_readv(pid, &here, 1, &there, 1, 0) != sizeof(flags))
      return 0;
    return flags;
  }

  void List(pid_t pid, const Call& call, const Registers& registers) {
    list_ << count_ << ' ' << call.name;
    for (const int index : call.paths) {
      if (index >= 0) list_ << ' ' << ReadText(pid, Argument(registers, index));
    }
    list_ << '\n' << std::flush;
  }

  void Do(pid_t pid, Registers registers) {
    switch (options_.deed) {
      case Deed::kNothing:
        return;
      case Deed::kKill:
        kill(leader_, SIGKILL);
        return;
      case Deed::kError:
        registers.orig_rax = UINT64_MAX;  // no call at all
        registers.rax =
            static_cast<uint64_t>(-static_cast<int64_t>(options_.error));
        break;
      case Deed::kShort:
        registers.rdx /= 2;
        break;
      case Deed::kShutdown:
        Shutdown();
        return;
    }
    if (ptrace(PTRACE_SETREGS, pid, nullptr, &registers) != 0) Die("ptrace");
  }

  void Shutdown() {
    if (shut_down_) return;
    shut_down_ = true;
    const int directory = open(options_.shutdown.c_str(), O_RDONLY | O_CLOEXEC);
    // EXT4_IOC_SHUTDOWN of fs/ext4/ext4.h, with its two flags.
    uint32_t how = options_.flush ? 1 : 2;
    if (directory < 0 ||
        ioctl(directory, _IOR('X', 125, uint32_t), &how) != 0) {
      Die(options_.shutdown);
    }
    close(directory);
  }

  const Options& options_;
  std::ofstream list_;
  pid_t leader_ = 0;
  uint64_t count_ = 0;
  bool shut_down_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  const Options options = Parse(argc, argv);
  return Injector(options).Run();
}
