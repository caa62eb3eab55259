#include "source/download.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/block_signals.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "source/link.h"

namespace backgraft::source {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSignalCheck{50};
// Of attempts that brought nothing new, one after the other.
constexpr int kMostTries = 5;
constexpr milliseconds kFirstPause{200};  // doubled each time

}  // namespace

Download::Download(std::string link) : link_(std::move(link)), file_(link_) {
  const BlockSignals blocked;
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error& e) {
    throw Error(ErrorKind::kIo,
                std::string("cannot start a thread: ") + e.code().message());
  }
}

Download::~Download() {
  Cancel();
  thread_.join();
  const bool can_go_on = arrived_ > 0 && version_.total &&
                         arrived_ < *version_.total &&
                         !version_.Validator().empty();
  // An earlier run's bytes are good as long as no answer says otherwise.
  if (begun_ ? !can_go_on : file_.kept_bytes() == 0) file_.Remove();
}

void Download::Cancel() noexcept {
  cancelled_ = true;
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

void Download::Run() noexcept {
  std::exception_ptr failure;
  try {
    FetchAll();
  } catch (const TransferFailure& failed) {
    try {
      Fail(failed);
    } catch (...) {
      failure = std::current_exception();
    }
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  failure_ = failure;
  answered_ = finished_ = true;
  changed_.notify_all();
}

void Download::Fail(const TransferFailure& failure) const {
  std::string message = "cannot fetch " + Quote(ShownName(link_)) + ": ";
  std::vector<std::string> hints = failure.hints;
  if (begun_ && version_.total) {
    message += "after " + std::to_string(arrived_) + " of " +
               std::to_string(*version_.total) + " bytes, ";
  }
  if (hints.empty() && failure.kind == ErrorKind::kTransfer &&
      failure.transient) {
    hints = {
        "run the command again later; what has arrived is not fetched "
        "twice where the server can go on"};
  }
  throw Error(failure.kind, message + failure.message, hints);
}

void Download::FetchAll() {
  Transfer transfer(link_, cancelled_);
  if (file_.kept_bytes() > 0) {
    version_ = file_.kept_version();
    position_ = file_.kept_bytes();
  }
  for (int tries = 1;; ++tries) {
    const uint64_t before = arrived_;
    const uint64_t from = begun_ ? arrived_ : file_.kept_bytes();
    const std::string validator = version_.Validator();
    try {
      transfer.Run(validator.empty() ? 0 : from, validator, *this);
      if (position_ < arrived_ ||
          (version_.total && arrived_ != *version_.total)) {
        throw TransferFailure{
            ErrorKind::kTransfer, "the content ended too early", {}, true};
      }
      return;
    } catch (const TransferFailure& failure) {
      if (cancelled_) return;
      if (arrived_ > before) tries = 1;
      if (!begun_ && from > 0 && !failure.transient &&
          failure.kind == ErrorKind::kTransfer) {
        // Perhaps it is only what was left that the server cannot go on with.
        file_.Restart({});
        version_ = {};
        continue;
      }
      if (!failure.transient || tries >= kMostTries) throw;
      if (!Pause(tries)) return;
    }
  }
}

bool Download::Pause(int tries) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kFirstPause * (1 << (tries - 1)),
                    [this] { return cancelled_.load(); });
  return !cancelled_;
}

void Download::Begin(const ResponseHead& head) {
  ContentVersion version{head.etag, head.last_modified, head.length};
  if (head.status == 206) {
    const uint64_t from = begun_ ? arrived_ : file_.kept_bytes();
    if (from == 0 || head.range_begin != from ||
        head.range_total != version_.total) {
      throw TransferFailure{ErrorKind::kTransfer,
                            "the server sent another part than was asked for"};
    }
    position_ = from;
    const std::lock_guard lock(mutex_);
    begun_ = true;
    arrived_ = from;
    total_ = version_.total;
    answered_ = true;
    changed_.notify_all();
    return;
  }
  position_ = 0;
  if (begun_) {
    // Somebody may have read what was there: it has to be the same again.
    if (arrived_ > 0 && version.total != version_.total) {
      throw TransferFailure{ErrorKind::kTransfer,
                            "it changed while it was fetched"};
    }
    version_ = version;
    return;
  }
  file_.Restart(version);
  version_ = version;
  const std::lock_guard lock(mutex_);
  begun_ = true;
  total_ = version_.total;
  answered_ = true;
  changed_.notify_all();
}

void Download::CompareWithArrived(ByteSpan bytes) {
  std::array<std::byte, 64 << 10> there;
  uint64_t at = position_;
  while (!bytes.empty()) {
    const ssize_t got =
        pread(fd(), there.data(), std::min(bytes.size(), there.size()),
              static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0)
      ThrowErrno(got < 0 ? errno : EIO, "cannot read", file_.path());
    const auto size = static_cast<size_t>(got);
    if (std::memcmp(there.data(), bytes.data(), size) != 0) {
      throw TransferFailure{ErrorKind::kTransfer,
                            "it changed while it was fetched"};
    }
    bytes = bytes.subspan(size);
    at += size;
  }
}

void Download::Data(ByteSpan bytes) {
  if (position_ < arrived_) {
    const ByteSpan again =
        bytes.first(std::min<uint64_t>(bytes.size(), arrived_ - position_));
    CompareWithArrived(again);
    position_ += again.size();
    bytes = bytes.subspan(again.size());
  }
  if (bytes.empty()) return;
  WriteAllAt(fd(), bytes, position_, file_.path());
  position_ += bytes.size();
  const std::lock_guard lock(mutex_);
  arrived_ = position_;
  changed_.notify_all();
}

void Download::ThrowIfOver() const {
  if (failure_) std::rethrow_exception(failure_);
  if (cancelled_) throw Error(ErrorKind::kIo, "reading was cancelled");
}

std::optional<uint64_t> Download::WaitForSize() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kSignalCheck,
                            [this] { return answered_ || cancelled_; })) {
    ThrowIfInterrupted();
  }
  if (arrived_ == 0) ThrowIfOver();
  return total_;
}

uint64_t Download::WaitForBytes(uint64_t offset) {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kSignalCheck, [&] {
    return arrived_ > offset || finished_ || cancelled_;
  })) {
    ThrowIfInterrupted();
  }
  // What has arrived is given out before the failure.
  if (arrived_ <= offset || cancelled_) ThrowIfOver();
  return arrived_ > offset ? arrived_ - offset : 0;
}

bool Download::WaitForEnd(uint64_t* arrived) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kSignalCheck,
                    [this] { return finished_ || cancelled_; });
  ThrowIfInterrupted();
  ThrowIfOver();
  *arrived = arrived_;
  return finished_;
}

}  // namespace backgraft::source
