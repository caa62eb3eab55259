#include "git/convert.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "git/config_value.h"
#include "git/encoding.h"
#include "git/oid.h"
#include "git/text_stats.h"

namespace backgraft::git {
namespace {

using Eol = ConversionPlan::Eol;

bool IsAuto(Eol eol) { return eol == Eol::kAutoLf || eol == Eol::kAutoCrlf; }

[[noreturn]] void CannotEncode(std::string_view path,
                               const std::string& encoding,
                               const std::string& why) {
  throw Error(
      ErrorKind::kRefused,
      "cannot convert " + Quote(path) + " from " + Quote(encoding) + ": " + why,
      {"its working-tree-encoding is wrong; --filters raw takes the "
       "bytes as they are"});
}

// Whether git checks that this encoding survives being converted back.
bool NeedsRoundTrip(const std::string& list, const std::string& name) {
  std::string_view rest = list;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find_first_of(", \t\n"), rest.size());
    if (EqualsIgnoringCase(rest.substr(0, end), name)) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::optional<std::string> CrlfToLf(Eol eol, std::string_view bytes,
                                    bool repository_has_crlf) {
  if (eol == Eol::kBinary || bytes.find('\r') == std::string_view::npos) {
    return std::nullopt;
  }
  const TextStats stats = TextStats::Of(bytes);
  if (stats.crlf == 0) return std::nullopt;
  if (IsAuto(eol) && (stats.IsBinary() || repository_has_crlf)) {
    return std::nullopt;
  }
  std::string out;
  out.reserve(bytes.size() - stats.crlf);
  while (!bytes.empty()) {
    const size_t crlf = std::min(bytes.find("\r\n"), bytes.size());
    out += bytes.substr(0, crlf);
    bytes.remove_prefix(crlf);
    if (!bytes.empty()) bytes.remove_prefix(1);  // the newline stays
    if (!bytes.empty()) {
      out += '\n';
      bytes.remove_prefix(1);
    }
  }
  return out;
}

std::optional<std::string> LfToCrlf(Eol eol, std::string_view bytes) {
  if (eol != Eol::kTextCrlf && eol != Eol::kAutoCrlf) return std::nullopt;
  const TextStats stats = TextStats::Of(bytes);
  if (stats.lone_lf == 0) return std::nullopt;
  // What has a CR already is not a file that git made.
  if (IsAuto(eol) &&
      (stats.lone_cr > 0 || stats.crlf > 0 || stats.IsBinary())) {
    return std::nullopt;
  }
  std::string out;
  out.reserve(bytes.size() + stats.lone_lf);
  char previous = '\0';
  for (const char c : bytes) {
    if (c == '\n' && previous != '\r') out += '\r';
    out += c;
    previous = c;
  }
  return out;
}

// The keyword that stands behind a "$", "Id$" or "Id:...$" without a newline
// in it, as a length; 0 where there is none.
size_t KeywordLength(std::string_view text) {
  if (text.substr(0, 3) == "Id$") return 3;
  if (text.substr(0, 3) != "Id:") return 0;
  const size_t end = text.find_first_of("$\n", 3);
  if (end == std::string_view::npos || text[end] == '\n') return 0;
  return end + 1;
}

// Calls replace(keyword) for each "$Id$" and "$Id:...$" and puts what it
// returns in the keyword's place, behind the "$"; nothing leaves it alone.
template <typename Replace>
std::optional<std::string> ReplaceKeywords(std::string_view bytes,
                                           const Replace& replace) {
  std::string out;
  bool changed = false;
  while (!bytes.empty()) {
    const size_t dollar = bytes.find('$');
    if (dollar == std::string_view::npos) break;
    out += bytes.substr(0, dollar + 1);
    bytes.remove_prefix(dollar + 1);
    const size_t length = KeywordLength(bytes);
    if (length == 0) continue;
    const std::string_view keyword = bytes.substr(0, length);
    const std::optional<std::string> replacement = replace(keyword);
    if (!replacement) continue;
    changed = changed || *replacement != keyword;
    out += *replacement;
    bytes.remove_prefix(length);
  }
  if (!changed) return std::nullopt;
  out += bytes;
  return out;
}

std::optional<std::string> ExpandIdent(std::string_view bytes) {
  if (bytes.find("$Id") == std::string_view::npos) return std::nullopt;
  const std::string id =
      "Id: " + HashObject(ObjectType::kBlob, bytes).Hex() + " $";
  return ReplaceKeywords(bytes, [&](std::string_view keyword) {
    std::optional<std::string> replacement;
    // A space inside: the keyword of another system, which stays.
    const size_t space = keyword.find(' ', 4);
    const bool foreign =
        space != std::string_view::npos && space + 2 < keyword.size();
    if (!foreign) replacement = id;
    return replacement;
  });
}

}  // namespace

ConversionSettings ConversionSettings::From(const Config& config) {
  ConversionSettings settings;
  const auto auto_crlf = config.GetString("core.autocrlf");
  if (auto_crlf && EqualsIgnoringCase(*auto_crlf, "input")) {
    settings.auto_crlf = AutoCrlf::kInput;
  } else if (config.GetBool("core.autocrlf").value_or(false)) {
    settings.auto_crlf = AutoCrlf::kTrue;
  }
  const auto eol = config.GetString("core.eol");
  settings.eol_is_crlf = eol && EqualsIgnoringCase(*eol, "crlf");
  if (settings.eol_is_crlf && settings.auto_crlf == AutoCrlf::kInput) {
    throw Error(ErrorKind::kRefused,
                "core.autocrlf=input conflicts with core.eol=crlf");
  }
  if (auto list = config.GetString("core.checkRoundtripEncoding")) {
    settings.round_trip_encodings = std::move(*list);
  }
  return settings;
}

ConversionPlan PlanConversion(const PathAttributes& attributes,
                              const ConversionSettings& settings,
                              std::string_view path) {
  using AutoCrlf = ConversionSettings::AutoCrlf;
  enum class Said { kNothing, kText, kBinary, kInput, kAuto };
  auto said = [&](const char* name) {
    const AttributeValue& value = attributes.Get(name);
    if (value.IsSet()) return Said::kText;
    if (value.IsUnset()) return Said::kBinary;
    if (value.Is("input")) return Said::kInput;
    if (value.Is("auto")) return Said::kAuto;
    return Said::kNothing;
  };
  Said text = said("text");
  if (text == Said::kNothing) text = said("crlf");  // its old name
  const AttributeValue& eol = attributes.Get("eol");

  ConversionPlan plan;
  const bool native_crlf =
      settings.auto_crlf == AutoCrlf::kTrue ||
      (settings.auto_crlf == AutoCrlf::kFalse && settings.eol_is_crlf);
  if (text == Said::kBinary) {
    plan.eol = Eol::kBinary;
  } else if (eol.Is("lf")) {
    plan.eol = text == Said::kAuto ? Eol::kAutoLf : Eol::kTextLf;
  } else if (eol.Is("crlf")) {
    plan.eol = text == Said::kAuto ? Eol::kAutoCrlf : Eol::kTextCrlf;
  } else if (text == Said::kInput) {
    plan.eol = Eol::kTextLf;
  } else if (text == Said::kText) {
    plan.eol = native_crlf ? Eol::kTextCrlf : Eol::kTextLf;
  } else if (text == Said::kAuto) {
    plan.eol = native_crlf ? Eol::kAutoCrlf : Eol::kAutoLf;
  } else if (settings.auto_crlf == AutoCrlf::kTrue) {
    plan.eol = Eol::kAutoCrlf;
  } else if (settings.auto_crlf == AutoCrlf::kInput) {
    plan.eol = Eol::kAutoLf;
  }

  plan.ident = attributes.Get("ident").IsSet();
  const AttributeValue& filter = attributes.Get("filter");
  if (filter.state == AttributeValue::State::kValue) {
    plan.filter_name = filter.value;
  }
  const AttributeValue& encoding = attributes.Get("working-tree-encoding");
  if (encoding.IsSet() || encoding.IsUnset()) {
    throw Error(
        ErrorKind::kRefused,
        "true/false are no valid working-tree-encodings: " + Quote(path),
        {"--filters raw takes the bytes as they are"});
  }
  if (!IsUtf8Name(encoding.value)) plan.encoding = encoding.value;
  return plan;
}

bool MayChangeToGit(const ConversionPlan& plan, std::string_view bytes) {
  if (bytes.empty()) return false;
  if (!plan.encoding.empty()) return true;
  if (plan.eol != Eol::kBinary && bytes.find('\r') != std::string_view::npos) {
    return true;
  }
  return plan.ident && bytes.find("$Id") != std::string_view::npos;
}

std::optional<std::string> ConvertToGit(const ConversionPlan& plan,
                                        const ConversionSettings& settings,
                                        std::string_view path,
                                        std::string_view bytes,
                                        bool repository_has_crlf) {
  if (!MayChangeToGit(plan, bytes)) return std::nullopt;
  std::optional<std::string> result;
  auto take = [&](std::optional<std::string> step) {
    if (!step) return;
    result = std::move(step);
    bytes = *result;
  };
  if (!plan.encoding.empty()) {
    auto text = DecodeToUtf8(bytes, plan.encoding);
    if (!text) {
      CannotEncode(path, plan.encoding, "the content is not in this encoding");
    }
    if (NeedsRoundTrip(settings.round_trip_encodings, plan.encoding)) {
      const auto back = EncodeFromUtf8(*text, plan.encoding);
      if (!back || *back != bytes) {
        CannotEncode(path, plan.encoding, "it would not convert back");
      }
    }
    take(std::move(text));
  }
  take(CrlfToLf(plan.eol, bytes, repository_has_crlf));
  if (plan.ident) {
    take(ReplaceKeywords(bytes,
                         [](std::string_view) { return std::string("Id$"); }));
  }
  return result;
}

std::optional<std::string> ConvertToWorktree(const ConversionPlan& plan,
                                             std::string_view bytes) {
  if (plan.IsIdentity() || bytes.empty()) return std::nullopt;
  std::optional<std::string> result;
  auto take = [&](std::optional<std::string> step) {
    if (!step) return;
    result = std::move(step);
    bytes = *result;
  };
  if (plan.ident) take(ExpandIdent(bytes));
  take(LfToCrlf(plan.eol, bytes));
  if (!plan.encoding.empty()) take(EncodeFromUtf8(bytes, plan.encoding));
  return result;
}

bool BlobHasCrlf(std::string_view bytes) {
  if (bytes.find('\r') == std::string_view::npos) return false;
  const TextStats stats = TextStats::Of(bytes);
  return stats.crlf > 0 && !stats.IsBinary();
}

bool IsLfsPointer(std::string_view bytes) {
  if (bytes.empty()) return true;
  if (bytes.size() >= 1024) return false;
  auto take_line = [&bytes](std::string_view key) -> std::string_view {
    if (bytes.substr(0, key.size()) != key) return {};
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view value = bytes.substr(key.size(), end - key.size());
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    return value;
  };
  if (take_line("version ") != "https://git-lfs.github.com/spec/v1") {
    return false;
  }
  // Extensions ("ext-0-name sha256:...") stand before the id.
  while (!take_line("ext-").empty()) {
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  const std::string_view id = take_line("oid sha256:");
  const std::string_view size = take_line("size ");
  return id.size() == 64 &&
         id.find_first_not_of(kHex) == std::string_view::npos &&
         !size.empty() &&
         size.find_first_not_of("0123456789") == std::string_view::npos &&
         bytes.empty();
}

}  // namespace backgraft::git
