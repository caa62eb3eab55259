#include "commands/picture.h"

#include "base/escape.h"
#include "cli/commit_graph.h"
#include "commands/summary.h"

namespace backgraft::commands {
namespace {

using Shape = cli::CommitGraph::Shape;

cli::GraphLabel Label(const cli::Terminal& terminal, const git::Oid& oid,
                      const std::string& text) {
  return terminal.Id(oid.Hex().substr(0, kShownIdDigits)) + " " + text;
}

// Nothing where nobody has counted.
std::string Counted(const char* where, uint64_t commits) {
  if (commits == 0) return {};
  return ", " + cli::Plural(commits, "commit") + " " + where;
}

// Where the tip stands, and how it is named there.
void PlaceTip(const cli::Terminal& terminal, const Moved& moved,
              cli::CommitGraph* graph) {
  const git::RelationResult& relation = *moved.relation;
  std::string text = moved.tip_name;
  if (moved.made.empty()) {
    text += (text.empty() ? "" : ", ") + Escape(moved.branch);
  }
  if (relation.relation == git::Relation::kBehind) {
    graph->shape = Shape::kBehind;
    text += Counted("behind", relation.behind);
  } else if (relation.relation == git::Relation::kAhead) {
    graph->shape = Shape::kAhead;
    if (moved.before) text += Counted("ahead", relation.ahead);
  } else if (moved.joined) {
    graph->shape = Shape::kJoined;
    if (!relation.merge_bases.empty()) {
      text += Counted("of its own", relation.ahead);
      *graph->branch += Counted("of its own", relation.behind);
      graph->base = Label(terminal, relation.merge_bases.front(), "merge base");
    } else {
      text += ", no commit in common";
    }
  }
  if (graph->shape != Shape::kAlone) {
    graph->backup = Label(terminal, *moved.tip, text);
  }
}

void SayLines(const cli::Terminal& terminal, const cli::CommitGraph& graph) {
  for (const std::string& line : cli::Draw(graph)) {
    terminal.Say(line.empty() ? line : "  " + line);
  }
}

}  // namespace

void SayGraph(const cli::Terminal& terminal, const Moved& moved) {
  if (moved.before == moved.after) return;
  const std::string branch = Escape(moved.branch);
  cli::CommitGraph graph;
  for (size_t i = moved.made.size(); i > 0; --i) {
    graph.made.push_back(Label(terminal, moved.made[i - 1],
                               i == moved.made.size() ? branch : "new"));
  }
  if (moved.before) {
    graph.branch = Label(terminal, *moved.before, branch + " before");
  }
  if (moved.tip && moved.relation) PlaceTip(terminal, moved, &graph);
  SayLines(terminal, graph);
}

void SayApart(const cli::Terminal& terminal, const std::string& branch,
              const git::Oid& branch_tip, const git::Oid& tip,
              const git::RelationResult& relation) {
  cli::CommitGraph graph;
  graph.shape = Shape::kApart;
  graph.backup = Label(terminal, tip,
                       "the backup" + Counted("of its own", relation.ahead));
  graph.branch = Label(terminal, branch_tip,
                       Escape(branch) + Counted("of its own", relation.behind));
  SayLines(terminal, graph);
}

}  // namespace backgraft::commands
