#include "cli/commit_graph.h"

#include "cli/terminal.h"

namespace backgraft::cli {
namespace {

// New commits that are drawn each.
constexpr size_t kDrawn = 3;

void DrawMade(const std::vector<GraphLabel>& made, bool last_is_merge,
              std::vector<std::string>* lines) {
  const size_t count = made.size();
  for (size_t i = 0; i < count; ++i) {
    // A line that counts one commit could as well draw it.
    if (count > kDrawn + 1 && i == kDrawn - 1) {
      lines->push_back(":  " + Plural(count - kDrawn, "more new commit"));
      i = count - 1;
    }
    const bool merge = last_is_merge && i + 1 == count;
    lines->push_back((merge ? "*   " : "* ") + made[i]);
  }
}

}  // namespace

std::vector<std::string> Draw(const CommitGraph& graph) {
  using Shape = CommitGraph::Shape;
  std::vector<std::string> lines;
  DrawMade(graph.made, graph.shape == Shape::kJoined, &lines);
  switch (graph.shape) {
    case Shape::kAlone:
      if (graph.branch) lines.push_back("* " + *graph.branch);
      break;
    case Shape::kAhead:
      lines.push_back("* " + *graph.backup);
      if (graph.branch) lines.push_back("* " + *graph.branch);
      break;
    case Shape::kBehind:
      lines.push_back("* " + *graph.branch);
      lines.push_back("* " + *graph.backup);
      break;
    case Shape::kApart:
      lines.push_back("* " + *graph.backup);
      lines.emplace_back();
      lines.push_back("* " + *graph.branch);
      break;
    case Shape::kJoined:
      lines.emplace_back("|\\");
      lines.push_back("| * " + *graph.backup);
      lines.push_back((graph.base ? "* | " : "* ") + *graph.branch);
      if (graph.base) {
        lines.emplace_back("|/");
        lines.push_back("* " + *graph.base);
      }
      break;
  }
  return lines;
}

}  // namespace backgraft::cli
