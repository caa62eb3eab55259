// How readers say no.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace backgraft::archive {

// Throws Error(kBadSource) "<subject>: <reason>". `subject` is what is being
// read, already quoted: "'backup.tar.gz'" or "'a.zip': entry 'x'".
[[noreturn]] void Refuse(const std::string& subject, const std::string& reason);

// As Refuse(), for what is not as it was made: with the hint to get it again.
[[noreturn]] void RefuseDamage(const std::string& subject,
                               const std::string& reason);

// As Refuse(), with the hint "raise the limit with <option> if you trust the
// source".
[[noreturn]] void RefuseLimit(const std::string& subject,
                              const std::string& reason, const char* option);

// "<subject>: entry '<name>'", with a name of unreasonable length cut short.
std::string EntrySubject(const std::string& subject, std::string_view name);

}  // namespace backgraft::archive
