// Threads without signals: those stay with the main thread, whose job it is to
// roll back.
#pragma once

#include <signal.h>

namespace backgraft {

// While one lives, the calling thread takes no signal, and neither do the
// threads that it starts, which inherit the mask.
class BlockSignals {
 public:
  BlockSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockSignals(const BlockSignals&) = delete;
  BlockSignals& operator=(const BlockSignals&) = delete;

 private:
  sigset_t before_;
};

}  // namespace backgraft
