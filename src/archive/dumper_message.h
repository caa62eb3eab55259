// What mysqldump and mariadb-dump say on standard error, where '2>&1' wrote it
// into the dump.
#pragma once

#include <string_view>

namespace backgraft::archive {

enum class DumperMessage {
  kNone,      // the line is none
  kHarmless,  // about passwords, names of programs, what no dump needs
  kOther,     // the dump may lack something
};

// `line` is without its end.
DumperMessage DumperMessageOf(std::string_view line);

}  // namespace backgraft::archive
