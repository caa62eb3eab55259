// Signed commits: which key and which program, as git's gpg-interface.c has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "git/config.h"
#include "git/signature.h"

namespace backgraft::git {

// What the command line says: -S, -S<key>, --no-sign.
struct SignOptions {
  // Nothing: as commit.gpgSign says.
  std::optional<bool> sign{};
  // Wins over user.signingKey; "" is no key.
  std::string key{};
};

// Signs with the program of gpg.format: openpgp (gpg.program), x509 or ssh
// (gpg.ssh.program, gpg.ssh.defaultKeyCommand).
class CommitSigner {
 public:
  // Nothing where commits are not to be signed. Error(kRefused) for a
  // gpg.format that is none.
  static std::optional<CommitSigner> Choose(const Config& config,
                                            const SignOptions& options);

  // The detached signature of the commit object `payload`, as it stands behind
  // "gpgsig" but for continued lines; without its last newline. Where no key is
  // configured openpgp looks for that of `committer`, as git does.
  // Error(kRefused) with the program's own words where it does not sign.
  std::string Sign(std::string_view payload, const Signature& committer) const;

 private:
  enum class Format { kOpenPgp, kX509, kSsh };

  std::string SignWithGpg(std::string_view payload,
                          const Signature& committer) const;
  std::string SignWithSsh(std::string_view payload) const;
  std::string SshKey() const;

  Format format_ = Format::kOpenPgp;
  std::string program_;
  std::string key_;
  std::string key_command_;
};

}  // namespace backgraft::git
