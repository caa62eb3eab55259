// The rules that names of foreign refs are held against.
#pragma once

#include <string>
#include <string_view>

namespace backgraft::git {

// Why `name` can be no full ref name here, as a sentence's end ("has a space in
// it"); empty where it can. Beyond git's own rules (git check-ref-format) it
// has to be below refs/ and of a length that every file system with a ref's
// lock file can hold.
std::string RefNameProblem(std::string_view name);

}  // namespace backgraft::git
