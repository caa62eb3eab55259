#include "archive/refusal.h"

#include "base/error.h"
#include "base/escape.h"

namespace backgraft::archive {

void Refuse(const std::string& subject, const std::string& reason) {
  throw Error(ErrorKind::kBadSource, subject + ": " + reason);
}

void RefuseDamage(const std::string& subject, const std::string& reason) {
  throw Error(ErrorKind::kBadSource, subject + ": " + reason, {kGetItAgain});
}

void RefuseLimit(const std::string& subject, const std::string& reason,
                 const char* option) {
  throw Error(ErrorKind::kBadSource, subject + ": " + reason,
              {std::string("raise the limit with '") + option +
               "' if you trust the source"});
}

std::string EntrySubject(const std::string& subject, std::string_view name) {
  constexpr size_t kShown = 300;
  if (name.size() <= kShown) return subject + ": entry " + Quote(name);
  return subject + ": entry " + Quote(name.substr(0, kShown)) + "... (" +
         std::to_string(name.size()) + " bytes)";
}

}  // namespace backgraft::archive
