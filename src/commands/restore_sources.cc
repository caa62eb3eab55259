#include "commands/restore_sources.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "restore/source_kind.h"
#include "source/link.h"

namespace backgraft::commands {
namespace {

using restore::SourceKind;

std::string Named(const std::string& source) {
  return Quote(source::ShownName(source));
}

class Sorter {
 public:
  Sorter(const GivenSources& given, const restore::SourceLimits& limits)
      : given_(given), limits_(limits) {}

  RestoreSources Run() {
    RefuseNone();
    RefuseTwoInputs();
    if (!given_.code.empty()) Put(SourceKind::kCode, given_.code);
    if (!given_.database.empty()) Put(SourceKind::kDatabase, given_.database);
    if (!given_.files.empty()) Put(SourceKind::kFiles, given_.files);
    std::vector<std::string> undecided;
    for (const std::string& source : given_.any) {
      if (const auto kind = restore::FindSourceKind(source, limits_)) {
        Put(*kind, source);
      } else {
        undecided.push_back(source);
      }
    }
    for (const std::string& source : undecided) {
      // Uploads may be anything, and a place for them is asked for.
      const bool files = !given_.files_dir.empty() && !sources_.files;
      Put(files ? SourceKind::kFiles : SourceKind::kCode, source);
    }
    RefuseMissingPlace();
    return std::move(sources_);
  }

 private:
  void RefuseNone() const {
    if (!given_.any.empty() || !given_.code.empty() ||
        !given_.database.empty() || !given_.files.empty()) {
      return;
    }
    throw Error(ErrorKind::kUsage, "say which backup to restore",
                {"backgraft restore -h"});
  }

  void RefuseTwoInputs() const {
    std::vector<std::string> all = given_.any;
    all.insert(all.end(), {given_.code, given_.database, given_.files});
    if (std::count(all.begin(), all.end(), "-") < 2) return;
    throw Error(ErrorKind::kUsage,
                "only one source can be read from standard input",
                {"put the others into files"});
  }

  void Put(SourceKind kind, const std::string& source) {
    std::optional<std::string>& place =
        kind == SourceKind::kCode       ? sources_.code
        : kind == SourceKind::kDatabase ? sources_.database
                                        : sources_.files;
    if (place) RefuseTwo(kind, *place, source);
    place = source;
  }

  [[noreturn]] static void RefuseTwo(SourceKind kind, const std::string& one,
                                     const std::string& other) {
    const std::string both =
        ", and both " + Named(one) + " and " + Named(other) + " are given";
    switch (kind) {
      case SourceKind::kCode:
        break;
      case SourceKind::kDatabase:
        throw Error(ErrorKind::kUsage,
                    "only one database dump can be restored at a time" + both,
                    {"load the other one by itself: backgraft import db " +
                     Named(other)});
      case SourceKind::kFiles:
        throw Error(ErrorKind::kUsage,
                    "only one backup of uploaded files can be restored at a "
                    "time" +
                        both,
                    {"unpack the other one by itself: backgraft import files " +
                     Named(other) + " DIR"});
    }
    throw Error(ErrorKind::kUsage,
                "only one code backup can be restored at a time" + both,
                {"restore one after the other, or make a repository of them: "
                 "backgraft rebuild",
                 "or say what a source is: --code, --database, --files"});
  }

  void RefuseMissingPlace() const {
    if (sources_.files && given_.files_dir.empty()) {
      throw Error(ErrorKind::kRefused,
                  Named(*sources_.files) +
                      " is a backup of uploaded files, and nothing says where "
                      "they go",
                  {"say it: backgraft restore " + Named(*sources_.files) +
                       " --files-dir DIR",
                   "or, if it is code: backgraft restore --code " +
                       Named(*sources_.files)});
    }
    if (!sources_.files && !given_.files_dir.empty()) {
      throw Error(ErrorKind::kUsage,
                  "'--files-dir' is given, and no source is a backup of "
                  "uploaded files",
                  {"say which one is: --files SOURCE"});
    }
  }

  const GivenSources& given_;
  const restore::SourceLimits& limits_;
  RestoreSources sources_;
};

}  // namespace

RestoreSources SortSources(const GivenSources& given,
                           const restore::SourceLimits& limits) {
  return Sorter(given, limits).Run();
}

}  // namespace backgraft::commands
