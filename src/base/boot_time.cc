#include "base/boot_time.h"

#include <cstdlib>
#include <ctime>

namespace backgraft {

int64_t BootTime() {
  timespec now{};
  timespec up{};
  clock_gettime(CLOCK_REALTIME, &now);
  clock_gettime(CLOCK_BOOTTIME, &up);
  return now.tv_sec - up.tv_sec;
}

bool IsOtherBoot(int64_t boot_time) {
  // Both clocks are read in turn, and rounded.
  return std::abs(BootTime() - boot_time) > 2;
}

}  // namespace backgraft
