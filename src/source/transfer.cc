#include "source/transfer.h"

#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <exception>

#include "base/escape.h"
#include "source/address.h"
#include "source/http_status.h"
#include "source/link.h"
#include "source/link_parts.h"
#include "source/proxy.h"

namespace backgraft::source {
namespace {

constexpr int kMostHops = 10;
constexpr long kConnectSeconds = 30;
constexpr long kStalledSeconds = 60;  // without a byte
constexpr int kPollMilliseconds = 100;
constexpr size_t kMostErrorBody = size_t{64} << 10;

std::string AuthoritiesFile() {
  for (const char* name :
       {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO"}) {
    const char* value = getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

std::optional<uint64_t> ParseNumber(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

// "bytes 100-199/200"
void ParseContentRange(std::string_view value, ResponseHead* head) {
  if (!value.starts_with("bytes ")) return;
  value.remove_prefix(6);
  const size_t dash = value.find('-');
  const size_t slash = value.find('/');
  if (dash != std::string_view::npos) {
    head->range_begin = ParseNumber(value.substr(0, dash));
  }
  if (slash != std::string_view::npos) {
    head->range_total = ParseNumber(value.substr(slash + 1));
  }
}

void TakeHeader(std::string_view name, std::string_view value,
                ResponseHead* head) {
  const auto is = [name](std::string_view wanted) {
    return name.size() == wanted.size() &&
           strncasecmp(name.data(), wanted.data(), name.size()) == 0;
  };
  if (is("etag")) head->etag = value;
  if (is("last-modified")) head->last_modified = value;
  if (is("content-length")) head->length = ParseNumber(value);
  if (is("content-range")) ParseContentRange(value, head);
}

bool IsTransient(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return true;
    default:
      return false;
  }
}

}  // namespace

struct Transfer::Hop {
  LinkParts parts;
  std::string proxy;
  CurlEasy easy;
  CurlList headers;
  TransferSink* sink = nullptr;
  bool refuse_private = false;
  bool refused_private = false;
  bool saw_private = false;  // an address we connected to
  bool begun = false;
  ResponseHead head;
  std::string location, error_body;
  std::exception_ptr thrown;
  std::array<char, CURL_ERROR_SIZE> error{};
  CURLcode result = CURLE_OK;

  bool has_content() const { return head.status == 200 || head.status == 206; }

  void Begin() {
    if (begun || !has_content()) return;
    begun = true;
    sink->Begin(head);
  }

  // C callbacks: nothing may be thrown through the library.
  static size_t OnHeader(char* data, size_t, size_t size, void* self) noexcept {
    auto& hop = *static_cast<Hop*>(self);
    std::string_view line(data, size);
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    // Headers after the content are nobody's business.
    if (hop.begun) return size;
    if (line.starts_with("HTTP/")) {
      hop.head = {};
      const size_t space = line.find(' ');
      if (space != std::string_view::npos) {
        hop.head.status = static_cast<long>(
            ParseNumber(line.substr(space + 1, 3)).value_or(0));
      }
      return size;
    }
    try {
      const size_t colon = line.find(':');
      if (colon != std::string_view::npos) {
        const std::string_view value = line.substr(
            std::min(line.find_first_not_of(" \t", colon + 1), line.size()));
        TakeHeader(line.substr(0, colon), value, &hop.head);
      }
      if (line.empty()) hop.Begin();
    } catch (...) {
      hop.thrown = std::current_exception();
      return 0;
    }
    return size;
  }

  static size_t OnData(char* data, size_t, size_t size, void* self) noexcept {
    auto& hop = *static_cast<Hop*>(self);
    try {
      if (!hop.has_content()) {
        // Read on to its end, for the sake of what it says.
        const size_t room = kMostErrorBody - hop.error_body.size();
        hop.error_body.append(data, std::min(size, room));
        return room > 0 ? size : 0;
      }
      hop.Begin();
      hop.sink->Data(AsBytes({data, size}));
    } catch (...) {
      hop.thrown = std::current_exception();
      return 0;
    }
    return size;
  }

  static curl_socket_t OnSocket(void* self, curlsocktype,
                                curl_sockaddr* address) noexcept {
    auto& hop = *static_cast<Hop*>(self);
    if (hop.proxy.empty() && IsPrivateAddress(&address->addr)) {
      hop.saw_private = true;
      if (hop.refuse_private) {
        hop.refused_private = true;
        return CURL_SOCKET_BAD;
      }
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC,
                  address->protocol);
  }
};

Transfer::Transfer(std::string link, const std::atomic<bool>& cancelled)
    : link_(std::move(link)),
      cancelled_(cancelled),
      multi_(Curl().multi_init()) {
  const LinkParts parts = TakeApart(link_);
  user_ = parts.user;
  password_ = parts.password;
  origin_ = parts.Origin();
}

void Transfer::SetUp(Hop& hop, uint64_t offset, const std::string& validator) {
  const CurlLibrary& curl = Curl();
  hop.easy.reset(curl.easy_init());
  CURL* easy = hop.easy.get();
  if (easy == nullptr || !multi_) {
    throw TransferFailure{ErrorKind::kIo, "out of memory"};
  }
  const auto set = [&](CURLoption option, auto value) {
    // Fails only for options that this libcurl was built without.
    static_cast<void>(curl.easy_setopt(easy, option, value));
  };
  set(CURLOPT_ERRORBUFFER, hop.error.data());
  set(CURLOPT_URL, hop.parts.bare.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_FRESH_CONNECT, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, kStalledSeconds);
  set(CURLOPT_BUFFERSIZE, 256L << 10);
  set(CURLOPT_USERAGENT, "backgraft");
  set(CURLOPT_PROXY, hop.proxy.c_str());
  set(CURLOPT_NOPROXY, "");
  if (const std::string file = AuthoritiesFile(); !file.empty()) {
    set(CURLOPT_CAINFO, file.c_str());
    set(CURLOPT_PROXY_CAINFO, file.c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  if (!user_.empty() && hop.parts.Origin() == origin_) {
    set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    set(CURLOPT_USERNAME, user_.c_str());
    set(CURLOPT_PASSWORD, password_.c_str());
  }
  std::vector<std::string> lines = {"Accept: */*", "Accept-Encoding: identity"};
  if (offset > 0) {
    lines.push_back("Range: bytes=" + std::to_string(offset) + "-");
    lines.push_back("If-Range: " + validator);
  }
  for (const std::string& line : lines) {
    curl_slist* longer = curl.slist_append(hop.headers.get(), line.c_str());
    if (longer == nullptr) {
      throw TransferFailure{ErrorKind::kIo, "out of memory"};
    }
    static_cast<void>(hop.headers.release());
    hop.headers.reset(longer);
  }
  set(CURLOPT_HTTPHEADER, hop.headers.get());
  set(CURLOPT_HEADERFUNCTION, &Hop::OnHeader);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&hop));
  set(CURLOPT_WRITEFUNCTION, &Hop::OnData);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&hop));
  set(CURLOPT_OPENSOCKETFUNCTION, &Hop::OnSocket);
  set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(&hop));
}

void Transfer::Perform(Hop& hop) {
  const CurlLibrary& curl = Curl();
  curl.multi_add_handle(multi_.get(), hop.easy.get());
  int running = 1;
  while (running > 0 && !cancelled_) {
    if (curl.multi_perform(multi_.get(), &running) != CURLM_OK) break;
    if (running > 0) {
      curl.multi_poll(multi_.get(), nullptr, 0, kPollMilliseconds, nullptr);
    }
  }
  hop.result = cancelled_ ? CURLE_ABORTED_BY_CALLBACK : CURLE_FAILED_INIT;
  int left = 0;
  while (const CURLMsg* message = curl.multi_info_read(multi_.get(), &left)) {
    if (message->msg == CURLMSG_DONE) hop.result = message->data.result;
  }
  curl.multi_remove_handle(multi_.get(), hop.easy.get());
}

void Transfer::FailOf(const Hop& hop) const {
  if (hop.refused_private) {
    throw TransferFailure{
        ErrorKind::kTransfer,
        "it redirects to the private address of " + Quote(hop.parts.host)};
  }
  if (hop.result != CURLE_OK && (hop.head.status == 0 || hop.has_content())) {
    std::string why = hop.error[0] != '\0' ? std::string(hop.error.data())
                                           : Curl().easy_strerror(hop.result);
    std::vector<std::string> hints;
    if (hop.result == CURLE_PEER_FAILED_VERIFICATION ||
        hop.result == CURLE_SSL_CACERT_BADFILE) {
      hints = {
          "name the authority of the server's certificate in the environment: "
          "SSL_CERT_FILE=FILE"};
    }
    throw TransferFailure{ErrorKind::kTransfer, Escape(HideSecrets(why)),
                          std::move(hints), IsTransient(hop.result)};
  }
  throw FailureOf(hop.head.status, hop.error_body, LinkExpiry(link_));
}

std::string Transfer::RedirectOf(const Hop& hop) const {
  if (hop.head.status < 301 || hop.head.status > 308) return {};
  const char* location = nullptr;
  Curl().easy_getinfo(hop.easy.get(), CURLINFO_REDIRECT_URL, &location);
  if (location == nullptr || *location == '\0') return {};
  if (strncasecmp(location, "https://", 8) != 0) {
    throw TransferFailure{ErrorKind::kTransfer,
                          "it redirects to " + Quote(ShownName(location)) +
                              ", and only redirects to https are followed"};
  }
  return location;
}

std::string Transfer::RunHop(const std::string& link, uint64_t offset,
                             const std::string& validator, TransferSink& sink) {
  Hop hop;
  hop.parts = TakeApart(link);
  hop.proxy = ProxyFor(hop.parts.scheme, hop.parts.host);
  hop.sink = &sink;
  hop.refuse_private = was_public_;
  const bool private_name = IsPrivateHost(hop.parts.host);
  if (was_public_ && private_name) {
    hop.refused_private = true;
    FailOf(hop);
  }
  SetUp(hop, offset, validator);
  Perform(hop);
  if (hop.thrown) std::rethrow_exception(hop.thrown);
  if (std::string next = RedirectOf(hop); !next.empty()) {
    if (!private_name && !hop.saw_private) was_public_ = true;
    return next;
  }
  if (hop.result != CURLE_OK || !hop.has_content()) FailOf(hop);
  return {};
}

void Transfer::Run(uint64_t offset, const std::string& validator,
                   TransferSink& sink) {
  was_public_ = false;
  std::string link = link_;
  for (int hops = 0; hops <= kMostHops; ++hops) {
    link = RunHop(link, offset, validator, sink);
    if (link.empty()) return;
  }
  throw TransferFailure{ErrorKind::kTransfer, "it redirects too many times"};
}

}  // namespace backgraft::source
