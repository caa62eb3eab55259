#include "cli/help_formatter.h"

#include <sstream>
#include <utility>

#include "cli/text_layout.h"

namespace backgraft::cli {
namespace {

constexpr size_t kDescriptionColumn = 27;

// "  <left>   <description>", the description wrapped in its column.
std::string Row(const std::string& left, const std::string& description) {
  std::string out = "  " + left;
  if (out.size() + 2 > kDescriptionColumn) {
    out += "\n" + std::string(kDescriptionColumn, ' ');
  } else {
    out.resize(kDescriptionColumn, ' ');
  }
  return out + Wrap(description, kDescriptionColumn, kDescriptionColumn) + "\n";
}

// What an option takes: "DIR", "auto|always|never", nothing for a flag.
std::string ValueOf(const CLI::Option& option) {
  if (!option.get_option_text().empty()) return option.get_option_text();
  if (option.get_items_expected_max() == 0) return {};
  return option.get_type_name();
}

std::string OptionRow(const CLI::Option& option) {
  std::string left;
  std::string value = ValueOf(option);
  for (const std::string& name : option.get_snames()) {
    left += (left.empty() ? "-" : ", -") + name;
  }
  for (const std::string& name : option.get_lnames()) {
    left += (left.empty() ? "--" : ", --") + name;
    // A value that may be left out stands with the name that takes it.
    if (value.starts_with("[=")) left += std::exchange(value, {});
  }
  if (!value.empty()) left += " " + value;
  return Row(left, option.get_description());
}

std::string Options(const CLI::App& app, const std::string& group,
                    const std::string& title, bool of_parent = false) {
  std::string rows;
  for (const CLI::Option* option : app.get_options()) {
    // A subcommand has -h and --help itself, and no --version.
    if (of_parent &&
        (option == app.get_help_ptr() || option == app.get_help_all_ptr() ||
         option->check_lname("version"))) {
      continue;
    }
    if (option->nonpositional() && option->get_group() == group) {
      rows += OptionRow(*option);
    }
  }
  return rows.empty() ? "" : "\n" + title + ":\n" + rows;
}

std::string Usage(const CLI::App& app) {
  std::string line = "Usage: ";
  std::string words = app.get_name();
  for (const CLI::App* above = app.get_parent(); above != nullptr;
       above = above->get_parent()) {
    words = above->get_name() + " " + words;
  }
  line += words;
  // Where other commands follow, their options come behind their names.
  if (!app.get_subcommands({}).empty()) return line + " COMMAND [OPTIONS]\n";
  line += " [OPTIONS]";
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string& name = option->get_name(true, false);
    bool several = option->get_items_expected_max() > 1;
    std::string word = name + (several ? "..." : "");
    line += option->get_required() ? " " + word : " [" + word + "]";
  }
  return line + "\n";
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string,
                                     CLI::AppFormatMode) const {
  std::string out = Usage(*app);
  if (!app->get_description().empty()) {
    out += "\n" + Wrap(app->get_description(), 0, 0) + "\n";
  }
  std::string rows;
  for (const CLI::App* command : app->get_subcommands({})) {
    rows += Row(command->get_name(), command->get_description());
  }
  if (!rows.empty()) out += "\nCommands:\n" + rows;
  rows.clear();
  for (const CLI::Option* option : app->get_options()) {
    if (!option->get_positional()) continue;
    rows += Row(option->get_name(true, false), option->get_description());
  }
  if (!rows.empty()) out += "\n" + rows;
  for (const std::string& group : app->get_groups()) {
    if (group.empty()) continue;  // hidden ones
    out += Options(*app, group, group);
  }
  if (const CLI::App* parent = app->get_parent()) {
    while (parent->get_parent() != nullptr) parent = parent->get_parent();
    out += Options(*parent, "Options", "Global options", true);
  }
  if (!app->get_footer().empty()) {
    std::istringstream lines(app->get_footer());
    for (std::string line; std::getline(lines, line);) {
      out += "\n" + Wrap(line, 0, 0);
    }
    out += "\n";
  }
  return out;
}

}  // namespace backgraft::cli
