// Who did something, and when: what stands behind "author" and "committer" in
// a commit and behind "tagger" in a tag.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backgraft::git {

struct Signature {
  std::string name;
  std::string email;
  int64_t seconds = 0;     // since 1970-01-01 00:00:00 UTC
  int offset_minutes = 0;  // of the zone, east is positive

  // "Name <email> 1700000000 +0100", as it stands in an object. The parts are
  // written as they are: see CleanIdentityPart().
  std::string ToHeader() const;
  // "Name <email>".
  std::string ToPerson() const;

  // The reverse, as lenient as git's split_ident_line(): names may hold
  // anything but "<", the date may be missing (it is then 0). Nothing where
  // there is no <email>.
  static std::optional<Signature> Parse(std::string_view header);

  friend bool operator==(const Signature&, const Signature&) = default;
};

// `text` without what git calls crud at both ends (white space, control bytes
// and .,:;<>"\') and without "<", ">" and newlines inside.
std::string CleanIdentityPart(std::string_view text);

}  // namespace backgraft::git
