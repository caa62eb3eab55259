// A small picture of what moved: the branch, the backup's tip and how the new
// commits join them, drawn as `git log --graph` draws.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace backgraft::cli {

// "1f2e3d4c5b main before": what people read of a commit, escaped.
using GraphLabel = std::string;

struct CommitGraph {
  // Where the backup's tip stands.
  enum class Shape {
    kAlone,   // there is none
    kAhead,   // above the branch as it was
    kBehind,  // below it
    kJoined,  // beside it: the oldest new commit is a merge of both
    kApart,   // in a history of its own, that is joined to nothing
  };

  Shape shape = Shape::kAlone;
  std::vector<GraphLabel> made{};      // new commits, newest first
  std::optional<GraphLabel> branch{};  // before; nothing: it was unborn
  std::optional<GraphLabel> backup{};  // nothing with kAlone
  std::optional<GraphLabel> base{};    // with kJoined; nothing: none in common
};

// One line each, no more than a few: of many new commits the middle ones are
// counted.
std::vector<std::string> Draw(const CommitGraph& graph);

}  // namespace backgraft::cli
