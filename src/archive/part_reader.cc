#include "archive/part_reader.h"

#include <algorithm>

#include "archive/refusal.h"
#include "archive/root.h"
#include "base/escape.h"

namespace backgraft::archive {
namespace {

bool IsWithinAny(const std::string& path,
                 const std::vector<std::string>& directories) {
  return std::any_of(
      directories.begin(), directories.end(),
      [&](const std::string& each) { return IsWithin(path, each); });
}

}  // namespace

bool PartReader::Holds(const std::string& path) const {
  return IsWithin(path, part_.directory) && !IsWithinAny(path, part_.without);
}

std::string PartReader::Below(const std::string& path) const {
  if (part_.directory.empty()) return path;
  return path.substr(std::min(path.size(), part_.directory.size() + 1));
}

void PartReader::Note(const Entry& entry) {
  if (entry.kind == EntryKind::kDirectory) return;
  if (IsWithin(part_.directory, entry.path)) {
    Refuse("entry " + Quote(entry.path),
           "it is no directory, and others are below it");
  }
  if (!IsWithinAny(entry.path, part_.elsewhere)) {
    passed_over_.push_back(entry.path);
  }
}

std::optional<Entry> PartReader::Next() {
  if (!begun_) {
    begun_ = true;
    Entry root;
    root.kind = EntryKind::kDirectory;
    return root;
  }
  while (std::optional<Entry> entry = source_->Next()) {
    const bool itself = entry->path == part_.directory;
    if (!itself && Holds(entry->path)) {
      entry->path = Below(entry->path);
      if (entry->kind == EntryKind::kHardlink) {
        // A link to what is not in the part is refused by whoever takes it.
        entry->link_target = IsWithin(entry->link_target, part_.directory)
                                 ? Below(entry->link_target)
                                 : "/" + entry->link_target;
      }
      return entry;
    }
    Note(*entry);
  }
  return std::nullopt;
}

ByteSpan PartReader::Read() {
  // Its own root, which comes before everything else, has no content.
  return source_->Read();
}

}  // namespace backgraft::archive
