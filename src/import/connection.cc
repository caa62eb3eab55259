#include "import/connection.h"

#include <errmsg.h>
#include <mysql.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "import/server_error.h"

namespace backgraft::imports {
namespace {

constexpr unsigned kConnectSeconds = 10;
constexpr auto kLook = std::chrono::milliseconds(50);
constexpr auto kGrace = std::chrono::milliseconds(400);

struct CloseHandle {
  void operator()(MYSQL* handle) const noexcept { mysql_close(handle); }
};
using Handle = std::unique_ptr<MYSQL, CloseHandle>;

struct FreeResult {
  void operator()(MYSQL_RES* result) const noexcept {
    mysql_free_result(result);
  }
};
using Result = std::unique_ptr<MYSQL_RES, FreeResult>;

// A server may ask for any file of ours at any time: it gets none.
int RefuseFile(void** data, const char*, void*) noexcept {
  *data = nullptr;
  return 1;
}
int ReadNothing(void*, char*, unsigned) noexcept { return -1; }
void EndNothing(void*) noexcept {}
int ExplainRefusal(void*, char* message, unsigned size) noexcept {
  static_cast<void>(
      snprintf(message, size, "local files are never sent to a server"));
  return CR_UNKNOWN_ERROR;
}

const char* OrNull(const std::optional<std::string>& text) {
  return text ? text->c_str() : nullptr;
}

[[noreturn]] void Throw(MYSQL* handle, const std::string& what) {
  throw ServerError(mysql_errno(handle),
                    what + ": " + Escape(mysql_error(handle)));
}

Handle Connect(const DatabaseUrl& url) {
  Handle handle(mysql_init(nullptr));
  if (!handle) throw std::bad_alloc();
  MYSQL* raw = handle.get();
  mysql_optionsv(raw, MYSQL_OPT_CONNECT_TIMEOUT, &kConnectSeconds);
  mysql_optionsv(raw, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  // Before, so that the server is told; and after, whatever an options file
  // said.
  const unsigned off = 0;
  mysql_optionsv(raw, MYSQL_OPT_LOCAL_INFILE, &off);
  if (!url.my_cnf.empty()) {
    mysql_optionsv(raw, MYSQL_READ_DEFAULT_FILE, url.my_cnf.c_str());
    mysql_optionsv(raw, MYSQL_READ_DEFAULT_GROUP, "backgraft");
  }
  mysql_set_local_infile_handler(raw, RefuseFile, ReadNothing, EndNothing,
                                 ExplainRefusal, nullptr);
  // A socket is what localhost means.
  const char* host = url.socket && !url.host ? "localhost" : OrNull(url.host);
  if (mysql_real_connect(raw, host, OrNull(url.user), OrNull(url.password),
                         nullptr, url.port, OrNull(url.socket), 0) == nullptr) {
    Throw(raw, "cannot connect to the database server");
  }
  if (mysql_set_server_option(raw, MYSQL_OPTION_MULTI_STATEMENTS_OFF) != 0) {
    Throw(raw, "cannot set the connection up");
  }
  mysql_optionsv(raw, MYSQL_OPT_LOCAL_INFILE, &off);
  return handle;
}

// Tells the server to stop the statement that is being run once a signal came.
class Watchdog {
 public:
  Watchdog(DatabaseUrl url, uint64_t id)
      : url_(std::move(url)), id_(id), thread_([this] { Watch(); }) {}
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  std::atomic<bool> busy = false;

 private:
  void Watch() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kLook, [this] { return stopping_; })) {
      if (!busy) continue;
      try {
        ThrowIfInterrupted();
      } catch (const Interrupted&) {
        // Most statements end soon by themselves. One that makes a table and is
        // stopped may leave a file that keeps its schema from being dropped.
        if (changed_.wait_for(lock, kGrace,
                              [this] { return stopping_ || !busy; }))
          continue;
        Kill();
      }
    }
  }

  void Kill() const {
    try {
      const Handle handle = Connect(url_);
      const std::string sql = "KILL QUERY " + std::to_string(id_);
      mysql_real_query(handle.get(), sql.data(), sql.size());
    } catch (const Error&) {
      // The statement then ends by itself; there is nobody to tell.
      return;
    }
  }

  const DatabaseUrl url_;
  const uint64_t id_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace

struct Connection::Impl {
  explicit Impl(const DatabaseUrl& url)
      : handle(Connect(url)), watchdog(url, mysql_thread_id(handle.get())) {}

  void Send(std::string_view sql) {
    ThrowIfInterrupted();
    watchdog.busy = true;
    const int failed = mysql_real_query(handle.get(), sql.data(), sql.size());
    if (failed != 0) Fail();
  }
  Result Store() {
    Result result(mysql_store_result(handle.get()));
    if (!result && mysql_errno(handle.get()) != 0) Fail();
    watchdog.busy = false;
    return result;
  }
  [[noreturn]] void Fail() {
    watchdog.busy = false;
    if (mysql_errno(handle.get()) == 1317) ThrowIfInterrupted();
    throw ServerError(mysql_errno(handle.get()),
                      Escape(mysql_error(handle.get())));
  }

  Handle handle;
  Watchdog watchdog;
  std::string schema;
};

Connection::Connection(const DatabaseUrl& url)
    : impl_(std::make_unique<Impl>(url)) {
  impl_->schema = url.name ? *url.name : Value("SELECT DATABASE()");
  if (impl_->schema.empty()) {
    throw Error(ErrorKind::kRefused, "nothing says which database is meant",
                {"put 'database = NAME' into the [client] section of ~/.my.cnf",
                 "or backgraft import db SOURCE --database-url "
                 "mysql://USER@HOST[:PORT]/NAME"});
  }
}

Connection::~Connection() = default;

void Connection::Run(std::string_view sql) {
  impl_->Send(sql);
  impl_->Store();
}

std::vector<Row> Connection::Query(std::string_view sql) {
  impl_->Send(sql);
  const Result result = impl_->Store();
  std::vector<Row> rows;
  if (!result) return rows;
  const unsigned columns = mysql_num_fields(result.get());
  while (MYSQL_ROW values = mysql_fetch_row(result.get())) {
    const unsigned long* lengths = mysql_fetch_lengths(result.get());
    Row& row = rows.emplace_back();
    for (unsigned i = 0; i < columns; ++i) {
      if (values[i] == nullptr) {
        row.emplace_back();
      } else {
        row.emplace_back(std::string(values[i], lengths[i]));
      }
    }
  }
  return rows;
}

std::string Connection::Value(std::string_view sql) {
  const std::vector<Row> rows = Query(sql);
  if (rows.empty() || rows.front().empty()) return {};
  return rows.front().front().value_or("");
}

uint64_t Connection::affected_rows() const {
  return mysql_affected_rows(impl_->handle.get());
}

uint64_t Connection::id() const { return mysql_thread_id(impl_->handle.get()); }

uint32_t Connection::server_version() const {
  return static_cast<uint32_t>(mysql_get_server_version(impl_->handle.get()));
}

const std::string& Connection::schema() const { return impl_->schema; }

bool Connection::no_backslash_escapes() const {
  unsigned status = 0;
  mariadb_get_infov(impl_->handle.get(), MARIADB_CONNECTION_SERVER_STATUS,
                    &status);
  return (status & SERVER_STATUS_NO_BACKSLASH_ESCAPES) != 0;
}

}  // namespace backgraft::imports
