// Sources whose `.git` was made hostile, and what each command has to do with
// them.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "commands/hostile_site.h"

namespace backgraft::commands {

enum class Outcome {
  // Exit 3 whatever the command.
  kRefused,
  // As if the hostile part were not there: tip and tree are the site's.
  kNeutral,
  // Deep in the history: what takes it over is refused, what looks at no more
  // than the tip needs (see ChooseFilesOnly()) succeeds.
  kRefusedHistory,
  // There is no history of its own: the files are taken.
  kNoHistory,
};

struct HostileCase {
  std::string name;
  Outcome outcome;
  std::function<void(HostileSite&)> make;
  // Parts of inspect's standard error; "" where there is nothing to say.
  std::string message{};
  std::string hint{};
};

// The hint where it is the archive's own entries that are refused.
inline constexpr char kLookAtIt[] = "see what it holds: tar tvf ";

void PrintTo(const HostileCase& hostile, std::ostream* out);

std::vector<HostileCase> HostileFiles();
std::vector<HostileCase> HostileConfigs();
std::vector<HostileCase> HostileRefs();
std::vector<HostileCase> HostileObjects();
std::vector<HostileCase> HostilePacks();
std::vector<HostileCase> HostileContents();
std::vector<HostileCase> AllHostileCases();

}  // namespace backgraft::commands
