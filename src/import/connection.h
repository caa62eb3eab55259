// A connection to a MariaDB or MySQL server through Connector/C.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/database_url.h"

namespace backgraft::imports {

using Row = std::vector<std::optional<std::string>>;

class Connection {
 public:
  // Connects without choosing a schema. Several statements in one query and
  // reading local files are off, whatever an options file says. ServerError
  // where the server cannot be reached or refuses; no message shows a password.
  explicit Connection(const DatabaseUrl& url);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs one statement and drops its answer. ServerError; Interrupted where a
  // signal came, after the server was told to stop.
  void Run(std::string_view sql);
  // Runs one query and returns all of its rows.
  std::vector<Row> Query(std::string_view sql);
  // The first value of the first row, "" for NULL or no row.
  std::string Value(std::string_view sql);

  uint64_t affected_rows() const;
  // Of the server's thread that serves this.
  uint64_t id() const;
  // Like 101119 for 10.11.19.
  uint32_t server_version() const;
  // The schema the URL or the options file names.
  const std::string& schema() const;
  // The server took the session's NO_BACKSLASH_ESCAPES, ANSI_QUOTES as given.
  bool no_backslash_escapes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace backgraft::imports
