// Signed commits and sign-offs: git itself verifies what we sign, with real
// keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/io.h"
#include "commands/sandbox.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kCommitter[] = "C O Mitter <committer@example.com>";

// A repository, two backups of it and keys of both kinds.
class SigningTest : public ::testing::Test {
 protected:
  SigningTest() {
    std::filesystem::create_directory(gnupg_);
    chmod(gnupg_.c_str(), 0700);
    env_["GNUPGHOME"] = gnupg_;
    backup_ = sandbox_.WriteTar({{.name = "new.txt", .content = "new\n"}});
    other_ = sandbox_.WriteTar({{.name = "other.txt", .content = "other\n"}},
                               "other.tar");
  }

  ~SigningTest() override {
    testing::Run({"gpgconf", "--kill", "all"}, {.env = env_});
  }

  void MakeGpgKey() {
    ProcessResult made =
        testing::Run({"gpg", "--batch", "--passphrase", "", "--quick-gen-key",
                      kCommitter, "ed25519", "sign", "never"},
                     {.env = env_});
    ASSERT_EQ(made.status, 0) << made.err;
  }

  // Returns the path of the private key.
  std::string MakeSshKey(const std::string& name = "id") {
    std::string path = sandbox_.path() + "/" + name;
    ProcessResult made = testing::Run(
        {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path});
    EXPECT_EQ(made.status, 0) << made.err;
    std::string signers = sandbox_.Write(
        "signers", "committer@example.com " + ReadFile(path + ".pub"));
    Set("gpg.format", "ssh");
    Set("gpg.ssh.allowedSignersFile", signers);
    return path;
  }

  void Set(const std::string& key, const std::string& value) {
    sandbox_.Git({"config", key, value});
  }

  ProcessResult Backgraft(const std::vector<std::string>& args) {
    return sandbox_.Backgraft(args, {.env = env_});
  }

  // Runs it, which must do something, and has git verify HEAD.
  void ExpectSigned(const std::vector<std::string>& args) {
    ProcessResult done = Backgraft(args);
    EXPECT_EQ(done.status, 0) << done.err;
    Verify("HEAD");
    sandbox_.ExpectClean();
  }

  void Verify(const std::string& revision, const std::string& repository = {}) {
    ProcessResult verified = testing::Run(
        {"git", "-C", repository.empty() ? sandbox_.repo() : repository,
         "verify-commit", revision},
        {.env = env_});
    EXPECT_EQ(verified.status, 0) << verified.err;
    EXPECT_THAT(verified.err, HasSubstr("Good"));
  }

  bool IsSigned(const std::string& revision) {
    return sandbox_.Git({"cat-file", "commit", revision}).find("\ngpgsig ") !=
           std::string::npos;
  }

  // A refusal that leaves everything as it was.
  ProcessResult ExpectRefused(const std::vector<std::string>& args) {
    const std::string before = sandbox_.Git({"for-each-ref"});
    ProcessResult refused = Backgraft(args);
    EXPECT_EQ(refused.status, 2);
    EXPECT_EQ(sandbox_.Git({"for-each-ref"}), before);
    sandbox_.ExpectClean();
    return refused;
  }

  Sandbox sandbox_;
  std::string gnupg_ = sandbox_.path() + "/gnupg";
  std::map<std::string, std::string> env_;
  std::string backup_, other_;
};

TEST_F(SigningTest, GpgSignsWithTheCommittersKey) {
  MakeGpgKey();
  ExpectSigned({"flatten", "-S", backup_});
  ExpectSigned(
      {"flatten", "--sign=" + std::string("committer@example.com"), other_});
  ExpectSigned({"revert", "-Scommitter@example.com", "HEAD"});
}

TEST_F(SigningTest, EveryCommitOfARangeIsSigned) {
  MakeGpgKey();
  Set("commit.gpgSign", "true");
  ExpectSigned({"flatten", backup_});
  ExpectSigned({"flatten", other_});
  ExpectSigned({"revert", "HEAD~2..HEAD"});
  Verify("HEAD~1");
  EXPECT_EQ(sandbox_.Git({"rev-list", "--count", "HEAD"}), "5");
}

TEST_F(SigningTest, LaterWordsWinOverEarlierOnesAndOverTheConfiguration) {
  MakeGpgKey();
  Set("commit.gpgSign", "true");
  EXPECT_EQ(Backgraft({"flatten", "--no-sign", backup_}).status, 0);
  EXPECT_FALSE(IsSigned("HEAD"));
  EXPECT_EQ(Backgraft({"flatten", "--no-sign", "-S", other_}).status, 0);
  EXPECT_TRUE(IsSigned("HEAD"));
}

TEST_F(SigningTest, SshSignsWithAKeyFile) {
  Set("user.signingKey", MakeSshKey());
  ExpectSigned({"flatten", "-S", backup_});
}

TEST_F(SigningTest, SshKeyComesFromACommand) {
  const std::string key = MakeSshKey();
  Set("gpg.ssh.defaultKeyCommand", "sh -c 'echo key::$(cat " + key + ".pub)'");
  ProcessResult refused = ExpectRefused({"flatten", "-S", backup_});
  // The public half alone does not sign: that takes an agent.
  EXPECT_THAT(refused.err, HasSubstr("error: 'ssh-keygen' failed to sign"));
  ProcessResult agent =
      testing::Run({"ssh-agent", "sh", "-c",
                    "ssh-add -q " + key + " && exec " + testing::ProgramPath() +
                        " flatten -S " + backup_},
                   {.directory = sandbox_.repo(), .env = env_});
  EXPECT_EQ(agent.status, 0) << agent.err;
  Verify("HEAD");
}

TEST_F(SigningTest, X509SignsWithGpgsm) {
  const std::string home = env_.at("GNUPGHOME");
  const std::string request = sandbox_.Write(
      "request",
      "Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign\nSerial: random\n"
      "Name-DN: CN=C O Mitter\nName-Email: committer@example.com\n");
  const std::string certificate = sandbox_.path() + "/certificate";
  auto gpgsm = [&](std::vector<std::string> args) {
    args.insert(args.begin(), {"gpgsm", "--batch"});
    ProcessResult result = testing::Run(args, {.env = env_});
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
  };
  gpgsm({"--pinentry-mode", "loopback", "--passphrase-fd", "0",
         "--generate-key", "--output", certificate, request});
  gpgsm({"--disable-crl-checks", "--import", certificate});
  const std::string keys = gpgsm({"--list-secret-keys", "--with-colons"});
  const size_t at = keys.find("\nfpr:::::::::");
  ASSERT_NE(at, std::string::npos) << keys;
  const std::string fingerprint = keys.substr(at + 13, 40);
  std::ofstream(home + "/trustlist.txt") << fingerprint << " S relax\n";
  std::ofstream(home + "/gpgsm.conf") << "disable-crl-checks\n";
  testing::Run({"gpgconf", "--kill", "all"}, {.env = env_});
  Set("gpg.format", "x509");
  Set("user.signingKey", fingerprint);
  ExpectSigned({"flatten", "-S", backup_});
  Set("user.signingKey", "0000000000000000000000000000000000000000");
  EXPECT_THAT(ExpectRefused({"flatten", "-S", other_}).err,
              HasSubstr("error: 'gpgsm' failed to sign the commit"));
}

TEST_F(SigningTest, SshWithoutAKeyIsRefused) {
  MakeSshKey();
  ProcessResult refused = ExpectRefused({"flatten", "-S", backup_});
  EXPECT_THAT(refused.err,
              HasSubstr("error: 'user.signingKey' needs to be set"));
  EXPECT_THAT(refused.err, HasSubstr("hint: git config user.signingKey"));
  Set("gpg.ssh.defaultKeyCommand", "false");
  EXPECT_THAT(ExpectRefused({"flatten", "-S", backup_}).err,
              HasSubstr("'gpg.ssh.defaultKeyCommand' failed"));
}

TEST_F(SigningTest, AProgramThatFailsChangesNothing) {
  ProcessResult no_key = ExpectRefused({"flatten", "-S", backup_});
  EXPECT_THAT(no_key.err, HasSubstr("error: 'gpg' failed to sign the commit"));
  EXPECT_THAT(no_key.err, HasSubstr("No secret key"));
  EXPECT_THAT(no_key.err, HasSubstr("--no-sign"));
  Set("gpg.program", "/nonexistent/gpg");
  EXPECT_THAT(ExpectRefused({"flatten", "-S", backup_}).err,
              HasSubstr("cannot run '/nonexistent/gpg': No such file"));
  // It says nothing of a signature, whatever it exits with.
  Set("gpg.program", "true");
  EXPECT_THAT(ExpectRefused({"flatten", "-S", backup_}).err,
              HasSubstr("error: 'true' failed to sign the commit"));
  Set("gpg.format", "pgp");
  EXPECT_THAT(ExpectRefused({"flatten", "-S", backup_}).err,
              HasSubstr("invalid value for 'gpg.format': 'pgp'"));
}

TEST_F(SigningTest, ADryRunAsksForNoSignature) {
  Set("gpg.program", "/nonexistent/gpg");
  ProcessResult plan = Backgraft({"flatten", "-n", "-S", backup_});
  EXPECT_EQ(plan.status, 0) << plan.err;
}

TEST_F(SigningTest, RestoreGraftAndRebuildSignEveryCommit) {
  Set("user.signingKey", MakeSshKey());
  Set("commit.gpgSign", "true");
  // A backup with history and a change that was never committed.
  const std::string old = sandbox_.path() + "/old";
  ASSERT_EQ(testing::Run({"cp", "-r", sandbox_.repo(), old}).status, 0);
  sandbox_.Write("old/late.txt", "late\n");
  EXPECT_EQ(Backgraft({"flatten", backup_}).status, 0);
  ExpectSigned({"restore", old});
  Verify("HEAD~1");
  sandbox_.WriteRepo("more.txt", "more\n");
  sandbox_.Commit("More");
  ExpectSigned({"graft", "--tree", "ours", old});
  const std::string rebuilt = sandbox_.path() + "/rebuilt";
  env_["GIT_CONFIG_COUNT"] = "4";
  const std::vector<std::pair<std::string, std::string>> settings = {
      {"commit.gpgSign", "true"},
      {"gpg.format", "ssh"},
      {"user.signingKey", sandbox_.path() + "/id"},
      {"gpg.ssh.allowedSignersFile", sandbox_.path() + "/signers"}};
  for (size_t i = 0; i < settings.size(); ++i) {
    env_["GIT_CONFIG_KEY_" + std::to_string(i)] = settings[i].first;
    env_["GIT_CONFIG_VALUE_" + std::to_string(i)] = settings[i].second;
  }
  ProcessResult done = Backgraft({"rebuild", rebuilt, backup_, other_});
  EXPECT_EQ(done.status, 0) << done.err;
  Verify("HEAD", rebuilt);
  Verify("HEAD~1", rebuilt);
}

TEST_F(SigningTest, NothingIsLeftInTmpdir) {
  Set("user.signingKey", MakeSshKey());
  const std::string tmp = sandbox_.path() + "/tmp";
  std::filesystem::create_directory(tmp);
  env_["TMPDIR"] = tmp;
  ExpectSigned({"flatten", "-S", backup_});
  Set("user.signingKey", "key::ssh-ed25519 AAAA");
  ExpectRefused({"flatten", "-S", other_});
  EXPECT_TRUE(std::filesystem::is_empty(tmp));
}

TEST_F(SigningTest, KilledWhileSshSignsLeavesNothingInTmpdir) {
  MakeSshKey();
  const std::string tmp = sandbox_.path() + "/tmp";
  std::filesystem::create_directory(tmp);
  env_["TMPDIR"] = tmp;
  const std::string program =
      sandbox_.Write("killer/ssh-keygen", "#!/bin/sh\nkill -9 $PPID\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  Set("gpg.ssh.program", program);
  Set("user.signingKey", "key::ssh-ed25519 AAAA");
  EXPECT_EQ(Backgraft({"flatten", "-S", backup_}).status, 128 + 9);
  EXPECT_TRUE(std::filesystem::is_empty(tmp));
}

// As git runs it: password managers bring such programs along.
TEST_F(SigningTest, AProgramInSshKeygensPlaceGetsAFile) {
  Set("user.signingKey", MakeSshKey());
  const std::string program =
      sandbox_.Write("other-sign",
                     "#!/bin/sh\nfor last; do :; done\n"
                     "[ \"$2\" != sign ] || [ -f \"$last\" ] || exit 9\n"
                     "exec ssh-keygen \"$@\"\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  Set("gpg.ssh.program", program);
  const std::string tmp = sandbox_.path() + "/tmp";
  std::filesystem::create_directory(tmp);
  env_["TMPDIR"] = tmp;
  ExpectSigned({"flatten", "-S", backup_});
  EXPECT_TRUE(std::filesystem::is_empty(tmp));
}

TEST_F(SigningTest, SignOffStandsBeforeOurTrailers) {
  EXPECT_EQ(Backgraft({"flatten", "-s", "-m", "Back", backup_}).status, 0);
  EXPECT_THAT(sandbox_.Git({"log", "-1", "--format=%B"}),
              ::testing::StartsWith(
                  "Back\n\nSigned-off-by: " + std::string(kCommitter) +
                  "\nBackgraft-Mode: flatten\n"));
}

TEST_F(SigningTest, SignOffIsNotRepeated) {
  EXPECT_EQ(
      Backgraft({"flatten", "--signoff", "-m", "Back", "-m",
                 "Helped-by: B\nSigned-off-by: " + std::string(kCommitter),
                 backup_})
          .status,
      0);
  const std::string message = sandbox_.Git({"log", "-1", "--format=%B"});
  EXPECT_EQ(message.find("Signed-off-by"), message.rfind("Signed-off-by"));
  EXPECT_THAT(message, HasSubstr("Back\n\nHelped-by: B\nSigned-off-by"));
}

TEST_F(SigningTest, GitGoesOnWithBothAfterAConflict) {
  for (const char* text : {"1\n", "2\n", "3\n"}) {
    sandbox_.WriteRepo("old.txt", text);
    sandbox_.Commit("Change");
  }
  const std::string copy = sandbox_.path() + "/copy";
  ASSERT_EQ(testing::Run({"cp", "-r", sandbox_.repo(), copy}).status, 0);
  ProcessResult left = Backgraft(
      {"revert", "-s", "-Skey#1", "--conflicts", "leave", "HEAD~1", "HEAD~2"});
  EXPECT_EQ(left.status, 1) << left.err;
  ProcessResult git = testing::Run(
      {"git", "-C", copy, "revert", "-s", "-Skey#1", "HEAD~1", "HEAD~2"});
  EXPECT_EQ(git.status, 1) << git.err;
  for (const std::string name : {"MERGE_MSG", "sequencer/opts"}) {
    EXPECT_EQ(sandbox_.Read("repo/.git/" + name),
              sandbox_.Read("copy/.git/" + name));
  }
}

}  // namespace
}  // namespace backgraft::commands
