#include "base/interrupt.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace backgraft {
namespace {

// A death test each: what is noted stays noted for the life of a process.

void ExitWithTheSignal() {
  try {
    ThrowIfInterrupted();
  } catch (const Interrupted& interrupted) {
    _exit(interrupted.signal);
  }
  _exit(100);
}

TEST(InterruptDeathTest, ASignalBecomesAnException) {
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    EXPECT_EXIT(
        {
          NoteInterrupts();
          raise(number);
          ExitWithTheSignal();
        },
        ::testing::ExitedWithCode(number), "");
  }
}

TEST(InterruptDeathTest, NothingIsThrownWithoutASignal) {
  EXPECT_EXIT(
      {
        NoteInterrupts();
        ExitWithTheSignal();
      },
      ::testing::ExitedWithCode(100), "");
}

TEST(InterruptDeathTest, AShieldHoldsItBack) {
  EXPECT_EXIT(
      {
        NoteInterrupts();
        InterruptShield shield;
        raise(SIGINT);
        ExitWithTheSignal();
      },
      ::testing::ExitedWithCode(100), "");
  EXPECT_EXIT(
      {
        NoteInterrupts();
        {
          InterruptShield shield;
          raise(SIGINT);
          ThrowIfInterrupted();
        }
        ExitWithTheSignal();
      },
      ::testing::ExitedWithCode(SIGINT), "");
}

TEST(InterruptDeathTest, AnIgnoredSignalStaysIgnored) {
  EXPECT_EXIT(
      {
        signal(SIGHUP, SIG_IGN);
        NoteInterrupts();
        raise(SIGHUP);
        ExitWithTheSignal();
      },
      ::testing::ExitedWithCode(100), "");
}

}  // namespace
}  // namespace backgraft
