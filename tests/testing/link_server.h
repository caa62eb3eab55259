// A web server on loopback whose paths misbehave in known ways.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/io.h"
#include "testing/temp_dir.h"

namespace backgraft::testing {

// Serves the files put into it as <base>/<how>/<name>; see link_server.py for
// what <how> may be. Its certificate is signed by an authority of its own.
class LinkServer {
 public:
  explicit LinkServer(bool https = true);
  ~LinkServer();
  LinkServer(const LinkServer&) = delete;
  LinkServer& operator=(const LinkServer&) = delete;

  void Put(const std::string& name, const std::string& bytes) const {
    dir_.Write("files/" + name, bytes);
  }
  // "https://127.0.0.1:<port>"
  const std::string& base() const { return base_; }
  std::string port() const { return base_.substr(base_.rfind(':') + 1); }
  // The certificate of its authority, for SSL_CERT_FILE.
  std::string authority() const { return dir_ / "ca.pem"; }
  // One line a request: path, Range, If-Range, Authorization.
  std::string log() const;

 private:
  TempDir dir_;
  std::string base_;
  UniqueFd input_;
  pid_t pid_ = -1;
};

}  // namespace backgraft::testing
