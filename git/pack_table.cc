#include "git/pack_table.h"

#include "base/error.h"
#include "base/escape.h"

namespace backgraft::git {

void ExpansionGuard::Add(uint64_t bytes) {
  uint64_t total = total_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  const PackLimits& limits = options_.limits;
  if (total > limits.ratio_after && total / limits.ratio > pack_size_) {
    throw Error(ErrorKind::kBadSource,
                "pack " + Quote(options_.name) + " expands to more than " +
                    std::to_string(limits.ratio) + " times its size");
  }
}

void ThrowBadEntry(const PackOptions& options, uint64_t offset,
                   const std::string& what) {
  ThrowBadPack(options, what + " at offset " + std::to_string(offset));
}

void ThrowBadPack(const PackOptions& options, const std::string& what) {
  throw Error(ErrorKind::kBadSource,
              "pack " + Quote(options.name) + " is damaged: " + what);
}

}  // namespace backgraft::git
