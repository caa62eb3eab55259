// Which database is meant, and who asks.
#pragma once

#include <optional>
#include <string>

namespace backgraft::imports {

// Where a value is absent, ~/.my.cnf may have it.
struct DatabaseUrl {
  std::optional<std::string> user, password, host, socket, name;
  unsigned port = 0;     // 0: not said
  std::string my_cnf{};  // the options file, "" where there is none
};

// Parses mysql://[user[:password]@][host[:port]]/name[?socket=PATH] with
// %-escapes. Error(kUsage) for anything else; no message shows the password.
DatabaseUrl ParseDatabaseUrl(const std::string& text);

// Takes the first that is given of: `option` (in which a password is refused:
// it would be seen in the list of processes), BACKGRAFT_DATABASE_URL,
// `configured` (git config backgraft.databaseUrl), ~/.my.cnf alone. A password
// that is in none of them is MYSQL_PWD's. Error(kRefused) where nothing says
// which database is meant.
DatabaseUrl FindDatabase(const std::optional<std::string>& option,
                         const std::optional<std::string>& configured);

// What ParseDatabaseUrl() reads, without the password; "" where `url` names no
// database.
std::string WithoutPassword(const DatabaseUrl& url);

// Whether both can be the same schema of the same server: they differ in
// nothing that both say. Which user asks does not count. This machine by a
// socket and by its loopback address can be the same server.
bool MayBeSame(const DatabaseUrl& one, const DatabaseUrl& other);

}  // namespace backgraft::imports
