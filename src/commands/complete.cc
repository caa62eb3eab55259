#include "commands/complete.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/escape.h"
#include "git/history.h"
#include "git/journal.h"
#include "git/recovery.h"
#include "git/refs.h"
#include "git/repository.h"
#include "restore/deploys.h"

namespace backgraft::commands {
namespace {

using Paths = Completion::Paths;

// Reads the words as the parser would.
class Completer {
 public:
  explicit Completer(const CLI::App& app) : chain_{&app} {}

  Completion Run(const std::vector<std::string>& words) {
    for (size_t i = 0; i + 1 < words.size(); ++i) Take(words[i]);
    const std::string typed = words.empty() ? "" : words.back();
    if (pending_ != nullptr) {
      OfferValues(*pending_, typed);
    } else if (!only_positionals_ && typed.starts_with("--") &&
               typed.find('=') != std::string::npos) {
      const size_t equals = typed.find('=');
      const CLI::Option* option = FindLong(typed.substr(0, equals));
      if (option != nullptr) OfferValues(*option, typed.substr(equals + 1));
    } else if (!only_positionals_ && typed.starts_with('-')) {
      OfferOptions(typed);
    } else if (!chain_.back()->get_subcommands({}).empty()) {
      for (const CLI::App* command : chain_.back()->get_subcommands({})) {
        Offer(typed, command->get_name(), command->get_description());
      }
    } else if (const CLI::Option* positional = NextPositional()) {
      OfferValues(*positional, typed);
    }
    return std::move(result_);
  }

 private:
  void Take(const std::string& word) {
    if (pending_ != nullptr) {
      if (pending_->check_sname("C")) EnterDirectory(word);
      pending_ = nullptr;
    } else if (only_positionals_ || !word.starts_with('-') || word == "-") {
      TakePositional(word);
    } else if (word == "--") {
      only_positionals_ = true;
    } else if (word.starts_with("--")) {
      if (word.find('=') == std::string::npos) Expect(FindLong(word));
    } else if (word.size() == 2) {
      Expect(FindShort(word.substr(1)));
    } else if (word.starts_with("-C")) {
      EnterDirectory(word.substr(2));
    }
  }

  void TakePositional(const std::string& word) {
    for (const CLI::App* command : chain_.back()->get_subcommands({})) {
      if (!command->check_name(word)) continue;
      chain_.push_back(command);
      return;
    }
    ++positionals_;
  }

  // The next word is the option's, if it takes one.
  void Expect(const CLI::Option* option) {
    if (option != nullptr && option->get_items_expected_max() > 0) {
      pending_ = option;
    }
  }

  static void EnterDirectory(const std::string& directory) {
    // The command itself will say what is wrong with it.
    if (chdir(directory.c_str()) != 0) return;
  }

  const CLI::Option* FindLong(const std::string& name) const {
    return FindOption([&](const CLI::Option& option) {
      return option.check_lname(name.substr(2));
    });
  }
  const CLI::Option* FindShort(const std::string& name) const {
    return FindOption(
        [&](const CLI::Option& option) { return option.check_sname(name); });
  }
  template <typename Matches>
  const CLI::Option* FindOption(const Matches& matches) const {
    for (const CLI::App* app : chain_) {
      for (const CLI::Option* option : app->get_options()) {
        if (matches(*option)) return option;
      }
    }
    return nullptr;
  }

  const CLI::Option* NextPositional() const {
    size_t skip = positionals_;
    for (const CLI::Option* option : chain_.back()->get_options()) {
      if (!option->get_positional()) continue;
      if (skip == 0 || option->get_items_expected_max() > 1) return option;
      --skip;
    }
    return nullptr;
  }

  void Offer(const std::string& typed, const std::string& word,
             const std::string& description) {
    if (!word.starts_with(typed)) return;
    result_.candidates.push_back(
        {word, description.substr(0, description.find('\n'))});
  }

  void OfferOptions(const std::string& typed) {
    for (auto app = chain_.rbegin(); app != chain_.rend(); ++app) {
      for (const CLI::Option* option : (*app)->get_options()) {
        // Help and version of those above are not what is wanted here.
        if (*app != chain_.back() &&
            (option->check_lname("help") || option->check_sname("h") ||
             option->check_lname("version"))) {
          continue;
        }
        for (const std::string& name : option->get_snames()) {
          Offer(typed, "-" + name, option->get_description());
        }
        for (const std::string& name : option->get_lnames()) {
          Offer(typed, "--" + name, option->get_description());
        }
      }
    }
  }

  // By what the option calls its value.
  void OfferValues(const CLI::Option& option, const std::string& typed) {
    const std::string& text = option.get_option_text();
    if (text.find('|') != std::string::npos) {
      for (const std::string& word : CLI::detail::split(text, '|')) {
        Offer(typed, word, "");
      }
      return;
    }
    const std::string kind = option.get_positional() ? option.get_name(true)
                                                     : option.get_type_name();
    if (kind == "SOURCE" || kind == "FILE" || kind == "PATHSPEC") {
      result_.paths = Paths::kFiles;
    } else if (kind == "DIR") {
      result_.paths = Paths::kDirectories;
    } else if (kind == "STATE") {
      OfferRefs(typed);
      result_.paths = Paths::kFiles;
    } else if (kind == "COMMIT" || kind == "REV") {
      OfferRefs(typed);
    } else if (kind == "NAME" && option.check_lname("branch")) {
      OfferRefs(typed, {"refs/heads/"});
    } else if (kind == "TAG") {
      OfferDeploys(typed);
    } else if (kind == "OP") {
      OfferOperations(typed);
    }
  }

  void OfferRefs(const std::string& typed,
                 const std::vector<std::string>& prefixes = {
                     "refs/heads/", "refs/tags/", "refs/remotes/"}) {
    const auto repository = git::Repository::Find("");
    if (!repository) return;
    // Both ends of a range.
    const size_t dots = typed.rfind("..");
    const std::string before =
        dots == std::string::npos ? "" : typed.substr(0, dots + 2);
    if (prefixes.size() > 1) Offer(typed, before + "HEAD", "");
    for (const std::string& prefix : prefixes) {
      for (const git::Ref& ref : git::ListRefs(*repository, prefix)) {
        Offer(typed, before + ref.name.substr(prefix.size()), "");
      }
    }
  }

  void OfferDeploys(const std::string& typed) {
    const auto repository = git::Repository::Find("");
    if (!repository) return;
    git::History history(*repository);
    for (const restore::Deploy& deploy : restore::ListDeploys(
             *repository, history,
             restore::DeployGlobs(repository->config(), {}), std::nullopt)) {
      Offer(typed, deploy.tag, "");
    }
  }

  void OfferOperations(const std::string& typed) {
    const auto repository = git::Repository::Find("");
    if (!repository) return;
    const git::Journal journal(git::JournalDirectory(*repository));
    std::vector<std::string> ids = journal.List();
    std::reverse(ids.begin(), ids.end());
    for (const std::string& id : ids) {
      const auto operation = journal.Find(id);
      if (operation) Offer(typed, id, Escape(operation->title));
    }
  }

  std::vector<const CLI::App*> chain_;
  size_t positionals_ = 0;
  bool only_positionals_ = false;
  const CLI::Option* pending_ = nullptr;
  Completion result_;
};

}  // namespace

Completion Complete(const CLI::App& app,
                    const std::vector<std::string>& words) {
  try {
    return Completer(app).Run(words);
  } catch (const Error&) {
    // A shell that completes is no place for messages; the command, once it is
    // run, says what is wrong with the repository.
    return {};
  }
}

std::string ToText(const Completion& completion) {
  std::string text = completion.paths == Paths::kFiles         ? "files\n"
                     : completion.paths == Paths::kDirectories ? "directories\n"
                                                               : "words\n";
  for (const Candidate& candidate : completion.candidates) {
    text += candidate.word + "\t" + candidate.description + "\n";
  }
  return text;
}

}  // namespace backgraft::commands
