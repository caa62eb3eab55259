#include "archive/budget.h"

#include "archive/refusal.h"

namespace backgraft::archive {

void Budget::Add(const std::string& path, uint64_t size) {
  if (entries_ >= limits_.entries) RefuseEntries();
  ++entries_;
  if (size > limits_.file_bytes) {
    RefuseLimit(EntrySubject(subject_, path),
                "its " + std::to_string(size) +
                    " bytes are more than the limit of " +
                    std::to_string(limits_.file_bytes) + " for one file",
                "--max-file SIZE");
  }
  // Written so that it cannot overflow: total_ <= total_bytes always holds.
  if (size > limits_.total_bytes - total_) {
    RefuseLimit(EntrySubject(subject_, path),
                "with it the contents are more than the limit of " +
                    std::to_string(limits_.total_bytes) + " bytes",
                "--max-total SIZE");
  }
  total_ += size;
}

void Budget::Expect(uint64_t entries) const {
  if (entries > limits_.entries - entries_) RefuseEntries();
}

void Budget::RefuseEntries() const {
  RefuseLimit(
      subject_,
      "more entries than the limit of " + std::to_string(limits_.entries),
      "--max-entries N");
}

void CheckRatio(const Limits& limits, uint64_t in, uint64_t out,
                const std::string& subject) {
  if (out <= limits.ratio_after) return;
  const uint64_t base = in == 0 ? 1 : in;
  if (out / base < limits.ratio) return;
  if (out / base == limits.ratio && out % base == 0) return;
  RefuseLimit(subject,
              "it expands more than the limit of " +
                  std::to_string(limits.ratio) + ":1 (" + std::to_string(in) +
                  " bytes became " + std::to_string(out) + " or more)",
              "--max-ratio N");
}

}  // namespace backgraft::archive
