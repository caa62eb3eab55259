// When the machine was started.
#pragma once

#include <cstdint>

namespace backgraft {

// Seconds since 1970, as the clock tells it now: without opening a file, and
// the same until the next start unless somebody sets the clock.
int64_t BootTime();

// Whether a time that BootTime() told is that of another start. A clock that
// was set meanwhile looks like one.
bool IsOtherBoot(int64_t boot_time);

}  // namespace backgraft
