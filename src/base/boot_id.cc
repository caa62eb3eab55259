#include "base/boot_id.h"

#include "base/error.h"
#include "base/io.h"

namespace backgraft {

std::string BootId() {
  std::string id;
  try {
    ReadFileIfExists("/proc/sys/kernel/random/boot_id", &id);
  } catch (const Error&) {
    return "";  // as on a system without /proc
  }
  return id.substr(0, id.find('\n'));
}

}  // namespace backgraft
