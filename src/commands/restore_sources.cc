#include "commands/restore_sources.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "commands/options.h"
#include "commands/parts.h"
#include "import/database_url.h"
#include "restore/source_kind.h"
#include "source/file_source.h"
#include "source/link.h"

namespace backgraft::commands {
namespace {

using restore::SourceKind;

std::string Named(const std::string& source) {
  return Quote(source::ShownName(source));
}

bool IsDatabaseKnown(const GivenSources& given) {
  try {
    imports::FindDatabase(Given(given.database_url), ConfiguredUrl());
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kRefused) throw;
    return false;
  }
}

class Sorter {
 public:
  Sorter(const GivenSources& given, const restore::SourceLimits& limits,
         restore::Progress& progress, RestoreSources* sources)
      : given_(given),
        limits_(limits),
        progress_(progress),
        sources_(*sources) {}

  void Run() {
    RefuseNone();
    RefuseTwoInputs();
    if (!given_.code.empty()) Put(SourceKind::kCode, given_.code);
    if (!given_.database.empty()) Put(SourceKind::kDatabase, given_.database);
    if (!given_.files.empty()) PutFiles();
    std::vector<std::string> undecided;
    for (const std::string& source : given_.any) {
      const restore::FoundKind found = restore::FindSourceKind(source, limits_);
      if (found.several && PutParts(source)) continue;
      if (found.kind) {
        Put(*found.kind, source);
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
  }

  void RunAgain() {
    const std::string source = *sources_.code;
    if (restore::ComesOnce(source)) {
      throw Error(ErrorKind::kRefused,
                  Named(source) +
                      " seems to hold more than code, and can be read only "
                      "once",
                  {"put it into a file first, and restore that"});
    }
    source::RewindInput(source);
    if (source == given_.code) {
      if (const auto whole =
              restore::FindWholeBackup(source, limits_, progress_)) {
        PutCode(source, *whole);
      }
    } else {
      sources_.code.reset();
      if (!PutParts(source)) sources_.code = source;
      RefuseMissingPlace();
    }
    source::RewindInput(source);
  }

 private:
  // All parts of `source`, if it is the whole of a backup.
  bool PutParts(const std::string& source) {
    const auto whole = restore::FindWholeBackup(source, limits_, progress_);
    source::RewindInput(source);
    if (!whole) return false;
    const restore::BackupLayout& layout = whole->layout;
    sources_.whole = source;
    if (layout.code) {
      Put(SourceKind::kCode, source);
      sources_.code_part = whole->Code(true, true);
      sources_.keep = whole->UploadsInCode();
    }
    if (!layout.databases.empty()) PutDump(source, layout.databases);
    if (layout.files) {
      Put(SourceKind::kFiles, source);
      sources_.files_part = whole->Files(layout.code.has_value());
    }
    sources_.sha256 = whole->sha256;
    return true;
  }

  void PutDump(const std::string& source,
               const std::vector<std::string>& dumps) {
    const bool directory = source::IsDirectory(source);
    if (directory && dumps.size() > 1) {
      std::vector<std::string> hints = {"choose one with --database FILE:"};
      for (const std::string& dump : dumps)
        hints.push_back("  " + Escape(dump));
      throw Error(ErrorKind::kRefused,
                  Named(source) + " holds " + std::to_string(dumps.size()) +
                      " database dumps",
                  std::move(hints));
    }
    Put(SourceKind::kDatabase,
        directory ? source + "/" + dumps.front() : source);
    // Of several the user chooses.
    if (!directory && dumps.size() == 1) sources_.member = dumps.front();
  }

  void PutCode(const std::string& source, const restore::WholeBackup& whole) {
    sources_.whole = source;
    sources_.keep = whole.UploadsInCode();
    sources_.code_part =
        whole.Code(source == given_.database, source == given_.files);
  }

  // Said to be files: of the whole of a backup these are a part.
  void PutFiles() {
    const std::string& source = given_.files;
    Put(SourceKind::kFiles, source);
    if (!restore::FindSourceKind(source, limits_).several) return;
    const auto whole = restore::FindWholeBackup(source, limits_, progress_);
    source::RewindInput(source);
    if (!whole || !whole->layout.files) return;
    sources_.whole = source;
    sources_.files_part = whole->Files(source == given_.code);
  }

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

  // The places of all parts are asked for at once.
  void RefuseMissingOfWhole() const {
    const bool files = sources_.files_part && given_.files_dir.empty();
    const bool database = sources_.database && !IsDatabaseKnown(given_);
    if (!files && !database) return;
    const std::string name = Named(*sources_.whole);
    std::string command = "backgraft restore " + name;
    if (database) command += " --database-url mysql://USER@HOST/NAME";
    if (files) command += " --files-dir DIR";
    std::vector<std::string> hints = {"say it: " + command};
    if (sources_.code) {
      hints.push_back("or restore its code only: backgraft restore --code " +
                      name);
    }
    throw Error(ErrorKind::kRefused,
                name + " holds a whole site, and nothing says where its " +
                    (!files      ? "database goes"
                     : !database ? "uploaded files go"
                                 : "database and uploaded files go"),
                std::move(hints));
  }

  void RefuseMissingPlace() const {
    if (sources_.whole && sources_.whole != given_.code &&
        sources_.whole != given_.files) {
      RefuseMissingOfWhole();
    }
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
  restore::Progress& progress_;
  RestoreSources& sources_;
};

}  // namespace

RestoreSources SortSources(const GivenSources& given,
                           const restore::SourceLimits& limits,
                           restore::Progress& progress) {
  RestoreSources sources;
  Sorter(given, limits, progress, &sources).Run();
  return sources;
}

void SortAgain(const GivenSources& given, const restore::SourceLimits& limits,
               restore::Progress& progress, RestoreSources* sources) {
  Sorter(given, limits, progress, sources).RunAgain();
}

}  // namespace backgraft::commands
