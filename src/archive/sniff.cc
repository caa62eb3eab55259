#include "archive/sniff.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <optional>
#include <string_view>

#include "archive/dumper_message.h"
#include "archive/tar_header.h"
#include "base/error.h"

namespace backgraft::archive {
namespace {

using namespace std::string_view_literals;

// Enough for a tar header and for the comments before a dump's first statement.
constexpr size_t kLook = size_t{4} << 10;
// A bzip2 block yields nothing before all of it is there: at most 900 kB and a
// little of overhead.
constexpr size_t kMostCompressed = size_t{2} << 20;

struct Magic {
  std::string_view bytes;
  const char* looks_like;
};
constexpr std::array kForeign = {
    Magic{"7z\xbc\xaf\x27\x1c"sv, "a 7-Zip archive"},
    Magic{"Rar!\x1a\x07"sv, "a RAR archive"},
    Magic{"\x1f\x9d"sv, "a file compressed by compress(1)"},
    Magic{"\x1f\xa0"sv, "a file compressed by compress(1)"},
    Magic{"LZIP"sv, "an lzip file"},
    Magic{"\x04\x22\x4d\x18"sv, "an LZ4 file"},
    Magic{"\x5d\x00\x00"sv, "an LZMA file"},
    Magic{"070701"sv, "a cpio archive"},
    Magic{"070702"sv, "a cpio archive"},
    Magic{"070707"sv, "a cpio archive"},
    Magic{"\xc7\x71"sv, "a cpio archive"},
    Magic{"!<arch>\n"sv, "an ar archive or Debian package"},
    Magic{"PACK"sv, "a git pack"},
    Magic{"%PDF-"sv, "a PDF document"},
    Magic{"\x7f"
          "ELF"sv,
          "a program"},
    Magic{"SQLite format 3\0"sv, "an SQLite database"},
    Magic{"PK\x07\x08"sv, "a part of a split zip file"},
};

std::optional<Compression> FindCompression(std::string_view head) {
  if (head.starts_with("\x1f\x8b"sv)) return Compression::kGzip;
  if (head.size() >= 4 && head.starts_with("BZh"sv) && head[3] >= '1' &&
      head[3] <= '9') {
    return Compression::kBzip2;
  }
  if (head.starts_with("\xfd"
                       "7zXZ\0"sv)) {
    return Compression::kXz;
  }
  if (head.starts_with("\x28\xb5\x2f\xfd"sv)) return Compression::kZstd;
  // A skippable frame, which pzstd puts first.
  if (head.size() >= 4 && (head[0] & '\xf0') == '\x50' &&
      head.substr(1, 3) == "\x2a\x4d\x18"sv) {
    return Compression::kZstd;
  }
  return std::nullopt;
}

const char* NameOf(Compression compression) {
  switch (compression) {
    case Compression::kNone:
      return "a plain file";
    case Compression::kGzip:
      return "a gzip file";
    case Compression::kBzip2:
      return "a bzip2 file";
    case Compression::kXz:
      return "an xz file";
    case Compression::kZstd:
      return "a zstd file";
  }
  return "";
}

const char* Suffix(Compression compression) {
  switch (compression) {
    case Compression::kNone:
      return "";
    case Compression::kGzip:
      return ".gz";
    case Compression::kBzip2:
      return ".bz2";
    case Compression::kXz:
      return ".xz";
    case Compression::kZstd:
      return ".zst";
  }
  return "";
}

bool StartsWithNoCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) {
                      return std::tolower(static_cast<unsigned char>(a)) ==
                             std::tolower(static_cast<unsigned char>(b));
                    });
}

std::string_view SkipSpace(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf"sv)) text.remove_prefix(3);
  const size_t at = text.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? std::string_view() : text.substr(at);
}

bool IsPage(std::string_view text) {
  text = SkipSpace(text);
  return StartsWithNoCase(text, "<!doctype") ||
         StartsWithNoCase(text, "<html") || StartsWithNoCase(text, "<?xml") ||
         StartsWithNoCase(text, "<error");
}

// The first statement behind the comments is one that dumps begin with.
bool IsSqlDump(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return false;
  bool says_so = false;
  for (;;) {
    text = SkipSpace(text);
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (!text.starts_with("--") && !text.starts_with("#") &&
        DumperMessageOf(line) == DumperMessage::kNone) {
      break;
    }
    says_so = says_so || line.find("SQL dump") != std::string_view::npos ||
              line.find("MariaDB dump") != std::string_view::npos ||
              line.find("SQL Dump") != std::string_view::npos;
    if (end == std::string_view::npos) return says_so;
    text.remove_prefix(end);
  }
  if (text.empty()) return says_so;
  constexpr std::array kHeads = {
      "/*!"sv,           "/*m!"sv,           "create table"sv,
      "drop table"sv,    "insert into"sv,    "create database"sv,
      "set names"sv,     "set sql_mode"sv,   "set foreign_key_checks"sv,
      "lock tables"sv,   "delimiter"sv,      "start transaction;"sv,
      "use `"sv,         "set @@"sv,         "set @"sv,
      "set time_zone"sv, "set autocommit"sv, "replace into"sv};
  return says_so || std::any_of(kHeads.begin(), kHeads.end(),
                                [text](std::string_view head) {
                                  return StartsWithNoCase(text, head);
                                });
}

// A header with a good checksum, one with the magic (damaged, but still a tar),
// or the zero blocks of a tar without entries.
bool IsTar(std::string_view head) {
  if (head.size() < kTarBlock) return false;
  const std::span<const std::byte, kTarBlock> block(
      AsBytes(head).first(kTarBlock));
  return IsZeroBlock(block) || HasTarChecksum(block) ||
         head.substr(257, 5) == "ustar";
}

void FindContainer(std::string_view head, SourceType* type) {
  const auto set = [type](Container container, const char* looks_like) {
    type->container = container;
    type->looks_like = looks_like;
  };
  if (IsTar(head)) return set(Container::kTar, "a tar archive");
  if (head.starts_with("PK\x03\x04"sv) || head.starts_with("PK\x05\x06"sv)) {
    return set(Container::kZip, "a zip file");
  }
  if (head.starts_with("# v2 git bundle\n"sv) ||
      head.starts_with("# v3 git bundle\n"sv)) {
    return set(Container::kBundle, "a git bundle");
  }
  if (IsPage(head)) return set(Container::kPage, "an HTML or XML page");
  if (IsSqlDump(head)) return set(Container::kSql, "a database dump");
  for (const Magic& magic : kForeign) {
    if (head.starts_with(magic.bytes)) {
      return set(Container::kUnknown, magic.looks_like);
    }
  }
  if (head.empty()) return set(Container::kUnknown, "nothing");
  const bool text = std::none_of(head.begin(), head.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' &&
           c != '\r';
  });
  set(Container::kUnknown, text ? "a text file" : "unknown data");
}

// The bytes that were peeked at, for a decoder.
class HeadSource : public ByteSource {
 public:
  HeadSource(ByteSpan bytes, const std::string& name)
      : rest_(bytes), name_(name) {}
  size_t Read(std::span<std::byte> buffer) override {
    const size_t size = std::min(buffer.size(), rest_.size());
    if (size > 0) std::memcpy(buffer.data(), rest_.data(), size);
    rest_ = rest_.subspan(size);
    return size;
  }
  const std::string& name() const override { return name_; }

 private:
  ByteSpan rest_;
  const std::string& name_;
};

// Up to kLook bytes of what the first bytes of `source` decompress to.
std::string DecompressHead(PeekableSource& source, Compression compression) {
  std::string out;
  for (size_t size = size_t{64} << 10; size <= kMostCompressed; size *= 2) {
    out.clear();
    const ByteSpan head = source.Peek(size);
    HeadSource bytes(head, source.name());
    InputBuffer input(bytes, source.name(), size);
    const std::unique_ptr<Decoder> decoder = MakeDecoder(compression, input);
    try {
      // One byte at a time at first: a decoder that throws for the missing rest
      // must not take with it what it could have delivered.
      std::byte byte;
      while (out.size() < kLook && decoder->Decode({&byte, 1}) == 1) {
        out.push_back(static_cast<char>(byte));
      }
      return out;
    } catch (const Error& e) {
      // The head is cut off by us, or the data is damaged: the reader will say.
      if (e.kind() != ErrorKind::kBadSource) throw;
    }
    if (out.size() >= kTarBlock || head.size() < size) break;
  }
  return out;
}

}  // namespace

std::string SourceType::format() const {
  const char* base = "";
  switch (container) {
    case Container::kTar:
      base = "tar";
      break;
    case Container::kZip:
      base = "zip";
      break;
    case Container::kSql:
      base = "sql";
      break;
    case Container::kBundle:
      base = "bundle";
      break;
    case Container::kUnknown:
    case Container::kPage:
      return "";
  }
  return std::string(base) + Suffix(compression);
}

SourceType Sniff(PeekableSource& source) {
  SourceType type;
  const std::string_view head = AsText(source.Peek(kLook));
  const std::optional<Compression> compression = FindCompression(head);
  if (!compression) {
    FindContainer(head, &type);
    return type;
  }
  type.compression = *compression;
  const std::string inner = DecompressHead(source, *compression);
  if (const std::optional<Compression> second = FindCompression(inner)) {
    type.looks_like =
        std::string(NameOf(*second)) + " inside " + NameOf(*compression);
    return type;
  }
  FindContainer(inner, &type);
  type.looks_like += std::string(" inside ") + NameOf(*compression);
  return type;
}

}  // namespace backgraft::archive
