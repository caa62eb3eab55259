#include "archive/memory_source.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "archive/reader.h"
#include "base/error.h"
#include "testing/process.h"

namespace backgraft::archive {

size_t MemorySource::Read(std::span<std::byte> buffer) {
  const size_t size = std::min({buffer.size(), chunk_, bytes_.size() - at_});
  std::memcpy(buffer.data(), bytes_.data() + at_, size);
  at_ += size;
  return size;
}

std::vector<ReadEntry> ReadArchive(const std::string& bytes,
                                   const Limits& limits) {
  MemorySource source(bytes);
  const std::unique_ptr<Reader> reader = OpenArchive(source, limits);
  std::vector<ReadEntry> out;
  while (std::optional<Entry> entry = reader->Next()) {
    std::string content;
    for (ByteSpan piece = reader->Read(); !piece.empty();
         piece = reader->Read()) {
      content += AsText(piece);
    }
    out.push_back({std::move(*entry), std::move(content)});
  }
  return out;
}

std::string Refusal(const std::string& bytes, const Limits& limits) {
  try {
    ReadArchive(bytes, limits);
  } catch (const Error& e) {
    if (e.kind() == ErrorKind::kBadSource) return e.what();
    return "kind " + std::to_string(static_cast<int>(e.kind())) + ": " +
           e.what();
  }
  return "";
}

std::string RefusalHint(const std::string& bytes, const Limits& limits) {
  try {
    ReadArchive(bytes, limits);
  } catch (const Error& e) {
    std::string hints;
    for (const std::string& hint : e.hints()) hints += hint + "\n";
    return hints;
  }
  return "";
}

std::string CompressWith(const std::string& program, const std::string& bytes) {
  testing::ProcessOptions options;
  options.input = bytes;
  std::vector<std::string> argv = {program, "-c"};
  if (program == "gzip") argv.push_back("-n");
  const testing::ProcessResult result = testing::Run(argv, options);
  if (result.status != 0) {
    throw std::runtime_error(program + " failed: " + result.err);
  }
  return result.out;
}

}  // namespace backgraft::archive
