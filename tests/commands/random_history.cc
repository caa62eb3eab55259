#include "random_history.h"

#include <algorithm>

namespace backgraft::commands {

std::string RandomHistory::Name() {
  static const char* const kNames[] = {"index.php", "a", "b",    "style.css",
                                       "x.txt",     "y", "core", "theme"};
  return kNames[Below(8)];
}

std::string RandomHistory::Lines(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += "line " + std::to_string(Below(40)) + "\n";
  }
  return text;
}

std::string RandomHistory::NewContent() {
  std::string text = Lines(1 + Below(16));
  switch (Below(12)) {
    case 0: {  // CRLF
      std::string crlf;
      for (char c : text) crlf += c == '\n' ? "\r\n" : std::string(1, c);
      return crlf;
    }
    case 1:
      text.insert(text.size() / 2, 1, '\0');  // binary
      return text;
    case 2:
      text.pop_back();  // no newline at the end
      return text;
    case 3:
      return "";
    default:
      return text;
  }
}

std::string RandomHistory::AnyFile(const Files& files) {
  auto it = files.begin();
  std::advance(it, static_cast<long>(Below(files.size())));
  return it->first;
}

void RandomHistory::Edit(std::string* bytes) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < bytes->size();) {
    size_t end = bytes->find('\n', at);
    end = end == std::string::npos ? bytes->size() : end + 1;
    lines.push_back(bytes->substr(at, end - at));
    at = end;
  }
  for (size_t edits = 1 + Below(2); edits > 0; --edits) {
    size_t at = Below(lines.size() + 1);
    auto place = lines.begin() + static_cast<long>(at);
    switch (Below(3)) {
      case 0:
        lines.insert(place, Lines(1 + Below(2)));
        break;
      case 1:
        if (place != lines.end()) *place = Lines(1);
        break;
      default:
        if (place != lines.end()) lines.erase(place);
    }
  }
  bytes->clear();
  for (const std::string& line : lines) *bytes += line;
}

// Whatever stands where the path or its directories go has to leave.
void RandomHistory::Add(Files* files, const std::string& path, File file) {
  for (size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    files->erase(path.substr(0, slash));
  }
  std::erase_if(*files, [&](const auto& other) {
    return other.first.starts_with(path + "/");
  });
  (*files)[path] = std::move(file);
}

void RandomHistory::RenameDirectory(Files* files) {
  std::string path = AnyFile(*files);
  size_t slash = path.find('/');
  if (slash == std::string::npos) return;
  std::string from = path.substr(0, slash + 1);
  std::string to = Name() + std::to_string(Below(3)) + "/";
  Files moved;
  for (auto it = files->begin(); it != files->end();) {
    if (it->first.starts_with(from)) {
      moved[to + it->first.substr(from.size())] = it->second;
      it = files->erase(it);
    } else {
      ++it;
    }
  }
  for (auto& [name, file] : moved) Add(files, name, std::move(file));
}

void RandomHistory::Change(Files* files) {
  size_t what = files->size() < 3 ? 0 : Below(20);
  if (what < 4) {
    std::string path;
    for (size_t depth = Below(3); depth > 0; --depth) path += Name() + "/";
    Add(files, path + Name(), {"100644", NewContent()});
    return;
  }
  std::string path = AnyFile(*files);
  File& file = files->at(path);
  if (what < 13) {
    if (file.mode != "120000") Edit(&file.bytes);
  } else if (what < 15) {
    files->erase(path);
  } else if (what < 17) {
    File moved = file;
    if (moved.mode != "120000" && Chance(40)) Edit(&moved.bytes);
    files->erase(path);
    std::string to = Chance(50) ? Name() + "/" : "";
    Add(files, to + Name() + std::to_string(Below(3)), moved);
  } else if (what == 17) {
    if (file.mode != "120000") {
      file.mode = file.mode == "100644" ? "100755" : "100644";
    }
  } else if (what == 18) {
    file = file.mode == "120000" ? File{"100644", NewContent()}
                                 : File{"120000", Name()};
  } else {
    RenameDirectory(files);
  }
}

std::string RandomHistory::Title() {
  if (!titles_.empty() && Chance(8)) {
    return "Revert \"" + titles_[Below(titles_.size())] + "\"";
  }
  titles_.push_back("Change " + std::to_string(titles_.size()) +
                    (Chance(10) ? "  with \"quotes\" " : ""));
  return titles_.back() + (Chance(20) ? "\n\nand a body\n" : "");
}

size_t RandomHistory::Commit(const Files& files,
                             const std::vector<size_t>& parents) {
  size_t mark = ++marks_;
  std::string title = Title();
  stream_ += "commit refs/heads/main\nmark :" + std::to_string(mark) +
             "\ncommitter T <t@example.com> " +
             std::to_string(1600000000 + 60 * mark) + " +0000\ndata " +
             std::to_string(title.size()) + "\n" + title + "\n";
  for (size_t i = 0; i < parents.size(); ++i) {
    stream_ +=
        (i == 0 ? "from :" : "merge :") + std::to_string(parents[i]) + "\n";
  }
  stream_ += "deleteall\n";
  for (const auto& [path, file] : files) {
    stream_ += "M " + file.mode + " inline " + path + "\ndata " +
               std::to_string(file.bytes.size()) + "\n" + file.bytes + "\n";
  }
  stream_ += "\n";
  return mark;
}

// File by file: what only one side changed is that side's, the rest is ours.
RandomHistory::Files RandomHistory::Merged(const Files& base, const Files& ours,
                                           const Files& theirs) {
  auto same = [](const Files& a, const Files& b, const std::string& path) {
    auto x = a.find(path), y = b.find(path);
    if (x == a.end() || y == b.end()) return x == a.end() && y == b.end();
    return x->second.mode == y->second.mode &&
           x->second.bytes == y->second.bytes;
  };
  Files merged = ours;
  for (const auto& [path, file] : base) {
    if (!theirs.contains(path) && same(base, ours, path)) merged.erase(path);
  }
  for (const auto& their : theirs) {
    const std::string& path = their.first;
    if (same(base, theirs, path) || !same(base, ours, path)) continue;
    bool clash = std::any_of(merged.begin(), merged.end(), [&](const auto& m) {
      return m.first.starts_with(path + "/") || path.starts_with(m.first + "/");
    });
    if (!clash) merged[path] = their.second;
  }
  return merged;
}

std::string RandomHistory::Make() {
  Files files;
  for (size_t i = 4 + Below(8); i > 0; --i) Change(&files);
  line_ = {Commit(files, {})};
  size_t length = 6 + Below(8);
  while (line_.size() < length) {
    if (Chance(20)) {
      Files topic = files, base = files;
      size_t tip = line_.back();
      for (size_t i = 1 + Below(2); i > 0; --i) {
        Change(&topic);
        tip = Commit(topic, {tip});
      }
      if (Chance(50)) {
        Change(&files);
        line_.push_back(Commit(files, {line_.back()}));
      }
      files = Merged(base, files, topic);
      line_.push_back(Commit(files, {line_.back(), tip}));
      continue;
    }
    for (size_t i = 1 + Below(3); i > 0; --i) Change(&files);
    line_.push_back(Commit(files, {line_.back()}));
  }
  stream_ += "done\n";
  return std::move(stream_);
}

}  // namespace backgraft::commands
