// What a shell may offer for the word that is being typed. The scripts in
// src/completions ask for it; so they know neither options nor refs.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace backgraft::commands {

struct Candidate {
  std::string word;
  std::string description;  // one line, may be empty
};

struct Completion {
  // What else the shell offers.
  enum class Paths { kNone, kFiles, kDirectories };

  std::vector<Candidate> candidates;
  Paths paths = Paths::kNone;
};

// `words` are those behind the program's name, the last being the one that is
// typed, perhaps still empty. Candidates begin with it, or with what stands
// behind the "=" of "--option=value". Refs, deploy tags and operations are
// those of the repository that the command would work in; where it cannot be
// read there are none. Changes nothing, but the directory for -C.
Completion Complete(const CLI::App& app, const std::vector<std::string>& words);

// One line "files", "directories" or "words", then one a candidate:
// "<word>\t<description>".
std::string ToText(const Completion& completion);

}  // namespace backgraft::commands
