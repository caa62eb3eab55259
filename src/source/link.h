// What a link says before anybody has opened it. Its query may be a signature
// that lets everybody fetch the backup: it is shown and recorded nowhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backgraft::source {

// Whether `name` is "https://…" or "http://…", in whatever case.
bool IsLink(std::string_view name);

// A link without user, password, query and fragment, which is how messages name
// it; every other name as it is.
std::string ShownName(std::string_view name);

// The last component of a path or of a link's path (percent-decoded; the host
// where the path has none). What cannot stand in a file name is left out of a
// link's.
std::string FileName(std::string_view name);

// `text` with the queries, fragments, users and passwords of all links in it
// replaced: for texts that somebody else has worded.
std::string HideSecrets(std::string_view text);

// When a signed link stops working, in seconds since the epoch: S3 and Google
// Cloud Storage, their old and their new signatures. Nothing for links that do
// not say so.
std::optional<int64_t> LinkExpiry(std::string_view link);

}  // namespace backgraft::source
