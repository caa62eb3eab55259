// Reads configuration text the way git's config.c does, mistakes included: what
// git would see in a .gitmodules file decides whether it is safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace backgraft::git {

// Called with each variable: "section.Sub.Section.key", section and key in
// lower case, and its value; none for a key without "=".
using FsckConfigCallback = std::function<void(
    std::string_view name, std::optional<std::string_view> value)>;

// False where git would stop with "bad config line"; the callback has then been
// called for everything before.
bool ParseFsckConfig(std::string_view bytes,
                     const FsckConfigCallback& callback);

}  // namespace backgraft::git
