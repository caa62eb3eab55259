// A mariadbd of the tests' own: in a temporary directory, on a socket.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::imports {

class DatabaseServer {
 public:
  // The one of this program, started at the first call.
  static DatabaseServer& Shared();

  DatabaseServer();
  ~DatabaseServer();
  DatabaseServer(const DatabaseServer&) = delete;
  DatabaseServer& operator=(const DatabaseServer&) = delete;

  // Starts it (again) and waits until it answers.
  void Start();
  // kill -9.
  void Kill();

  // mysql://root@localhost/<schema>?socket=…
  std::string Url(const std::string& schema,
                  const std::string& user = "root") const;
  // What mariadb(1) prints for `sql`, without headings; throws what it says
  // where it fails.
  std::string Sql(const std::string& sql, const std::string& schema = "") const;
  // Loads a dump with mariadb(1), with the comments in it.
  void Load(const std::string& dump, const std::string& schema) const;
  // mariadb-dump of `schema` without what differs between two runs.
  std::string Dump(const std::string& schema) const;
  // mariadb-dump of `schema` as it is, with routines, events and triggers.
  std::string RawDump(const std::string& schema,
                      const std::vector<std::string>& options) const;
  // CHECKSUM TABLE of each table, "name<tab>sum", without those that have
  // system versioning, whose rows hold when they were loaded, or virtual
  // columns, which the server sums up from whatever it has in memory.
  std::string Checksums(const std::string& schema) const;
  // What an import may not touch: the server's settings and own tables, and
  // the schema `other`.
  std::string OtherState() const;
  // The names of all of the server's files.
  std::string Files() const;
  // The statements that reach the server while `run` runs.
  std::vector<std::string> Logged(const std::function<void()>& run) const;
  // An empty schema of this name, whatever was there before.
  void Renew(const std::string& schema) const;
  // Schemas besides the server's own.
  std::vector<std::string> Schemas() const;

  // The program on `dump`, given as standard input, into `schema`.
  testing::ProcessResult Import(const std::string& dump,
                                const std::string& schema,
                                std::vector<std::string> args = {}) const;

  std::string socket() const { return dir_ / "s"; }
  std::string log() const { return dir_ / "general.log"; }
  // Where it has its files: a directory for each schema.
  std::string data() const { return dir_ / "data"; }

 private:
  // The option that keeps its temporary tables out of /tmp: a server that
  // starts clears those that it finds, another server's too.
  std::string Temporary() const;

  testing::TempDir dir_;
  pid_t pid_ = -1;
};

// A schema with everything a dump can hold, as SQL for mariadb(1).
std::string RichSchema();

}  // namespace backgraft::imports
