#include "git/merge_state.h"

#include "base/error.h"

namespace backgraft::git {

MergeEntry* MergeState::Find(std::string_view path) {
  auto found = entries_.find(path);
  return found == entries_.end() ? nullptr : found->second;
}

MergeEntry& MergeState::Add(std::string_view path) {
  MergeEntry& entry = New();
  bool added = entries_.emplace(path, &entry).second;
  Require(added, "a path entered the merge twice");
  return entry;
}

void MergeState::Put(std::string_view path, MergeEntry* entry) {
  entries_.insert_or_assign(path, entry);
}

std::string_view MergeState::Intern(std::string path) {
  return strings_.emplace_back(std::move(path));
}

std::string_view MergeState::UniquePath(std::string_view path,
                                        const std::string& label) {
  std::string base = std::string(path) + '~';
  for (char c : label) base += c == '/' ? '_' : c;
  std::string out = base;
  for (int i = 0; entries_.count(out) != 0; ++i) {
    out = base + '_' + std::to_string(i);
  }
  return Intern(std::move(out));
}

void MergeState::Tell(MessageKind kind, std::string_view path, std::string text,
                      std::vector<std::string> other_paths) {
  messages[std::string(path)].push_back(
      {kind, std::move(other_paths), std::move(text)});
}

std::string Fill(std::string_view text,
                 const std::vector<std::string_view>& values) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 1 < text.size() && text[i + 1] >= '1' &&
        text[i + 1] <= '9') {
      out += values.at(static_cast<size_t>(text[++i] - '1'));
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace backgraft::git
