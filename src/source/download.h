// The content of a link as it arrives: fetched in a thread of its own into a
// file, from which it can be read from the first byte on.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "source/partial_file.h"
#include "source/transfer.h"

namespace backgraft::source {

class Download : private TransferSink {
 public:
  // Begins. A connection that breaks is taken up again where it broke, a few
  // times; so is what an earlier run left.
  explicit Download(std::string link);
  // Stops. What is not whole is kept for another run if it can be gone on with.
  ~Download() override;
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  // Each waits, and throws Error (kTransfer, kExpired, kIo) where there is no
  // way on, Interrupted where a signal comes.

  // Until the server has answered: the size, where it says so.
  std::optional<uint64_t> WaitForSize();
  // Until there are bytes at `offset`: how many, 0 at the end.
  uint64_t WaitForBytes(uint64_t offset);
  // For a little while; true once all of it is here. `arrived` is how much is.
  bool WaitForEnd(uint64_t* arrived);

  // Makes all of them throw, from now on.
  void Cancel() noexcept;

  int fd() const { return file_.fd(); }

 private:
  void Begin(const ResponseHead& head) override;
  void Data(ByteSpan bytes) override;
  void Run() noexcept;
  void FetchAll();
  // False where it was cancelled meanwhile.
  bool Pause(int tries);
  void CompareWithArrived(ByteSpan bytes);
  void ThrowIfOver() const;
  [[noreturn]] void Fail(const TransferFailure& failure) const;

  const std::string link_;
  PartialFile file_;

  // The thread's alone.
  ContentVersion version_;
  bool begun_ = false;     // a first answer has been taken
  uint64_t position_ = 0;  // where the next byte of this answer belongs

  std::atomic<bool> cancelled_ = false;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool answered_ = false;
  bool finished_ = false;
  uint64_t arrived_ = 0;
  std::optional<uint64_t> total_;
  std::exception_ptr failure_;

  std::thread thread_;  // last: it uses everything above
};

}  // namespace backgraft::source
