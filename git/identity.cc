#include "git/identity.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "git/config_value.h"
#include "git/date.h"

namespace backgraft::git {
namespace {

struct Role {
  const char* label;     // in messages
  const char* variable;  // GIT_<variable>_NAME
  const char* section;   // <section>.name
};
constexpr Role kAuthor = {"author", "AUTHOR", "author"};
constexpr Role kCommitter = {"committer", "COMMITTER", "committer"};

std::vector<std::string> Advice() {
  return {
      "tell me who you are: git config --global user.email "
      "\"you@example.com\"",
      "and: git config --global user.name \"Your Name\"",
      "omit --global to set the identity only in this repository"};
}

std::string Trim(const std::string& text) {
  std::string_view rest = text;
  while (!rest.empty() && IsGitSpace(rest.front())) rest.remove_prefix(1);
  while (!rest.empty() && IsGitSpace(rest.back())) rest.remove_suffix(1);
  return std::string(rest);
}

class Resolver {
 public:
  Resolver(const Config& config, const Environment& environment, int64_t now)
      : config_(config), environment_(environment), now_(now) {}

  Signature Resolve(const Role& role) const {
    const std::string email = Email(role);
    return Make(Name(role), email);
  }

  // As git's fmt_ident() with IDENT_STRICT.
  static Signature Make(const std::string& name, const std::string& email) {
    if (name.empty()) {
      throw Error(
          ErrorKind::kRefused,
          "empty ident name (for " + Quote("<" + email + ">") + ") not allowed",
          Advice());
    }
    Signature signature;
    signature.name = CleanIdentityPart(name);
    if (signature.name.empty()) {
      throw Error(ErrorKind::kRefused,
                  "name consists only of disallowed characters: " + Quote(name),
                  Advice());
    }
    signature.email = CleanIdentityPart(email);
    return signature;
  }

  std::optional<Date> DateFromEnvironment(const Role& role) const {
    const std::string variable = std::string("GIT_") + role.variable + "_DATE";
    const auto text = environment_.Get(variable);
    if (!text || text->empty()) return std::nullopt;
    const auto date = ParseExactDate(*text, now_);
    if (!date) {
      throw Error(ErrorKind::kRefused,
                  "invalid date format in '" + variable + "': " + Quote(*text));
    }
    return date;
  }

  Date DefaultDate() const {
    const auto epoch = environment_.Get("SOURCE_DATE_EPOCH");
    if (!epoch || epoch->empty()) return {now_, LocalOffsetMinutes(now_)};
    const auto seconds = ParseConfigInt(*epoch);
    const bool digits = std::all_of(epoch->begin(), epoch->end(), [](char c) {
      return c >= '0' && c <= '9';
    });
    if (!digits || !seconds) {
      throw Error(
          ErrorKind::kRefused,
          "'SOURCE_DATE_EPOCH' is not a number of seconds: " + Quote(*epoch));
    }
    return {std::stoll(*epoch), 0};
  }

 private:
  // The variable, even where it is empty, as git has it; then the section's
  // setting, where it says anything.
  std::optional<std::string> Given(const Role& role, const char* part,
                                   const char* key) const {
    if (auto value = environment_.Get(std::string("GIT_") + role.variable +
                                      "_" + part)) {
      return value;
    }
    auto value = config_.GetString(std::string(role.section) + "." + key);
    if (value && !value->empty()) return value;
    return std::nullopt;
  }

  std::string Name(const Role& role) const {
    if (auto name = Given(role, "NAME", "name")) return *name;
    if (auto name = config_.GetString("user.name")) return Trim(*name);
    Unknown(role, "name");
  }

  std::string Email(const Role& role) const {
    if (auto email = Given(role, "EMAIL", "email")) return *email;
    if (auto email = config_.GetString("user.email")) return Trim(*email);
    if (!config_.GetBool("user.useConfigOnly").value_or(false)) {
      const auto email = environment_.Get("EMAIL");
      if (email && !email->empty()) return Trim(*email);
    }
    Unknown(role, "email");
  }

  [[noreturn]] static void Unknown(const Role& role, const char* part) {
    throw Error(ErrorKind::kRefused,
                std::string(role.label) + " identity unknown: no " + part +
                    " is configured",
                Advice());
  }

  const Config& config_;
  const Environment& environment_;
  int64_t now_;
};

Signature ParseAuthor(const std::string& text) {
  const auto parsed = Signature::Parse(text);
  if (!parsed) {
    throw Error(ErrorKind::kUsage,
                "--author " + Quote(text) + " is not 'Name <email>'");
  }
  return Resolver::Make(parsed->name, parsed->email);
}

void SetDate(Signature* signature, const Date& date) {
  signature->seconds = date.seconds;
  signature->offset_minutes = date.offset_minutes;
}

}  // namespace

Identity ResolveIdentity(const Config& config, const Environment& environment,
                         const IdentityOptions& options, int64_t now) {
  const Resolver resolver(config, environment, now);
  Identity identity;
  identity.author =
      options.author ? ParseAuthor(*options.author) : resolver.Resolve(kAuthor);
  identity.committer = resolver.Resolve(kCommitter);
  if (options.date) {
    const auto date = ParseDate(*options.date, now);
    if (!date) {
      throw Error(ErrorKind::kUsage,
                  "invalid date format: " + Quote(*options.date));
    }
    SetDate(&identity.author, *date);
  } else if (const auto date = resolver.DateFromEnvironment(kAuthor)) {
    SetDate(&identity.author, *date);
  } else if (options.author_time) {
    SetDate(&identity.author, {*options.author_time, 0});
  } else {
    SetDate(&identity.author, resolver.DefaultDate());
  }
  const auto date = resolver.DateFromEnvironment(kCommitter);
  SetDate(&identity.committer, date ? *date : resolver.DefaultDate());
  return identity;
}

}  // namespace backgraft::git
