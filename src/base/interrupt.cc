#include "base/interrupt.h"

#include <signal.h>

#include <atomic>

namespace backgraft {
namespace {

std::atomic<int> noted = 0;
std::atomic<int> shields = 0;
static_assert(std::atomic<int>::is_always_lock_free);

void Note(int signal) { noted.store(signal, std::memory_order_relaxed); }

}  // namespace

void NoteInterrupts() {
  struct sigaction action = {};
  action.sa_handler = Note;
  // No SA_RESTART: a read that waits for a pipe returns, and its caller looks.
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction old;
    // A parent that ignores SIGHUP (nohup) means it.
    if (sigaction(signal, nullptr, &old) == 0 && old.sa_handler == SIG_IGN) {
      continue;
    }
    sigaction(signal, &action, nullptr);
  }
}

void ThrowIfInterrupted() {
  int signal = noted.load(std::memory_order_relaxed);
  if (signal != 0 && shields.load(std::memory_order_relaxed) == 0) {
    throw Interrupted{signal};
  }
}

InterruptShield::InterruptShield() { ++shields; }
InterruptShield::~InterruptShield() { --shields; }

}  // namespace backgraft
