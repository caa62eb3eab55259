#include "testing/link_server.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <vector>

#include "testing/process.h"

namespace backgraft::testing {
namespace {

void RunOpenssl(const std::vector<std::string>& args) {
  std::vector<std::string> argv = {"openssl"};
  argv.insert(argv.end(), args.begin(), args.end());
  const ProcessResult result = Run(argv);
  if (result.status != 0) throw std::runtime_error(result.err);
}

void MakeCertificate(const TempDir& dir) {
  RunOpenssl({"req", "-x509", "-newkey", "ec", "-pkeyopt",
              "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
              "/CN=Test Authority", "-keyout", dir / "ca.key", "-out",
              dir / "ca.pem"});
  RunOpenssl({"req", "-newkey", "ec", "-pkeyopt",
              "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
              "/CN=localhost", "-keyout", dir / "server.key", "-out",
              dir / "server.csr"});
  dir.Write("names", "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  RunOpenssl({"x509", "-req", "-in", dir / "server.csr", "-CA", dir / "ca.pem",
              "-CAkey", dir / "ca.key", "-CAcreateserial", "-days", "2",
              "-extfile", dir / "names", "-out", dir / "server.pem"});
}

std::string ReadLine(int fd) {
  std::string line;
  char c = 0;
  while (read(fd, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

}  // namespace

LinkServer::LinkServer(bool https) {
  dir_.Write("files/none", "");
  dir_.Write("log", "");
  std::vector<std::string> argv = {"python3", BACKGRAFT_LINK_SERVER,
                                   dir_ / "files", dir_ / "log"};
  if (https) {
    MakeCertificate(dir_);
    argv.insert(argv.end(), {dir_ / "server.pem", dir_ / "server.key"});
  }
  std::vector<char*> pointers;
  for (std::string& arg : argv) pointers.push_back(arg.data());
  pointers.push_back(nullptr);
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  pid_ = fork();
  if (pid_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execvp(pointers[0], pointers.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  input_ = UniqueFd(in[1]);
  const UniqueFd output(out[0]);
  const std::string port = ReadLine(output.get());
  if (port.empty()) throw std::runtime_error("the server does not start");
  base_ = (https ? "https://127.0.0.1:" : "http://127.0.0.1:") + port;
}

LinkServer::~LinkServer() {
  input_.Reset();
  waitpid(pid_, nullptr, 0);
}

std::string LinkServer::log() const { return ReadFile(dir_ / "log"); }

}  // namespace backgraft::testing
