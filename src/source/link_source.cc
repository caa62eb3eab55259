#include "source/link_source.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/error.h"
#include "base/escape.h"
#include "base/read_ahead.h"
#include "base/sha.h"
#include "source/download.h"
#include "source/http_status.h"
#include "source/link.h"

namespace backgraft::source {
namespace {

constexpr size_t kBuffers = 4;
constexpr size_t kBufferBytes = size_t{256} << 10;
constexpr int64_t kSoon = 600;  // seconds in which an expiry is worth a word

class LinkSource : public HashingSource {
 public:
  LinkSource(const std::string& link, LinkEvents events)
      : name_(ShownName(link)), events_(std::move(events)), download_(link) {
    size_ = download_.WaitForSize();
    ahead_ = std::make_unique<ReadAhead>(
        kBuffers, kBufferBytes,
        [this](std::span<std::byte> buffer) { return Produce(buffer); },
        [this] { download_.Cancel(); });
  }

  size_t Read(std::span<std::byte> buffer) override {
    if (rest_.empty()) rest_ = ahead_->Next();
    const size_t size = std::min(buffer.size(), rest_.size());
    if (size > 0) std::memcpy(buffer.data(), rest_.data(), size);
    rest_ = rest_.subspan(size);
    return size;
  }

  std::optional<uint64_t> size() const override { return size_; }

  int random_access_fd() const override {
    uint64_t arrived = 0;
    while (!download_.WaitForEnd(&arrived)) {
      if (events_.arrived) events_.arrived(arrived);
    }
    return download_.fd();
  }

  void Cancel() noexcept override { ahead_->Cancel(); }
  const std::string& name() const override { return name_; }

  std::string sha256() override {
    do {
      rest_ = ahead_->Next();
    } while (!rest_.empty());
    return digest_;
  }

 private:
  // In the thread.
  size_t Produce(std::span<std::byte> buffer) {
    const uint64_t there = download_.WaitForBytes(read_);
    const size_t size =
        static_cast<size_t>(std::min<uint64_t>(there, buffer.size()));
    size_t done = 0;
    while (done < size) {
      const ssize_t got = pread(download_.fd(), buffer.data() + done,
                                size - done, static_cast<off_t>(read_));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) ThrowErrno(got < 0 ? errno : EIO, "cannot read", name_);
      done += static_cast<size_t>(got);
      read_ += static_cast<uint64_t>(got);
    }
    hash_.Update(buffer.first(done));
    if (done == 0) {
      if (read_ == 0) {
        throw Error(ErrorKind::kBadSource, Quote(name_) + ": it is empty",
                    {kGetItAgain});
      }
      digest_ = Hex(hash_.Finish());
    }
    return done;
  }

  const std::string name_;  // without what is secret
  const LinkEvents events_;
  mutable Download download_;
  std::optional<uint64_t> size_;
  uint64_t read_ = 0;   // in the thread
  Sha256 hash_;         // in the thread
  std::string digest_;  // written by the thread before it ends
  ByteSpan rest_;
  std::unique_ptr<ReadAhead> ahead_;  // last: its thread uses the above
};

}  // namespace

std::unique_ptr<HashingSource> OpenLink(const std::string& link,
                                        LinkEvents events) {
  if (const std::optional<int64_t> expiry = LinkExpiry(link)) {
    const int64_t left = *expiry - time(nullptr);
    if (left <= 0) {
      const TransferFailure expired = ExpiredFailure();
      throw Error(
          expired.kind,
          "cannot fetch " + Quote(ShownName(link)) + ": " + expired.message,
          expired.hints);
    }
    if (left <= kSoon && events.warn) {
      events.warn("link expires in " + std::to_string(left) + " s");
    }
  }
  return std::make_unique<LinkSource>(link, std::move(events));
}

}  // namespace backgraft::source
