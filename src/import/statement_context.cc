#include "import/statement_context.h"

#include "base/error.h"
#include "base/escape.h"
#include "import/tokenizer.h"

namespace backgraft::imports {

DefinerPolicy ParseDefiner(const std::string& text) {
  if (text == "current") return {};
  if (text == "keep") return {.keep = true, .user = {}};
  const size_t at = text.rfind('@');
  const std::string name = text.substr(0, at);
  const std::string host = at == std::string::npos ? "%" : text.substr(at + 1);
  if (name.empty() || host.empty()) {
    throw Error(ErrorKind::kUsage, "no user is called " + Quote(text),
                {"--definer takes current, keep, NAME or NAME@HOST"});
  }
  return {.keep = false, .user = QuoteName(name) + "@" + QuoteName(host)};
}

}  // namespace backgraft::imports
