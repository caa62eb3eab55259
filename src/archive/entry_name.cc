#include "archive/entry_name.h"

#include <cstdint>

#include "archive/refusal.h"

namespace backgraft::archive {

std::string PlainPath(std::string_view raw, const Limits& limits,
                      const std::string& subject) {
  if (raw.empty()) Refuse(subject, "an entry has an empty name");
  if (raw.find('\0') != std::string_view::npos) {
    Refuse(EntrySubject(subject, raw), "the name holds a NUL byte");
  }
  if (raw.front() == '/') {
    Refuse(EntrySubject(subject, raw), "the path is absolute");
  }
  std::string plain;
  plain.reserve(raw.size());
  uint32_t depth = 0;
  size_t begin = 0;
  while (begin < raw.size()) {
    size_t end = raw.find('/', begin);
    if (end == std::string_view::npos) end = raw.size();
    const std::string_view part = raw.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      Refuse(EntrySubject(subject, raw), "the path has a '..' component");
    }
    if (part.size() > limits.component_bytes) {
      Refuse(EntrySubject(subject, raw),
             "a component of the path is longer than " +
                 std::to_string(limits.component_bytes) + " bytes");
    }
    if (++depth > limits.depth) {
      RefuseLimit(EntrySubject(subject, raw),
                  "the path is deeper than the limit of " +
                      std::to_string(limits.depth) + " components",
                  "--max-depth N");
    }
    if (!plain.empty()) plain += '/';
    plain += part;
  }
  if (plain.size() > limits.path_bytes) {
    Refuse(EntrySubject(subject, raw), "the path is longer than " +
                                           std::to_string(limits.path_bytes) +
                                           " bytes");
  }
  return plain;
}

void CheckSymlinkTarget(std::string_view target, const Limits& limits,
                        const std::string& subject) {
  if (target.empty()) Refuse(subject, "the symbolic link has no target");
  if (target.find('\0') != std::string_view::npos) {
    Refuse(subject, "the symbolic link's target holds a NUL byte");
  }
  if (target.size() > limits.path_bytes) {
    Refuse(subject, "the symbolic link's target is longer than " +
                        std::to_string(limits.path_bytes) + " bytes");
  }
}

}  // namespace backgraft::archive
