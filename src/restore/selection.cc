#include "restore/selection.h"

#include "base/error.h"
#include "base/escape.h"

namespace backgraft::restore {

Select ChooseSelect(std::optional<Select> wanted, bool has_git,
                    std::vector<std::string>* warnings) {
  if (!has_git) {
    if (wanted == Select::kTracked) {
      throw Error(ErrorKind::kRefused,
                  "the source has no history, so nothing in it is tracked",
                  {"take every file: --select all"});
    }
    return wanted.value_or(Select::kAll);
  }
  warnings->push_back(
      "the source's own history is not read: every file of its working tree is "
      "taken (--select all)");
  return Select::kAll;
}

void RefuseWithoutFiles(const BackupFiles& backup,
                        const std::string& source_name) {
  if (backup.root.bare) {
    throw Error(
        ErrorKind::kBadSource,
        Quote(source_name) + " holds a bare repository and no working tree");
  }
  if (backup.files.empty()) {
    throw Error(ErrorKind::kBadSource, Quote(source_name) + " holds no files");
  }
}

}  // namespace backgraft::restore
