#include "testing/statement_proxy.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace backgraft::testing {
namespace {

// The protocol's packets: 3 bytes of length, 1 of sequence, then the payload.
constexpr size_t kHeader = 4;
constexpr char kQuery = 3;  // COM_QUERY

UniqueFd MakeSocket() {
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw std::runtime_error("no socket");
  return fd;
}

sockaddr_un AddressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw std::runtime_error("too long for a socket: " + path);
  }
  path.copy(address.sun_path, path.size());
  return address;
}

pid_t PeerOf(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    throw std::runtime_error("no peer");
  }
  return peer.pid;
}

bool SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

// False where the other side is gone.
bool Receive(int fd, std::string* to) {
  char buffer[65536];
  const ssize_t n = read(fd, buffer, sizeof buffer);
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) return false;
  to->append(buffer, static_cast<size_t>(n));
  return true;
}

// ER_DISK_FULL, which is nobody's fault but the server's.
std::string Refusal() {
  const std::string payload = "\xff\xfd\x03#HY000Disk full (refused by test)";
  std::string packet = {static_cast<char>(payload.size()), 0, 0, 1};
  return packet + payload;
}

}  // namespace

struct StatementProxy::Pair {
  UniqueFd client, server;
  std::string pending{};     // bytes of a packet that is not whole yet
  Harm after = Harm::kNone;  // once the server answers
};

StatementProxy::StatementProxy(std::string server)
    : server_(std::move(server)),
      listener_(MakeSocket()),
      stop_(eventfd(0, EFD_CLOEXEC)) {
  const sockaddr_un address = AddressOf(socket());
  if (bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address),
           sizeof address) != 0 ||
      listen(listener_.get(), 16) != 0) {
    throw std::runtime_error("cannot listen");
  }
  thread_ = std::thread([this] { Serve(); });
}

StatementProxy::~StatementProxy() {
  eventfd_write(stop_.get(), 1);
  thread_.join();
}

void StatementProxy::Arm(Harm harm, size_t at) {
  const std::lock_guard lock(mutex_);
  statements_.clear();
  refused_.clear();
  harm_ = harm;
  at_ = at;
  done_ = false;
}

std::vector<std::string> StatementProxy::statements() const {
  const std::lock_guard lock(mutex_);
  return statements_;
}

bool StatementProxy::done() const {
  const std::lock_guard lock(mutex_);
  return done_;
}

void StatementProxy::Accept() {
  auto pair = std::make_unique<Pair>();
  pair->client =
      UniqueFd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!pair->client) return;
  pair->server = MakeSocket();
  const sockaddr_un address = AddressOf(server_);
  // A server that is not there is one that hangs up.
  if (connect(pair->server.get(), reinterpret_cast<const sockaddr*>(&address),
              sizeof address) == 0) {
    pairs_.push_back(std::move(pair));
  }
}

void StatementProxy::Serve() {
  for (;;) {
    std::vector<pollfd> fds = {{stop_.get(), POLLIN, 0},
                               {listener_.get(), POLLIN, 0}};
    for (const auto& pair : pairs_) {
      fds.push_back({pair->client.get(), POLLIN, 0});
      fds.push_back({pair->server.get(), POLLIN, 0});
    }
    if (poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[0].revents != 0) return;
    const size_t known = pairs_.size();
    for (size_t i = 0; i < known; ++i) {
      Flow flow = Flow::kGoOn;
      // An answer first: it belongs to what was said before.
      if (fds[2 * i + 3].revents != 0) flow = FromServer(*pairs_[i]);
      if (flow == Flow::kGoOn && fds[2 * i + 2].revents != 0) {
        flow = FromClient(*pairs_[i]);
      }
      if (flow == Flow::kEnd) pairs_[i].reset();
    }
    std::erase(pairs_, nullptr);
    if (fds[1].revents != 0) Accept();
  }
}

StatementProxy::Flow StatementProxy::FromServer(Pair& pair) {
  std::string bytes;
  if (!Receive(pair.server.get(), &bytes)) return Flow::kEnd;
  if (pair.after != Harm::kNone) {
    const bool client = pair.after == Harm::kKillClientAfter;
    if (pair.after != Harm::kDropAfter) {
      kill(PeerOf(client ? pair.client.get() : pair.server.get()), SIGKILL);
    }
    return Flow::kEnd;
  }
  return SendAll(pair.client.get(), bytes) ? Flow::kGoOn : Flow::kEnd;
}

StatementProxy::Flow StatementProxy::FromClient(Pair& pair) {
  if (!Receive(pair.client.get(), &pair.pending)) return Flow::kEnd;
  for (;;) {
    if (pair.pending.size() < kHeader) return Flow::kGoOn;
    const auto byte = [&](size_t i) {
      return static_cast<size_t>(static_cast<unsigned char>(pair.pending[i]));
    };
    const size_t size =
        kHeader + (byte(0) | (byte(1) << 8U) | (byte(2) << 16U));
    if (pair.pending.size() < size) return Flow::kGoOn;
    const std::string packet = pair.pending.substr(0, size);
    pair.pending.erase(0, size);
    if (Forward(pair, packet) == Flow::kEnd) return Flow::kEnd;
  }
}

StatementProxy::Flow StatementProxy::Forward(Pair& pair,
                                             const std::string& packet) {
  Harm harm = Harm::kNone;
  // A command is the first of its sequence.
  if (packet.size() > kHeader && packet[3] == 0 && packet[kHeader] == kQuery) {
    harm = Take(packet.substr(kHeader + 1));
  }
  switch (harm) {
    case Harm::kKillClientBefore:
      kill(PeerOf(pair.client.get()), SIGKILL);
      return Flow::kEnd;
    case Harm::kKillServerBefore:
      kill(PeerOf(pair.server.get()), SIGKILL);
      return Flow::kEnd;
    case Harm::kDropBefore:
      return Flow::kEnd;
    case Harm::kRefuse:
    case Harm::kRefuseAlways:
    case Harm::kRefuseFromOn:
      return SendAll(pair.client.get(), Refusal()) ? Flow::kGoOn : Flow::kEnd;
    case Harm::kNone:
      break;
    case Harm::kKillClientAfter:
    case Harm::kKillServerAfter:
    case Harm::kDropAfter:
      pair.after = harm;
  }
  return SendAll(pair.server.get(), packet) ? Flow::kGoOn : Flow::kEnd;
}

// What happens to it.
Harm StatementProxy::Take(const std::string& statement) {
  const std::lock_guard lock(mutex_);
  statements_.push_back(statement);
  const size_t number = statements_.size();
  if (number == at_) {
    done_ = harm_ != Harm::kNone;
    refused_ = statement;
    return harm_;
  }
  if (!done_) return Harm::kNone;
  const bool again = harm_ == Harm::kRefuseFromOn ||
                     (harm_ == Harm::kRefuseAlways && statement == refused_);
  return again ? harm_ : Harm::kNone;
}

}  // namespace backgraft::testing
