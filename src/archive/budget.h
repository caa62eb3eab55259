// Keeps count of what a source asks for, against Limits.
#pragma once

#include <cstdint>
#include <string>

#include "archive/limits.h"

namespace backgraft::archive {

class Budget {
 public:
  // `subject` as in refusal.h.
  Budget(const Limits& limits, std::string subject)
      : limits_(limits), subject_(std::move(subject)) {}

  // One more entry that declares `size` bytes of content. Called before the
  // content is looked at. Error(kBadSource) naming the limit and its option.
  void Add(const std::string& path, uint64_t size);

  // Throws where `entries` more would be too many, before anybody makes room
  // for them.
  void Expect(uint64_t entries) const;

  uint64_t entries() const { return entries_; }

 private:
  [[noreturn]] void RefuseEntries() const;

  const Limits limits_;
  const std::string subject_;
  uint64_t entries_ = 0;
  uint64_t total_ = 0;
};

// Error(kBadSource) where `out` bytes from `in` compressed ones are beyond the
// ratio that Limits allows.
void CheckRatio(const Limits& limits, uint64_t in, uint64_t out,
                const std::string& subject);

}  // namespace backgraft::archive
