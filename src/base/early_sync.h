// Makes files durable while more of them are written, so that the wait at the
// end is for the last ones only.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace backgraft {

class EarlySync {
 public:
  // What is written between one syncfs(2) and the next; whoever writes less has
  // no thread.
  static constexpr uint64_t kFiles = 1024;
  static constexpr uint64_t kBytes = uint64_t{16} << 20;

  // `fd` is borrowed and on the filesystem; `path` names it in a failure.
  EarlySync(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  // Waits for a syncfs(2) that is under way.
  ~EarlySync() { Stop(); }
  EarlySync(const EarlySync&) = delete;
  EarlySync& operator=(const EarlySync&) = delete;

  // A file with `bytes` bytes was written; from any thread.
  void Wrote(uint64_t bytes);

  // Ends the thread, then throws Error(kIo) where a sync of it failed: the
  // kernel tells of that once. What was written since is not durable: the
  // caller syncs once more.
  void Finish();

 private:
  void Run();
  void Stop() noexcept;

  const int fd_;
  const std::string path_;
  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t files_ = 0, bytes_ = 0;  // written since the last call
  bool wanted_ = false;
  bool stopping_ = false;
  bool has_thread_ = true;  // or may have one
  int problem_ = 0;         // errno of a sync that failed
  std::thread thread_;      // last: it uses everything above
};

}  // namespace backgraft
