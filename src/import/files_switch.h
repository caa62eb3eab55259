// One directory put in another's place, at once, and back again.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace backgraft::imports {

// Everything that is needed to switch, to switch back and to clean up, after a
// crash too: the functions below look at the inodes on disk, so that each may
// be called again whatever happened before.
struct FilesSwitch {
  std::string target;    // absolute, links resolved
  std::string staging;   // beside it: "<parent>/.backgraft-<name>-<op>", 0700
  bool existed = false;  // whether there was a target
  uint64_t device = 0;   // of all of them
  uint64_t staged_inode = 0;
  uint64_t old_inode = 0;  // where `existed`

  // The staged directory until Switch(), the old one after it.
  std::string tree() const { return staging + "/tree"; }
};

nlohmann::json ToJson(const FilesSwitch& files);
// Throws nlohmann::json::exception for what ToJson() did not make.
FilesSwitch FilesSwitchFromJson(const nlohmann::json& json);

// Whether the staged directory is at the target.
bool IsSwitched(const FilesSwitch& files);

// Whether somebody has put something else at the target since.
bool IsReplaced(const FilesSwitch& files);

// Puts the staged directory in the target's place and the old one in the
// staging directory, in one step, and makes that durable. Nothing where that is
// done already. Error(kRefused) where the target is neither, with nothing done.
void Switch(const FilesSwitch& files);
// The reverse.
void SwitchBack(const FilesSwitch& files);

// Says that an operation keeps what the staging directory holds, so that
// SweepLeftovers() leaves it. May be called again.
void Keep(const FilesSwitch& files);

// Removes the staging directory with what it holds: the staged tree or the old
// one. Nothing where it is gone.
void Discard(const FilesSwitch& files);

// Removes what killed imports into `target` (resolved) have left beside it,
// unless the process still lives. Kept directories stay.
void SweepLeftovers(const std::string& target);

// The name of the note in a staging directory that SweepLeftovers() reads.
inline constexpr const char* kSwitchNote = "switch.json";

}  // namespace backgraft::imports
