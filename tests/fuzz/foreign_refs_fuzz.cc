// The files of a foreign repository's refs: parts that end with \x1e are HEAD,
// packed-refs, and then names and contents of loose refs by turns.
#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.h"
#include "git/foreign_refs.h"
#include "git/ref_name.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace backgraft;
  using namespace backgraft::git;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<std::string_view> parts;
  while (!input.empty()) {
    const size_t end = input.find('\x1e');
    parts.push_back(input.substr(0, end));
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
  }
  try {
    ForeignRefsBuilder builder("fuzz");
    if (!parts.empty()) builder.AddHead(parts[0]);
    if (parts.size() > 1) builder.AddPackedRefs(parts[1]);
    for (size_t i = 2; i + 1 < parts.size(); i += 2) {
      builder.AddLoose(std::string(parts[i]), parts[i + 1]);
    }
    ForeignRefs refs = builder.Finish();
    if (!refs.head.oid && !RefNameProblem(refs.head.ref).empty()) abort();
    for (const auto& [name, oid] : refs.refs) {
      if (!RefNameProblem(name).empty() || oid.IsZero()) abort();
      for (size_t at = name.rfind('/'); at != std::string::npos && at > 0;
           at = name.rfind('/', at - 1)) {
        if (refs.refs.contains(name.substr(0, at))) abort();
      }
    }
    refs.Tip();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kBadSource) abort();
  }
  return 0;
}
