#include "git/dotgit.h"

#include <array>
#include <cstdint>

namespace backgraft::git {
namespace {

// Names are C strings to git: everything behind the end reads as NUL.
unsigned char At(std::string_view name, size_t i) {
  return i < name.size() ? static_cast<unsigned char>(name[i]) : 0;
}

unsigned char Lower(unsigned char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<unsigned char>(c + 32) : c;
}

bool StartsWithNoCase(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  for (size_t i = 0; i < lower.size(); ++i) {
    if (Lower(At(text, i)) != static_cast<unsigned char>(lower[i])) {
      return false;
    }
  }
  return true;
}

// The code point at *pos, which is moved behind it; 0 at the end and where the
// bytes are not UTF-8 (git's pick_one_utf8_char).
uint32_t NextCodePoint(std::string_view name, size_t* pos) {
  size_t i = *pos;
  uint32_t a = At(name, i);
  uint32_t b = At(name, i + 1);
  uint32_t c = At(name, i + 2);
  uint32_t d = At(name, i + 3);
  auto continues = [](uint32_t byte) { return (byte & 0xc0) == 0x80; };
  if (a < 0x80) {
    *pos = i + 1;
    return a;
  }
  if ((a & 0xe0) == 0xc0) {
    if (!continues(b) || (a & 0xfe) == 0xc0) return 0;
    *pos = i + 2;
    return (a & 0x1f) << 6 | (b & 0x3f);
  }
  if ((a & 0xf0) == 0xe0) {
    bool overlong = a == 0xe0 && (b & 0xe0) == 0x80;
    bool surrogate = a == 0xed && (b & 0xe0) == 0xa0;
    bool noncharacter = a == 0xef && b == 0xbf && (c & 0xfe) == 0xbe;
    if (!continues(b) || !continues(c) || overlong || surrogate ||
        noncharacter) {
      return 0;
    }
    *pos = i + 3;
    return (a & 0x0f) << 12 | (b & 0x3f) << 6 | (c & 0x3f);
  }
  if ((a & 0xf8) == 0xf0) {
    bool overlong = a == 0xf0 && (b & 0xf0) == 0x80;
    bool too_large = (a == 0xf4 && b > 0x8f) || a > 0xf4;
    if (!continues(b) || !continues(c) || !continues(d) || overlong ||
        too_large) {
      return 0;
    }
    *pos = i + 4;
    return (a & 0x07) << 18 | (b & 0x3f) << 12 | (c & 0x3f) << 6 | (d & 0x3f);
  }
  return 0;
}

// The same without the code points that HFS+ ignores in names.
uint32_t NextHfsChar(std::string_view name, size_t* pos) {
  for (;;) {
    uint32_t c = NextCodePoint(name, pos);
    bool ignored = (c >= 0x200c && c <= 0x200f) ||
                   (c >= 0x202a && c <= 0x202e) ||
                   (c >= 0x206a && c <= 0x206f) || c == 0xfeff;
    if (!ignored) return c;
  }
}

bool IsHfsDot(std::string_view name, std::string_view needle) {
  size_t pos = 0;
  if (NextHfsChar(name, &pos) != '.') return false;
  for (char expected : needle) {
    uint32_t c = NextHfsChar(name, &pos);
    if (c > 127 || Lower(static_cast<unsigned char>(c)) !=
                       static_cast<unsigned char>(expected)) {
      return false;
    }
  }
  // Bytes that are no UTF-8 end the name, as in git.
  uint32_t c = NextHfsChar(name, &pos);
  return c == 0 || c == '/';
}

// Whether NTFS drops everything from `i` on: dots, spaces and a stream name.
bool OnlyIgnoredByNtfs(std::string_view name, size_t i) {
  for (;; ++i) {
    unsigned char c = At(name, i);
    if (c == 0 || c == ':') return true;
    if (c != ' ' && c != '.') return false;
  }
}

// `prefix` is what the 8.3 name starts with once ~1 to ~4 are taken: six
// characters of a hash.
bool IsNtfsDot(std::string_view name, std::string_view needle,
               std::string_view prefix) {
  if (At(name, 0) == '.' && StartsWithNoCase(name.substr(1), needle)) {
    return OnlyIgnoredByNtfs(name, needle.size() + 1);
  }
  if (StartsWithNoCase(name, needle.substr(0, 6)) && At(name, 6) == '~' &&
      At(name, 7) >= '1' && At(name, 7) <= '4') {
    return OnlyIgnoredByNtfs(name, 8);
  }
  bool saw_tilde = false;
  for (size_t i = 0; i < 8; ++i) {
    unsigned char c = At(name, i);
    if (c == 0) return false;
    if (saw_tilde) {
      if (c < '0' || c > '9') return false;
    } else if (c == '~') {
      ++i;
      if (At(name, i) < '1' || At(name, i) > '9') return false;
      saw_tilde = true;
    } else if (i >= 6 || c >= 0x80 ||
               Lower(c) != static_cast<unsigned char>(prefix[i])) {
      return false;
    }
  }
  return OnlyIgnoredByNtfs(name, 8);
}

struct DotFileNames {
  std::string_view name;
  std::string_view short_prefix;
};

// In the order of DotFile.
constexpr std::array<DotFileNames, 4> kDotFiles = {{
    {"gitmodules", "gi7eba"},
    {"gitattributes", "gi7d29"},
    {"gitignore", "gi250a"},
    {"mailmap", "maba30"},
}};

}  // namespace

bool IsHfsDotGit(std::string_view name) { return IsHfsDot(name, "git"); }

bool IsNtfsDotGit(std::string_view name) {
  size_t i;
  if (StartsWithNoCase(name, ".git")) {
    i = 4;
  } else if (StartsWithNoCase(name, "git~1")) {
    i = 5;
  } else {
    return false;
  }
  for (;; ++i) {
    unsigned char c = At(name, i);
    if (c == 0 || c == '/' || c == '\\' || c == ':') return true;
    if (c != '.' && c != ' ') return false;
  }
}

bool IsHfsDotFile(std::string_view name, DotFile file) {
  return IsHfsDot(name, kDotFiles[static_cast<size_t>(file)].name);
}

bool IsNtfsDotFile(std::string_view name, DotFile file) {
  const DotFileNames& names = kDotFiles[static_cast<size_t>(file)];
  return IsNtfsDot(name, names.name, names.short_prefix);
}

bool IsDotFile(std::string_view name, DotFile file) {
  return IsHfsDotFile(name, file) || IsNtfsDotFile(name, file);
}

bool IsDotGitAnywhere(std::string_view component) {
  if (IsHfsDotGit(component) || IsNtfsDotGit(component)) return true;
  for (size_t i = component.find('\\'); i != std::string_view::npos;
       i = component.find('\\', i + 1)) {
    if (IsNtfsDotGit(component.substr(i + 1))) return true;
  }
  return false;
}

bool IsDotGitmodulesAnywhere(std::string_view component) {
  if (IsDotFile(component, DotFile::kGitmodules)) return true;
  for (size_t i = component.find('\\'); i != std::string_view::npos;
       i = component.find('\\', i + 1)) {
    if (IsNtfsDotFile(component.substr(i + 1), DotFile::kGitmodules)) {
      return true;
    }
  }
  return false;
}

}  // namespace backgraft::git
