#include "git/commit_signer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <vector>

#include "base/child_process.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "base/io.h"
#include "git/environment.h"

namespace backgraft::git {
namespace {

// A file without a place on any disk, for as long as this lives: nothing of it
// is left, however we die.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes)
      : fd_(memfd_create("backgraft-sign", MFD_CLOEXEC)) {
    if (!fd_) ThrowErrno(errno, "cannot make", "memfd");
    WriteAll(fd_.get(), AsBytes(bytes), "memfd");
  }
  // For programs that we run.
  std::string path() const {
    return "/proc/" + std::to_string(getpid()) + "/fd/" +
           std::to_string(fd_.get());
  }

 private:
  const UniqueFd fd_;
};

// A directory for what programs in ssh-keygen's place want as files, gone with
// this.
class PrivateDirectory {
 public:
  PrivateDirectory() {
    const char* parent = std::getenv("TMPDIR");
    path_ =
        std::string(parent != nullptr && *parent != '\0' ? parent : "/tmp") +
        "/backgraft-sign-XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) {
      ThrowErrno(errno, "cannot make", path_);
    }
  }
  ~PrivateDirectory() {
    // The program writes the other one.
    for (const char* name : {"/commit", "/commit.sig"}) {
      unlink((path_ + name).c_str());
    }
    rmdir(path_.c_str());
  }
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;

  std::string Write(const std::string& name, std::string_view bytes) const {
    std::string path = path_ + "/" + name;
    const UniqueFd file = OpenFile(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    WriteAll(file.get(), AsBytes(bytes), path);
    return path;
  }

 private:
  std::string path_;
};

// What a program said, as hints: one a line, none empty.
std::vector<std::string> Said(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    // gpg's lines for programs.
    if (line.empty() || line.starts_with("[GNUPG:]")) continue;
    lines.push_back(Escape(std::string(line)));
  }
  return lines;
}

[[noreturn]] void Fail(const std::string& program, const std::string& said) {
  // Ctrl-C reaches both of us.
  ThrowIfInterrupted();
  std::vector<std::string> hints = Said(said);
  hints.emplace_back("to commit without a signature: --no-sign");
  throw Error(ErrorKind::kRefused,
              Quote(program) + " failed to sign the commit", hints);
}

// As git's remove_cr_after(), and without the last newline.
std::string Tidy(const std::string& signature) {
  std::string tidy;
  for (size_t i = 0; i < signature.size(); ++i) {
    if (signature[i] == '\r' && i + 1 < signature.size() &&
        signature[i + 1] == '\n') {
      continue;
    }
    tidy += signature[i];
  }
  while (tidy.ends_with('\n')) tidy.pop_back();
  return tidy;
}

// "key::<key>" or a key as it stands in a .pub file; nothing for a file name.
std::optional<std::string> LiteralSshKey(const std::string& text) {
  if (text.starts_with("key::")) return text.substr(5);
  if (text.starts_with("ssh-")) return text;
  return std::nullopt;
}

}  // namespace

std::optional<CommitSigner> CommitSigner::Choose(const Config& config,
                                                 const SignOptions& options) {
  if (!options.sign.value_or(
          config.GetBool("commit.gpgSign").value_or(false))) {
    return std::nullopt;
  }
  CommitSigner signer;
  const std::string format = config.GetString("gpg.format").value_or("openpgp");
  if (format == "ssh") {
    signer.format_ = Format::kSsh;
    signer.program_ = config.GetPath("gpg.ssh.program").value_or("ssh-keygen");
    signer.key_command_ =
        config.GetString("gpg.ssh.defaultKeyCommand").value_or("");
  } else if (format == "x509") {
    signer.format_ = Format::kX509;
    signer.program_ = config.GetPath("gpg.x509.program").value_or("gpgsm");
  } else if (format == "openpgp") {
    auto program = config.GetPath("gpg.openpgp.program");
    if (!program) program = config.GetPath("gpg.program");
    signer.program_ = program.value_or("gpg");
  } else {
    throw Error(ErrorKind::kRefused,
                "invalid value for 'gpg.format': " + Quote(format),
                {"git config gpg.format openpgp"});
  }
  signer.key_ = options.key.empty()
                    ? config.GetString("user.signingKey").value_or("")
                    : options.key;
  return signer;
}

std::string CommitSigner::Sign(std::string_view payload,
                               const Signature& committer) const {
  return Tidy(format_ == Format::kSsh ? SignWithSsh(payload)
                                      : SignWithGpg(payload, committer));
}

std::string CommitSigner::SignWithGpg(std::string_view payload,
                                      const Signature& committer) const {
  const std::string& key = key_.empty() ? committer.ToPerson() : key_;
  const ChildResult result =
      RunChild({program_, "--status-fd=2", "-bsau", key}, payload);
  // Some programs exit with 0 whatever happened; the status line is what
  // counts.
  if (result.status != 0 ||
      ("\n" + result.err).find("\n[GNUPG:] SIG_CREATED ") ==
          std::string::npos) {
    Fail(program_, result.err);
  }
  return result.out;
}

std::string CommitSigner::SshKey() const {
  if (!key_.empty()) return key_;
  std::vector<std::string> why;
  if (!key_command_.empty()) {
    const std::vector<std::string> words = SplitCommandLine(key_command_);
    if (!words.empty()) {
      const ChildResult result = RunChild(words, {});
      std::string first = result.out.substr(0, result.out.find('\n'));
      if (result.status == 0 && LiteralSshKey(first)) return first;
      why.push_back(
          result.status == 0
              ? "'gpg.ssh.defaultKeyCommand' succeeded but returned no keys"
              : "'gpg.ssh.defaultKeyCommand' failed");
      for (std::string& line : Said(result.err)) why.push_back(std::move(line));
    }
  }
  why.emplace_back("git config user.signingKey ~/.ssh/id_ed25519.pub");
  throw Error(ErrorKind::kRefused,
              "'user.signingKey' needs to be set for ssh signing", why);
}

std::string CommitSigner::SignWithSsh(std::string_view payload) const {
  const std::string key = SshKey();
  std::optional<MemoryFile> literal_key;
  std::vector<std::string> argv = {program_, "-Y", "sign", "-n", "git", "-f"};
  if (const auto literal = LiteralSshKey(key)) {
    literal_key.emplace(*literal);
    argv.push_back(literal_key->path());
    argv.emplace_back("-U");
  } else {
    const auto path = ExpandUserPath(key, Environment::OfProcess());
    argv.push_back(path.value_or(key));
  }
  if (("/" + program_).ends_with("/ssh-keygen")) {
    // Without a file it reads standard input, and writes to standard output.
    const ChildResult result = RunChild(argv, payload);
    if (result.status != 0 || result.out.empty()) Fail(program_, result.err);
    return result.out;
  }
  // Others know what git does: a file, and the signature beside it.
  const PrivateDirectory directory;
  const std::string commit = directory.Write("commit", payload);
  argv.push_back(commit);
  const ChildResult result = RunChild(argv, {});
  if (result.status != 0) Fail(program_, result.err);
  std::string signature;
  if (!ReadFileIfExists(commit + ".sig", &signature)) {
    Fail(program_, result.err);
  }
  return signature;
}

}  // namespace backgraft::git
