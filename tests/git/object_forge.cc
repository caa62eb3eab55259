#include "object_forge.h"

#include <libdeflate.h>
#include <sys/stat.h>

#include <regex>
#include <sstream>
#include <stdexcept>

#include "testing/process.h"

namespace backgraft::testing {

using git::ObjectType;
using git::Oid;

std::string RawEntry(std::string_view mode, std::string_view name,
                     const Oid& oid) {
  std::string out(mode);
  out += ' ';
  out += name;
  out += '\0';
  out.append(reinterpret_cast<const char*>(oid.bytes.data()), 20);
  return out;
}

Oid MemoryObjects::Add(const RawObject& object) {
  Oid oid = object.oid();
  objects_.insert_or_assign(oid, git::Object{object.type, object.content});
  return oid;
}

bool MemoryObjects::Exists(const Oid& oid) const {
  return objects_.contains(oid);
}

std::optional<git::Object> MemoryObjects::Find(const Oid& oid) const {
  auto found = objects_.find(oid);
  if (found == objects_.end()) return std::nullopt;
  return found->second;
}

void InitBare(const std::string& directory) {
  Git(".", {"init", "-q", "--bare", "-b", "main", directory});
}

std::string LooseBytes(const std::string& header, const std::string& content) {
  std::string raw = header + '\0' + content;
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(1);
  std::string out(libdeflate_zlib_compress_bound(compressor, raw.size()), '\0');
  out.resize(libdeflate_zlib_compress(compressor, raw.data(), raw.size(),
                                      out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

void WriteLoose(const std::string& repository, const RawObject& object) {
  std::string hex = object.oid().Hex();
  std::string directory = repository + "/objects/" + hex.substr(0, 2);
  mkdir(directory.c_str(), 0777);
  std::string bytes = LooseBytes(std::string(git::TypeName(object.type)) + " " +
                                     std::to_string(object.content.size()),
                                 object.content);
  FILE* file = fopen((directory + "/" + hex.substr(2)).c_str(), "wb");
  if (file == nullptr ||
      fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) {
    throw std::runtime_error("cannot write a loose object");
  }
  fclose(file);
}

Findings GitFsck(const std::string& repository) {
  ProcessResult result =
      Run({"git", "fsck", "--strict", "--full", "--no-dangling"},
          {.directory = repository});
  static const std::regex kFinding(
      "^(error|warning) in (?:\\S+) ([0-9a-f]{40}): (\\w+): .*");
  static const std::regex kCorrupt(
      "^error: ([0-9a-f]{40}): object (?:corrupt|could not be parsed).*");
  Findings findings;
  std::istringstream lines(result.out + "\n" + result.err);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, kFinding)) {
      findings[Oid::MustFromHex(match.str(2))].insert(match.str(1) + " " +
                                                      match.str(3));
    } else if (std::regex_match(line, match, kCorrupt)) {
      findings[Oid::MustFromHex(match.str(1))].insert("error unparsable");
    }
  }
  return findings;
}

}  // namespace backgraft::testing
