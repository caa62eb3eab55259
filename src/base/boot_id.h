// Which start of the machine this is.
#pragma once

#include <string>

namespace backgraft {

// /proc/sys/kernel/random/boot_id, see random(4): another one after each start
// of the kernel. "" where it cannot be read.
std::string BootId();

}  // namespace backgraft
