#include "restore/source_text.h"

#include "base/escape.h"
#include "git/date.h"

namespace backgraft::restore {

std::string SourceText(const SourceInfo& source) {
  if (!source.site || !source.env) return "code from " + Escape(source.name);
  std::string text =
      "code of " + Escape(*source.site) + " " + Escape(*source.env);
  if (source.time) text += " from " + git::FormatUtcDate(*source.time);
  return text;
}

std::vector<git::Trailer> SourceTrailers(
    const std::string& mode, const SourceInfo& source,
    const std::vector<std::string>& keep,
    const std::vector<std::string>& exclude) {
  std::vector<git::Trailer> trailers = {{"Backgraft-Mode", mode},
                                        {"Backgraft-Source", source.name}};
  if (source.sha256) {
    trailers.push_back({"Backgraft-Source-SHA256", *source.sha256});
  }
  for (const std::string& spec : keep) {
    trailers.push_back({"Backgraft-Keep", spec});
  }
  for (const std::string& spec : exclude) {
    trailers.push_back({"Backgraft-Exclude", spec});
  }
  return trailers;
}

}  // namespace backgraft::restore
