#include "commands/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/escape.h"
#include "base/io.h"
#include "git/tree_path.h"

namespace backgraft::commands {
namespace {

const std::map<std::string, restore::Filters> kFilters = {
    {"apply", restore::Filters::kApply}, {"raw", restore::Filters::kRaw}};

const std::map<std::string, restore::Select> kSelects = {
    {"all", restore::Select::kAll},
    {"unignored", restore::Select::kUnignored},
    {"tracked", restore::Select::kTracked}};

const std::map<std::string, bool> kConflicts = {{"stop", false},
                                                {"leave", true}};

std::string ToDigest(std::string hex) {
  std::transform(hex.begin(), hex.end(), hex.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c | 0x20) : c;
  });
  if (hex.size() != 64 ||
      hex.find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw CLI::ValidationError("--sha256", "wants 64 hexadecimal digits");
  }
  return hex;
}

}  // namespace

void AddLimitOptions(CLI::App& command, restore::SourceLimits* limits) {
  command
      .add_option_function<std::string>(
          "--sha256",
          [limits](const std::string& hex) { limits->sha256 = ToDigest(hex); },
          "Refuse a source with another SHA-256")
      ->type_name("HEX");
  const std::string group = "Limits";
  auto size = [&](const char* name, uint64_t* to, const char* what) {
    command.add_option(name, *to, what)
        ->option_text("SIZE")
        ->transform(CLI::AsSizeValue(false))
        ->group(group);
  };
  auto number = [&](const char* name, auto* to, const char* what) {
    command.add_option(name, *to, what)->type_name("N")->group(group);
  };
  size("--max-total", &limits->total_bytes, "Refuse more content in all");
  size("--max-file", &limits->file_bytes, "Refuse a larger file");
  number("--max-entries", &limits->entries, "Refuse more entries (5 million)");
  number("--max-ratio", &limits->ratio,
         "Refuse a higher compression ratio (1000)");
  number("--max-depth", &limits->depth, "Refuse deeper paths (256)");
}

void AddCommitOptions(CLI::App& command, CommitTexts* texts, bool mainline) {
  command.add_option("--branch", texts->branch, "Work on NAME instead of HEAD")
      ->type_name("NAME");
  command
      .add_option(mainline ? "--message" : "-m,--message", texts->message,
                  "The commit's message; repeat for paragraphs")
      ->type_name("TEXT")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_option("-F,--file", texts->file, "Take the message from FILE")
      ->type_name("FILE");
  command.add_option("--author", texts->author, "\"Name <email>\"")
      ->type_name("WHO");
  command.add_option("--date", texts->date, "The author date")
      ->type_name("DATE");
  command
      .add_flag("-S,--sign,!--no-sign", texts->sign,
                "Sign the commits, or do not; as commit.gpgSign says")
      ->option_text("[=KEY]");
  command.add_flag("-s,--signoff", texts->signoff,
                   "Add a Signed-off-by trailer");
  AddForce(command, &texts->force);
}

std::vector<std::string> WithSigningKeys(std::vector<std::string> args) {
  for (std::string& arg : args) {
    if (arg == "--") break;
    if (arg.starts_with("-S") && arg.size() > 2) {
      arg = "--sign=" + arg.substr(arg[2] == '=' ? 3 : 2);
    }
  }
  return args;
}

void AddForce(CLI::App& command, bool* force) {
  command.add_flag("--force", *force,
                   "Overwrite what is in the way; undo brings it back");
}

restore::CommitOptions ToCommitOptions(const CommitTexts& texts) {
  if (!texts.message.empty() && !texts.file.empty()) {
    throw Error(ErrorKind::kUsage,
                "'--message' and '--file' exclude each other");
  }
  restore::CommitOptions options;
  options.message = texts.message;
  if (!texts.file.empty()) {
    options.message_file =
        ReadFile(texts.file == "-" ? "/dev/stdin" : texts.file);
  }
  options.author = Given(texts.author);
  options.date = Given(texts.date);
  if (!texts.sign.empty()) options.sign.sign = texts.sign != "false";
  if (texts.sign != "true" && texts.sign != "false") {
    options.sign.key = texts.sign;
  }
  options.signoff = texts.signoff;
  options.force = texts.force;
  return options;
}

std::optional<std::string> Given(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

void AddRepeated(CLI::App& command, const std::string& name,
                 std::vector<std::string>* values, const std::string& what,
                 const std::string& type) {
  command.add_option(name, *values, what)
      ->type_name(type)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void AddKeepAndExclude(CLI::App& command, std::vector<std::string>* keep,
                       std::vector<std::string>* exclude) {
  AddRepeated(command, "--keep", keep,
              "Keep the repository's own version of these paths");
  AddRepeated(command, "--exclude", exclude,
              "Leave these paths of the source out");
}

void AddConflicts(CLI::App& command, bool* leave, const std::string& what) {
  command.add_option("--conflicts", *leave, what)
      ->transform(CLI::CheckedTransformer(kConflicts))
      ->option_text("stop|leave");
}

void AddFilters(CLI::App& command, restore::Filters* filters) {
  command
      .add_option("--filters", *filters,
                  "Normalise line endings as .gitattributes say, or take the "
                  "bytes as they are")
      ->transform(CLI::CheckedTransformer(kFilters))
      ->option_text("apply|raw");
}

void AddRef(CLI::App& command, std::optional<std::string>* ref) {
  command
      .add_option_function<std::string>(
          "--ref", [ref](const std::string& name) { *ref = name; },
          "Take REF of the source instead of its HEAD")
      ->type_name("REF");
}

void AddSelect(CLI::App& command, std::optional<restore::Select>* select) {
  command
      .add_option_function<std::string>(
          "--select",
          [select](const std::string& name) { *select = kSelects.at(name); },
          "Which files of the working tree are code")
      ->check(CLI::IsMember(kSelects))
      ->option_text("all|unignored|tracked");
}

void AddPrefix(CLI::App& command, std::string* prefix) {
  command
      .add_option("--prefix", *prefix, "Put the backup into DIR of the tree")
      ->type_name("DIR");
}

std::string CleanPrefix(std::string prefix) {
  if (prefix.starts_with("./")) prefix.erase(0, 2);
  while (prefix.ends_with('/')) prefix.pop_back();
  if (prefix.empty() || prefix == ".") return {};
  auto parsed = git::TreePath::Parse(prefix);
  if (const auto* why = std::get_if<std::string>(&parsed)) {
    throw Error(ErrorKind::kUsage, "--prefix " + Quote(prefix) + " " + *why);
  }
  return prefix;
}

}  // namespace backgraft::commands
