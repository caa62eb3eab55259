// Everything that OpenArchive() reads: sniffing, decoders, tar, zip. The first
// byte of an input says how the rest is meant: 'c' puts the checksums of tar
// headers right first, which a fuzzer would hardly ever guess.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "archive/reader.h"
#include "archive/root.h"
#include "archive/tar_header.h"
#include "base/error.h"

namespace backgraft::archive {
namespace {

class InputSource : public ByteSource {
 public:
  explicit InputSource(std::string_view bytes) : rest_(bytes) {}
  size_t Read(std::span<std::byte> buffer) override {
    const size_t size = std::min(buffer.size(), rest_.size());
    std::memcpy(buffer.data(), rest_.data(), size);
    rest_.remove_prefix(size);
    return size;
  }
  const std::string& name() const override { return name_; }

 private:
  std::string_view rest_;
  const std::string name_ = "input";
};

void FixChecksums(std::string* bytes) {
  for (size_t at = 0; at + kTarBlock <= bytes->size(); at += kTarBlock) {
    if (bytes->compare(at + 257, 5, "ustar") != 0) continue;
    bytes->replace(at + 148, 8, "        ");
    unsigned sum = 0;
    for (size_t i = 0; i < kTarBlock; ++i) {
      sum += static_cast<unsigned char>((*bytes)[at + i]);
    }
    for (size_t digit = 6; digit-- > 0; sum /= 8) {
      (*bytes)[at + 148 + digit] = static_cast<char>('0' + sum % 8);
    }
    (*bytes)[at + 154] = '\0';
  }
}

// What callers rely on, of every entry that comes out.
void CheckEntry(const Entry& entry) {
  const std::string& path = entry.path;
  const std::string framed = "/" + path + "/";
  Require(path.find('\0') == std::string::npos, "a path holds no NUL");
  Require(path.empty() || framed.find("//") == std::string::npos,
          "a path is plain and relative");
  Require(framed.find("/../") == std::string::npos, "a path stays below");
  Require(framed.find("/./") == std::string::npos, "a path is plain");
  Require(!path.empty() || entry.kind == EntryKind::kDirectory,
          "the root is a directory");
  Require(path.size() <= 4095, "a path has a limit");
  Require(entry.kind == EntryKind::kRegular || entry.size == 0,
          "only files have content");
}

void ReadAll(std::string_view bytes) {
  Limits limits;
  limits.total_bytes = uint64_t{16} << 20;
  limits.ratio_after = uint64_t{1} << 20;
  limits.entries = 2000;
  InputSource source(bytes);
  RootFinder root("input");
  const std::unique_ptr<Reader> reader = OpenArchive(source, limits);
  for (size_t i = 0; std::optional<Entry> entry = reader->Next(); ++i) {
    CheckEntry(*entry);
    root.Add(entry->path, entry->kind);
    if (i % 3 == 2) continue;  // content that nobody reads is checked too
    uint64_t size = 0;
    for (ByteSpan piece = reader->Read(); !piece.empty();
         piece = reader->Read()) {
      size += piece.size();
    }
    Require(size == entry->size, "an entry has as much content as it says");
  }
  root.Finish();
}

}  // namespace
}  // namespace backgraft::archive

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'c') backgraft::archive::FixChecksums(&bytes);
  try {
    backgraft::archive::ReadAll(bytes);
  } catch (const backgraft::Error& e) {
    if (e.kind() != backgraft::ErrorKind::kBadSource) throw;
  }
  return 0;
}
