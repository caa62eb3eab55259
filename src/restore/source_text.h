// How commits tell which source they come from.
#pragma once

#include <string>
#include <vector>

#include "git/message.h"
#include "restore/source_info.h"

namespace backgraft::restore {

// "code of shop live from 2026-01-15T10:00:00Z", else "code from <file name>".
std::string SourceText(const SourceInfo& source);

// The trailers of a commit that a source was the reason for, in the contract's
// order: mode, source and, where there are any, the paths that were kept from
// the repository or left out of the source.
std::vector<git::Trailer> SourceTrailers(
    const std::string& mode, const SourceInfo& source,
    const std::vector<std::string>& keep,
    const std::vector<std::string>& exclude);

}  // namespace backgraft::restore
