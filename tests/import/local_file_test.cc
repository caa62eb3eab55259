// A server that asks for a file of ours gets none of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <thread>

#include "base/io.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::imports {
namespace {

using namespace std::string_literals;

// Speaks as much of the protocol as it takes to be asked a query, and answers
// it by asking for a file.
class ThievishServer {
 public:
  ThievishServer(const std::string& socket_path, std::string wanted)
      : wanted_(std::move(wanted)),
        listening_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (bind(listening_.get(), reinterpret_cast<sockaddr*>(&address),
             sizeof address) != 0 ||
        listen(listening_.get(), 8) != 0) {
      throw std::runtime_error("cannot listen");
    }
    thread_ = std::thread([this] { Serve(); });
  }
  ~ThievishServer() { Stop(); }
  ThievishServer(const ThievishServer&) = delete;
  ThievishServer& operator=(const ThievishServer&) = delete;

  void Stop() {
    if (!thread_.joinable()) return;
    shutdown(listening_.get(), SHUT_RDWR);
    thread_.join();
  }

  // Once stopped.
  int asked() const { return asked_; }
  const std::string& stolen() const { return stolen_; }

 private:
  static bool Read(int fd, char* to, size_t size) {
    for (size_t done = 0; done < size;) {
      const ssize_t got = read(fd, to + done, size - done);
      if (got <= 0) return false;
      done += static_cast<size_t>(got);
    }
    return true;
  }
  static bool ReadPacket(int fd, std::string* payload) {
    unsigned char head[4];
    if (!Read(fd, reinterpret_cast<char*>(head), 4)) return false;
    payload->resize(head[0] | size_t{head[1]} << 8 | size_t{head[2]} << 16);
    return payload->empty() || Read(fd, payload->data(), payload->size());
  }
  static void Send(int fd, int sequence, const std::string& payload) {
    std::string packet;
    for (const int shift : {0, 8, 16}) {
      packet += static_cast<char>(payload.size() >> shift);
    }
    packet += static_cast<char>(sequence);
    packet += payload;
    // The client hangs up as soon as it is asked: the next read says so.
    if (send(fd, packet.data(), packet.size(), MSG_NOSIGNAL) < 0) return;
  }

  void Serve() {
    for (;;) {
      const UniqueFd client(accept(listening_.get(), nullptr, nullptr));
      if (!client) return;
      Talk(client.get());
    }
  }

  void Talk(int fd) {
    // Version, thread, salt, capabilities (local files among them), charset,
    // status, the rest of the salt, how to log in.
    Send(fd, 0,
         "\x0a"
         "5.5.5-10.11.0-MariaDB\0"s
         "\x01\0\0\0"s
         "saltsalt\0"s
         "\x89\xa2\x21\x02\0\x09\0\x15"s +
             std::string(10, '\0') + "saltsaltsalt\0mysql_native_password\0"s);
    std::string packet;
    if (!ReadPacket(fd, &packet)) return;
    Send(fd, 2, "\0\0\0\x02\0\0\0"s);
    while (ReadPacket(fd, &packet) && !packet.empty()) {
      constexpr char kQuery = 3;
      if (packet[0] != kQuery) {
        Send(fd, 1, "\xfe\0\0\x02\0"s);
        continue;
      }
      ++asked_;
      Send(fd, 1, "\xfb" + wanted_);
      // The file, until an empty packet.
      while (ReadPacket(fd, &packet) && !packet.empty()) stolen_ += packet;
      Send(fd, 3, "\0\0\0\x02\0\0\0"s);
    }
  }

  const std::string wanted_;
  const UniqueFd listening_;
  std::thread thread_;
  int asked_ = 0;
  std::string stolen_;
};

TEST(LocalFileTest, AServerThatAsksForAFileGetsNone) {
  const testing::TempDir dir;
  const std::string secret = dir.Write("secret", "the secret\n");
  dir.Write("home/.my.cnf", "[client]\nlocal-infile=1\n");
  ThievishServer server(dir / "s", secret);
  const testing::ProcessResult result = testing::Backgraft(
      dir.path(),
      {"import", "db", "-", "--database-url",
       "mysql://root@localhost/live?socket=" + (dir / "s")},
      {.input = "CREATE TABLE n (x INT);\n-- Dump completed\n",
       .env = {{"HOME", dir / "home"}}});
  server.Stop();
  EXPECT_EQ(result.status, 6) << result.err;
  EXPECT_GT(server.asked(), 0);
  EXPECT_EQ(server.stolen(), "");
}

}  // namespace
}  // namespace backgraft::imports
