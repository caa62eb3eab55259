// One request for a link, redirects included.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "source/curl_library.h"

namespace backgraft::source {

// What the server said before the content.
struct ResponseHead {
  long status = 0;
  std::string etag, last_modified;
  std::optional<uint64_t> length;  // of what follows
  // Of a part: where it begins, and how long the whole is.
  std::optional<uint64_t> range_begin, range_total;
};

// A request that brought no content, or not all of it.
struct TransferFailure {
  ErrorKind kind = ErrorKind::kTransfer;
  std::string message;  // follows the name of the link
  std::vector<std::string> hints{};
  bool transient = false;  // the same again may well succeed
};

class TransferSink {
 public:
  virtual ~TransferSink() = default;
  // Of an answer with content, 200 or 206; once, before Data(). May throw, as
  // may Data(): that ends the request and comes out of Run().
  virtual void Begin(const ResponseHead& head) = 0;
  virtual void Data(ByteSpan bytes) = 0;
};

class Transfer {
 public:
  // `cancelled` ends Run() soon; it must outlive this.
  Transfer(std::string link, const std::atomic<bool>& cancelled);

  // Asks for the content from `offset` on; where that is not 0, only if the
  // content is still that of `validator` (an ETag or a date). Returns when all
  // of it was delivered. Throws TransferFailure.
  void Run(uint64_t offset, const std::string& validator, TransferSink& sink);

 private:
  struct Hop;
  // One hop; the link it redirects to, or "".
  std::string RunHop(const std::string& link, uint64_t offset,
                     const std::string& validator, TransferSink& sink);
  void SetUp(Hop& hop, uint64_t offset, const std::string& validator);
  void Perform(Hop& hop);
  [[noreturn]] void FailOf(const Hop& hop) const;
  std::string RedirectOf(const Hop& hop) const;

  const std::string link_;
  const std::atomic<bool>& cancelled_;
  CurlMulti multi_;
  std::string user_, password_, origin_;  // of the link as given
  bool was_public_ = false;               // some hop was to a public address
};

}  // namespace backgraft::source
