// SIGINT, SIGTERM and SIGHUP as an exception at safe places.
#pragma once

namespace backgraft {

// Thrown by ThrowIfInterrupted(). Deliberately no Error: nothing but main.cc
// catches it, and it becomes exit status 128 + signal.
struct Interrupted {
  int signal;
};

// From now on the three signals only leave a note. Called once, by main.cc.
void NoteInterrupts();

// Throws Interrupted when a signal was noted. Long loops call it; it costs a
// load.
void ThrowIfInterrupted();

// While one lives, ThrowIfInterrupted() does nothing: from publication on there
// is no way back, and the work is finished instead.
class InterruptShield {
 public:
  InterruptShield();
  ~InterruptShield();
  InterruptShield(const InterruptShield&) = delete;
  InterruptShield& operator=(const InterruptShield&) = delete;
};

}  // namespace backgraft
