#include "import/statement_head.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"

namespace backgraft::imports {
namespace {

constexpr size_t kShown = 60;

}  // namespace

// One byte more says that there is more.
std::string HeadOf(std::string_view text) {
  return std::string(text.substr(0, kShown + 1));
}

std::string QuoteHead(std::string_view text) {
  std::string head(text.substr(0, kShown));
  std::replace(head.begin(), head.end(), '\n', ' ');
  std::replace(head.begin(), head.end(), '\r', ' ');
  std::replace(head.begin(), head.end(), '\t', ' ');
  // A character that was cut in two would be shown as bytes.
  if (text.size() > kShown) {
    while (!head.empty() && (head.back() & '\x80') != 0) head.pop_back();
    head += "…";
  }
  while (!head.empty() && head.back() == ' ') head.pop_back();
  return Quote(head);
}

void RefuseStatement(const std::string& subject, uint64_t line,
                     std::string_view text, const std::string& reason) {
  throw Error(ErrorKind::kBadSource, subject + ": line " +
                                         std::to_string(line) + ": " +
                                         QuoteHead(text) + ": " + reason);
}

}  // namespace backgraft::imports
