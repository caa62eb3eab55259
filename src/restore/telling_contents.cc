#include "restore/telling_contents.h"

#include <algorithm>
#include <cstdint>

#include "restore/entry_rules.h"

namespace backgraft::restore {
namespace {

constexpr uint64_t kLargestTelling = uint64_t{256} << 10;

}  // namespace

void TellingContents::Note(const std::string& path,
                           const std::string& content) {
  if (IsRuleFile(LastComponent(path)) ||
      (IsTelling(path) && content.size() <= kLargestTelling)) {
    contents_.emplace_back(path, content);
  }
}

bool TellingContents::NoteLink(const std::string& path,
                               const std::string& target) {
  if (!IsRuleFile(LastComponent(path))) return true;
  const auto kept =
      std::find_if(contents_.begin(), contents_.end(),
                   [&](const auto& each) { return each.first == target; });
  if (kept == contents_.end()) return false;
  std::string content = kept->second;
  contents_.emplace_back(path, std::move(content));
  return true;
}

TellingContents::Contents TellingContents::TakeBelow(std::string_view below) {
  Contents taken;
  for (auto& [path, content] : contents_) {
    if (path.starts_with(below)) {
      taken.emplace_back(path.substr(below.size()), std::move(content));
    }
  }
  contents_.clear();
  return taken;
}

}  // namespace backgraft::restore
