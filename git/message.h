// Commit messages: how git tidies them, and how trailers are added.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace backgraft::git {

struct Trailer {
  std::string key;    // letters, digits and "-"
  std::string value;  // any bytes; see AddTrailers()
};

// As `git commit -m` tidies (git stripspace): no white space at the ends of
// lines, no blank lines at either end, single ones between, a newline at the
// end. Lines that begin with "#" stay. "" where nothing is left.
std::string CleanMessage(std::string_view text);

// Several -m as one message: each is a paragraph of its own. Not yet clean.
std::string JoinParagraphs(const std::vector<std::string>& paragraphs);

// `message` with `trailers` behind it, exactly as `git interpret-trailers
// --no-divider` without configuration has it: in the trailer block it ends
// with, else after a blank line; one that repeats the last is left out. A
// value becomes one line that cannot steer a terminal: control bytes and what
// is not UTF-8 are escaped as \xNN.
std::string AddTrailers(std::string_view message,
                        const std::vector<Trailer>& trailers);

// The trailers of a message, values as they stand there (several lines where
// they are continued).
std::vector<Trailer> ReadTrailers(std::string_view message);

}  // namespace backgraft::git
