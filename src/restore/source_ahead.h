// A source that is opened before its turn comes: the first of its bytes are
// decompressed while another source is still worked on.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "restore/opened_source.h"
#include "restore/progress.h"
#include "restore/source_limits.h"

namespace backgraft::restore {

class SourceAhead {
 public:
  // Opens it and begins to read. Never throws what the source is to blame for.
  // `progress` hears nothing until Take(); it must outlive this.
  SourceAhead(const std::string& name, const SourceLimits& limits,
              Progress& progress);

  // Its turn has come. Throws what opening it threw.
  OpenedSource& Take();

 private:
  // Tells the other one nothing before its time.
  class QuietProgress : public Progress {
   public:
    explicit QuietProgress(Progress& progress) : progress_(progress) {}
    void Begin(const std::string& stage, Unit unit,
               std::optional<uint64_t> total) override;
    // Also called by the thread that reads.
    void Update(uint64_t done) override;
    void Finish() override;
    void Warn(const std::string& text) override { progress_.Warn(text); }
    void Speak();

   private:
    Progress& progress_;
    std::string stage_;
    Unit unit_ = Unit::kBytes;
    std::optional<uint64_t> total_;
    std::atomic<bool> speaks_ = false;
  };

  QuietProgress progress_;
  std::unique_ptr<OpenedSource> source_;
  std::exception_ptr failure_;
};

}  // namespace backgraft::restore
