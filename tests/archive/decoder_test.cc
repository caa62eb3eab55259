#include "archive/decoder.h"

#include <gtest/gtest.h>

#include <optional>

#include "archive/memory_source.h"
#include "archive/zip_builder.h"
#include "base/error.h"
#include "testing/process.h"

namespace backgraft::archive {
namespace {

struct Format {
  Compression compression;
  const char* program;
  const char* name;  // in messages
};

void PrintTo(const Format& format, std::ostream* out) {
  *out << format.program;
}

// Everything `compressed` decodes to, read in pieces of `in` bytes and written
// in pieces of `out` bytes.
std::string DecodeAll(Compression compression, const std::string& compressed,
                      size_t in = 4096, size_t out = 4096) {
  MemorySource source(compressed, in);
  InputBuffer input(source, "'x'", in);
  const std::unique_ptr<Decoder> decoder = MakeDecoder(compression, input);
  std::string buffer(out, '\0');
  std::string all;
  while (const size_t size =
             decoder->Decode(std::as_writable_bytes(std::span(buffer)))) {
    all.append(buffer, 0, size);
  }
  return all;
}

// What it decodes to, or nothing where it is refused.
std::optional<std::string> TryDecode(Compression compression,
                                     const std::string& compressed) {
  try {
    return DecodeAll(compression, compressed);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kBadSource) << e.what();
    return std::nullopt;
  }
}

std::string Message(Compression compression, const std::string& compressed) {
  try {
    DecodeAll(compression, compressed);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

// Text that compresses, with some noise: matches, literals and several blocks.
std::string SampleText(size_t size) {
  std::string text;
  uint32_t noise = 1;
  while (text.size() < size) {
    noise = noise * 1664525 + 1013904223;
    text += "line " + std::to_string(noise % 1000) + " of the sample\n";
    if (noise % 7 == 0) text += static_cast<char>(noise >> 24);
  }
  text.resize(size);
  return text;
}

class DecoderTest : public ::testing::TestWithParam<Format> {
 protected:
  std::string Compress(const std::string& bytes) const {
    return CompressWith(GetParam().program, bytes);
  }
  Compression compression() const { return GetParam().compression; }
  std::string Says(const std::string& what) const {
    return std::string("'x': the ") + GetParam().name + " data " + what;
  }
};

TEST_P(DecoderTest, DecodesWhateverThePiecesAre) {
  const std::string text = SampleText(300000);
  const std::string compressed = Compress(text);
  for (const size_t in : {size_t{1}, size_t{7}, size_t{512}, size_t{300000}}) {
    for (const size_t out : {size_t{13}, size_t{4096}, size_t{400000}}) {
      ASSERT_EQ(DecodeAll(compression(), compressed, in, out), text)
          << in << " " << out;
    }
  }
}

TEST_P(DecoderTest, DecodesNothing) {
  EXPECT_EQ(DecodeAll(compression(), Compress("")), "");
}

TEST_P(DecoderTest, DecodesEveryMember) {
  EXPECT_EQ(DecodeAll(compression(),
                      Compress("one ") + Compress("") + Compress("two")),
            "one two");
}

TEST_P(DecoderTest, RefusesEveryPrefix) {
  const std::string compressed = Compress(SampleText(200));
  for (size_t size = 1; size < compressed.size(); ++size) {
    ASSERT_EQ(TryDecode(compression(), compressed.substr(0, size)),
              std::nullopt)
        << size;
  }
  EXPECT_EQ(Message(compression(), compressed.substr(0, compressed.size() / 2)),
            Says("is cut off"));
}

TEST_P(DecoderTest, RefusesEveryBitFlipOrYieldsTheSame) {
  const std::string text = SampleText(200);
  const std::string compressed = Compress(text);
  size_t refused = 0;
  for (size_t bit = 0; bit < compressed.size() * 8; ++bit) {
    std::string flipped = compressed;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const std::optional<std::string> out = TryDecode(compression(), flipped);
    if (out) {
      ASSERT_EQ(*out, text) << "bit " << bit;
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, compressed.size() * 8 / 2);
}

TEST_P(DecoderTest, RefusesBytesThatFollow) {
  const std::string compressed = Compress("text");
  for (const std::string& rest :
       {std::string("x"), std::string("trailing junk that is longer"),
        std::string("\0\0\0\0x", 5), compressed.substr(0, 5)}) {
    EXPECT_EQ(TryDecode(compression(), compressed + rest), std::nullopt)
        << rest;
  }
  // liblzma does not say which it is.
  EXPECT_EQ(Message(compression(), compressed + "trailing junk"),
            compression() == Compression::kXz
                ? Says("is damaged")
                : "'x': bytes that do not belong to it follow the " +
                      std::string(GetParam().name) + " data");
}

INSTANTIATE_TEST_SUITE_P(
    Formats, DecoderTest,
    ::testing::Values(Format{Compression::kGzip, "gzip", "gzip"},
                      Format{Compression::kBzip2, "bzip2", "bzip2"},
                      Format{Compression::kXz, "xz", "xz"},
                      Format{Compression::kZstd, "zstd", "zstd"}),
    [](const auto& test) { return std::string(test.param.program); });

// A gzip header with every optional field, in front of the deflate data and
// trailer that gzip(1) makes.
std::string FullHeader(const std::string& text, const std::string& crc) {
  return std::string("\x1f\x8b\x08\x1e\0\0\0\0\0\x03", 10) +
         std::string("\x04\0abcd", 6) + std::string("name\0", 5) +
         std::string("comment\0", 8) + crc +
         CompressWith("gzip", text).substr(10);
}

TEST(GzipDecoderTest, ChecksTheHeadersOwnChecksum) {
  const uint32_t crc = Crc32(FullHeader("text", "").substr(0, 29));
  const std::string good = {static_cast<char>(crc & 255),
                            static_cast<char>(crc >> 8 & 255)};
  testing::ProcessOptions options;
  options.input = FullHeader("text", good);
  EXPECT_EQ(testing::Run({"gzip", "-dc"}, options).out, "text");
  EXPECT_EQ(DecodeAll(Compression::kGzip, FullHeader("text", good)), "text");
  const std::string bad = {static_cast<char>(good[0] ^ 1), good[1]};
  EXPECT_EQ(Message(Compression::kGzip, FullHeader("text", bad)),
            "'x': the gzip header has a wrong checksum");
}

TEST(GzipDecoderTest, AcceptsZeroPaddingAsGzipDoes) {
  const std::string padded =
      CompressWith("gzip", "text") + std::string(1000, '\0');
  testing::ProcessOptions options;
  options.input = padded;
  ASSERT_EQ(testing::Run({"gzip", "-dc"}, options).status, 0);
  EXPECT_EQ(DecodeAll(Compression::kGzip, padded), "text");
}

TEST(GzipDecoderTest, RefusesWrongLengthAndChecksum) {
  const std::string good = CompressWith("gzip", "text");
  for (size_t i = 1; i <= 8; ++i) {
    std::string bad = good;
    bad[bad.size() - i] = static_cast<char>(bad[bad.size() - i] ^ 1);
    EXPECT_EQ(Message(Compression::kGzip, bad),
              "'x': the gzip data is damaged: wrong checksum or length");
  }
}

TEST(GzipDecoderTest, RefusesReservedFlagsAndOtherMethods) {
  std::string bad = CompressWith("gzip", "text");
  bad[3] = '\x20';
  EXPECT_EQ(Message(Compression::kGzip, bad),
            "'x': the gzip header has reserved flags set");
  bad[3] = '\0';
  bad[2] = '\x07';
  EXPECT_EQ(Message(Compression::kGzip, bad),
            "'x': the gzip data uses an unknown compression method");
}

TEST(ZstdDecoderTest, PassesOverSkippableFrames) {
  const std::string skippable =
      std::string("\x50\x2a\x4d\x18\x03\0\0\0abc", 11);
  EXPECT_EQ(DecodeAll(Compression::kZstd,
                      skippable + CompressWith("zstd", "text") + skippable),
            "text");
}

TEST(ZstdDecoderTest, RefusesWindowsBeyondTheLimit) {
  // A frame header without a size whose window descriptor asks for 2 GiB.
  const std::string huge = std::string("\x28\xb5\x2f\xfd\x00\xa8\x01\0\0", 9);
  EXPECT_EQ(Message(Compression::kZstd, huge),
            "'x': the zstd data needs a window of more than 128 MiB");
}

TEST(XzDecoderTest, RefusesDictionariesBeyondTheLimit) {
  testing::ProcessOptions options;
  options.input = "text";
  const testing::ProcessResult result =
      testing::Run({"xz", "-c", "--lzma2=preset=0,dict=256MiB"}, options);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Message(Compression::kXz, result.out),
            "'x': the xz data needs more than 130 MiB of memory to decompress");
}

TEST(DeflateDecoderTest, ReadsExactlyOneStream) {
  const std::string gzip = CompressWith("gzip", SampleText(5000));
  const std::string raw = gzip.substr(10, gzip.size() - 18);
  const auto decode = [](const std::string& bytes, size_t chunk = 4096) {
    MemorySource source(bytes, chunk);
    InputBuffer input(source, "'x'", 4096);
    const std::unique_ptr<Decoder> decoder = MakeDeflateDecoder(input);
    std::string out(10000, '\0');
    out.resize(decoder->Decode(std::as_writable_bytes(std::span(out))));
    return out;
  };
  EXPECT_EQ(decode(raw), SampleText(5000));
  EXPECT_EQ(decode(raw, 1), SampleText(5000));
  for (const size_t extra : {1U, 4U, 9U, 5000U}) {
    EXPECT_THROW(decode(raw + std::string(extra, 'x')), Error) << extra;
    EXPECT_THROW(decode(raw + std::string(extra, 'x'), 1), Error) << extra;
  }
  EXPECT_THROW(decode(raw.substr(0, raw.size() - 1)), Error);
}

}  // namespace
}  // namespace backgraft::archive
