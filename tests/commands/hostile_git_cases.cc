#include "commands/hostile_git_cases.h"

namespace backgraft::commands {

void PrintTo(const HostileCase& hostile, std::ostream* out) {
  *out << hostile.name;
}

std::vector<HostileCase> AllHostileCases() {
  std::vector<HostileCase> all;
  for (const auto& part :
       {HostileFiles(), HostileConfigs(), HostileRefs(), HostileObjects(),
        HostilePacks(), HostileContents()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace backgraft::commands
