#include "restore/source_ahead.h"

#include "base/error.h"

namespace backgraft::restore {

void SourceAhead::QuietProgress::Begin(const std::string& stage, Unit unit,
                                       std::optional<uint64_t> total) {
  stage_ = stage;
  unit_ = unit;
  total_ = total;
  if (speaks_) progress_.Begin(stage, unit, total);
}

void SourceAhead::QuietProgress::Update(uint64_t done) {
  if (speaks_) progress_.Update(done);
}

void SourceAhead::QuietProgress::Finish() {
  if (speaks_) progress_.Finish();
}

void SourceAhead::QuietProgress::Speak() {
  if (!stage_.empty()) progress_.Begin(stage_, unit_, total_);
  // What follows is told by the thread that reads.
  speaks_ = true;
}

SourceAhead::SourceAhead(const std::string& name, const SourceLimits& limits,
                         Progress& progress)
    : progress_(progress) {
  try {
    source_ = std::make_unique<OpenedSource>(name, limits, progress_);
    const auto& type = source_->type();
    if (type && type->container != archive::Container::kBundle) {
      source_->reader();
    }
  } catch (const Error&) {
    // Sources before this one may have worse to tell.
    failure_ = std::current_exception();
  }
}

OpenedSource& SourceAhead::Take() {
  progress_.Speak();
  if (failure_) std::rethrow_exception(failure_);
  return *source_;
}

}  // namespace backgraft::restore
