#include "import/collation_map.h"

#include <array>
#include <utility>

#include "base/escape.h"
#include "import/lexical_mode.h"

namespace backgraft::imports {
namespace {

// MySQL's language codes and MariaDB's names for the same rules.
constexpr std::array kLanguages = {
    std::pair{"_cs_", "czech"},      std::pair{"_da_", "danish"},
    std::pair{"_de_pb_", "german2"}, std::pair{"_eo_", "esperanto"},
    std::pair{"_es_", "spanish"},    std::pair{"_es_trad_", "spanish2"},
    std::pair{"_et_", "estonian"},   std::pair{"_hr_", "croatian"},
    std::pair{"_hu_", "hungarian"},  std::pair{"_is_", "icelandic"},
    std::pair{"_la_", "roman"},      std::pair{"_lt_", "lithuanian"},
    std::pair{"_lv_", "latvian"},    std::pair{"_pl_", "polish"},
    std::pair{"_ro_", "romanian"},   std::pair{"_sk_", "slovak"},
    std::pair{"_sl_", "slovenian"},  std::pair{"_sv_", "swedish"},
    std::pair{"_tr_", "turkish"},    std::pair{"_vi_", "vietnamese"},
};

bool Holds(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

std::string CollationMap::Nearest(const std::string& name) {
  const std::string lower = Lower(name);
  if (known_.contains(lower)) return name;
  const auto [place, is_new] = found_.try_emplace(lower);
  if (is_new) place->second = Find(lower);
  return place->second.empty() ? name : place->second;
}

std::string CollationMap::Find(const std::string& name) const {
  const std::string set = name.substr(0, name.find('_'));
  const bool binary = name.ends_with("_bin");
  const bool no_pad = Holds(name, "_0900_") || Holds(name, "_nopad_");
  std::string rest = binary ? "bin" : "ai_ci";
  for (const char* kind : {"ai_ci", "as_ci", "ai_cs", "as_cs"}) {
    if (name.ends_with(std::string("_") + kind)) rest = kind;
  }
  std::string language;
  for (const auto& [code, meant] : kLanguages) {
    if (Holds(name, (std::string(code) + "0900_").c_str())) {
      language = std::string(meant) + "_";
    }
  }
  std::vector<std::string> candidates;
  for (const std::string& pad :
       {std::string(no_pad ? "nopad_" : ""), std::string()}) {
    if (binary) {
      candidates.push_back(set + "_" + pad + "bin");
      continue;
    }
    for (const std::string& l : {language, std::string()}) {
      candidates.push_back(set + "_uca1400_" + l + pad + rest);
    }
    if (rest.ends_with("cs")) candidates.push_back(set + "_" + pad + "bin");
    candidates.push_back(set + "_unicode_520_" + pad + "ci");
    candidates.push_back(set + "_unicode_" + pad + "ci");
    candidates.push_back(set + "_general_" + pad + "ci");
  }
  for (const std::string& candidate : candidates) {
    if (known_.contains(candidate)) return candidate;
  }
  return {};
}

std::vector<std::string> CollationMap::Warnings() const {
  std::vector<std::string> warnings;
  for (const auto& [name, nearest] : found_) {
    if (nearest.empty()) continue;
    warnings.push_back("the server does not know the collation " + Quote(name) +
                       ": " + Quote(nearest) + " takes its place");
  }
  return warnings;
}

}  // namespace backgraft::imports
