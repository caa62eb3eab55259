#include "archive/litter.h"

namespace backgraft::archive {

bool IsMacLitter(std::string_view path) {
  if (path == "__MACOSX" || path.starts_with("__MACOSX/")) return true;
  const size_t slash = path.rfind('/');
  const std::string_view name =
      slash == std::string_view::npos ? path : path.substr(slash + 1);
  return name == ".DS_Store" || name.starts_with("._");
}

}  // namespace backgraft::archive
