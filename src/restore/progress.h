// How the use cases tell what they are doing. They never print: the command
// line implements this, tests leave it out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace backgraft::restore {

enum class Unit { kBytes, kFiles, kObjects, kCommits };

class Progress {
 public:
  virtual ~Progress() = default;
  // A new stage begins ("reading", "writing files"), of `total` units where
  // that is known. It ends with the next one or with Finish().
  virtual void Begin(const std::string& stage, Unit unit,
                     std::optional<uint64_t> total) = 0;
  // `done` units of the stage so far. Cheap enough to be called for every file.
  virtual void Update(uint64_t done) = 0;
  // What else is worth telling of how far it is ("3 tables, 1,204 rows"); shown
  // with the next Update().
  virtual void Detail(const std::string& text) { static_cast<void>(text); }
  virtual void Finish() = 0;
  // Something to know before the work is done: "link expires in 40 s".
  virtual void Warn(const std::string&) {}
};

// Tells nobody.
class NoProgress : public Progress {
 public:
  void Begin(const std::string&, Unit, std::optional<uint64_t>) override {}
  void Update(uint64_t) override {}
  void Finish() override {}
};

}  // namespace backgraft::restore
