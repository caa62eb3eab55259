#include "archive/tar_builder.h"

#include <array>
#include <cstdio>

namespace backgraft::archive {
namespace {

std::string Octal(uint64_t value, int digits) {
  std::array<char, 32> text;
  const int size = snprintf(text.data(), text.size(), "%0*llo", digits,
                            static_cast<unsigned long long>(value));
  return std::string(text.data(), static_cast<size_t>(size)) + '\0';
}

void SetChecksum(std::string* header) {
  header->replace(148, 8, "        ");
  unsigned sum = 0;
  for (size_t i = 0; i < 512; ++i) {
    sum += static_cast<unsigned char>((*header)[i]);
  }
  header->replace(148, 8, Octal(sum, 6) + ' ');
}

}  // namespace

std::string MakeTar(const TarMember& member) {
  std::string out(512, '\0');
  const auto put = [&out](size_t at, const std::string& bytes) {
    out.replace(at, bytes.size(), bytes);
  };
  put(0, member.name);
  put(100, Octal(member.mode, 7));
  put(108, Octal(0, 7));
  put(116, Octal(0, 7));
  put(124, member.raw_size.empty() ? Octal(member.content.size(), 11)
                                   : member.raw_size);
  put(136, Octal(member.mtime, 11));
  out[156] = member.type;
  put(157, member.link);
  put(257, member.magic);
  put(345, member.prefix);
  SetChecksum(&out);
  out += member.content;
  out.resize((out.size() + 511) / 512 * 512, '\0');
  return out;
}

std::string PatchHeader(std::string member, size_t offset,
                        std::string_view bytes) {
  member.replace(offset, bytes.size(), bytes);
  SetChecksum(&member);
  return member;
}

std::string MakePax(
    const std::vector<std::pair<std::string, std::string>>& records,
    char type) {
  std::string body;
  for (const auto& [key, value] : records) {
    // The length counts its own digits.
    size_t size = key.size() + value.size() + 3;
    size_t digits = std::to_string(size).size();
    if (std::to_string(size + digits).size() > digits) ++digits;
    body += std::to_string(size + digits) + " " + key + "=" + value + "\n";
  }
  return MakeTar({.name = "PaxHeaders/x", .content = body, .type = type});
}

std::string TarEnd() { return std::string(1024, '\0'); }

}  // namespace backgraft::archive
