// A dump: split in pieces of any size it is the same, and the rules decide
// about each statement without reading beyond it. The input's first byte gives
// the mode and the size of a piece.
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "import/dump_rules.h"
#include "import/statement_splitter.h"

namespace {

using namespace backgraft;
using namespace backgraft::imports;

struct Outcome {
  std::vector<std::string> texts;
  bool failed = false;
};

Outcome Split(std::string_view dump, size_t piece, const LexicalMode& mode) {
  StatementSplitter splitter(
      [&]() -> ByteSpan {
        const std::string_view taken = dump.substr(0, piece);
        dump.remove_prefix(taken.size());
        return AsBytes(taken);
      },
      "'d'", 1 << 20);
  splitter.SetMode(mode);
  Outcome outcome;
  try {
    while (const std::optional<Statement> statement = splitter.Next()) {
      outcome.texts.emplace_back(statement->text);
    }
  } catch (const Error&) {
    outcome.failed = true;
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view dump(reinterpret_cast<const char*>(data) + 1,
                              size - 1);
  LexicalMode mode;
  mode.no_backslash_escapes = (data[0] & 1) != 0;
  mode.ansi_quotes = (data[0] & 2) != 0;
  mode.multi_byte = static_cast<MultiByte>((data[0] >> 2) & 3);
  const size_t piece = (data[0] >> 4) + size_t{1};
  const Outcome whole = Split(dump, dump.size() + 1, mode);
  const Outcome pieces = Split(dump, piece, mode);
  if (whole.texts != pieces.texts || whole.failed != pieces.failed) {
    std::abort();
  }
  DumpTarget target;
  target.subject = "'d'";
  target.live = "live";
  target.side = "side";
  target.server_version = 101119;
  DumpRules rules(target, mode.ansi_quotes ? "ANSI_QUOTES" : "", "utf8mb4", {});
  for (const std::string& text : whole.texts) {
    try {
      rules.Check({text, 1});
    } catch (const Error&) {
      // A refusal: the next one is looked at all the same.
      continue;
    }
  }
  return 0;
}
