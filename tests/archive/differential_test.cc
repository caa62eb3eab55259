// The readers against libarchive, bsdtar's library, over archives that the
// usual programs write: the same entries and bytes.
#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <memory>
#include <stdexcept>

#include "archive/memory_source.h"
#include "base/io.h"
#include "base/sha.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::archive {
namespace {

struct ArchiveDeleter {
  void operator()(::archive* handle) const noexcept {
    archive_read_free(handle);
  }
};
using Archive = std::unique_ptr<::archive, ArchiveDeleter>;

std::string Plain(std::string path) {
  if (path.starts_with("./")) path.erase(0, 2);
  while (path.ends_with('/')) path.pop_back();
  return path == "." ? "" : path;
}

std::string Describe(const ReadEntry& read) {
  Sha256 hash;
  hash.Update(AsBytes(read.content));
  const Entry& entry = read.entry;
  // Where none is recorded, libarchive makes up 0664 and we 0644.
  const unsigned mode = entry.mode & ~022U;
  return entry.path + " kind " + std::to_string(static_cast<int>(entry.kind)) +
         " mode " + std::to_string(mode) + " time " +
         std::to_string(entry.mtime) + " link " + entry.link_target + " size " +
         std::to_string(entry.size) + " sha256 " + Hex(hash.Finish());
}

EntryKind KindOf(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return EntryKind::kHardlink;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return EntryKind::kRegular;
    case AE_IFDIR:
      return EntryKind::kDirectory;
    case AE_IFLNK:
      return EntryKind::kSymlink;
    case AE_IFIFO:
      return EntryKind::kFifo;
    default:
      return EntryKind::kDevice;
  }
}

std::vector<std::string> ByLibarchive(const std::string& path) {
  // Or it would stop at names that are not ASCII.
  if (setlocale(LC_CTYPE, "C.UTF-8") == nullptr) {
    throw std::runtime_error("no locale C.UTF-8");
  }
  const Archive in(archive_read_new());
  archive_read_support_filter_all(in.get());
  archive_read_support_format_tar(in.get());
  archive_read_support_format_zip_seekable(in.get());
  if (archive_read_open_filename(in.get(), path.c_str(), 65536) != ARCHIVE_OK) {
    throw std::runtime_error(archive_error_string(in.get()));
  }
  std::vector<std::string> out;
  archive_entry* header = nullptr;
  while (archive_read_next_header(in.get(), &header) == ARCHIVE_OK) {
    ReadEntry read;
    Entry& entry = read.entry;
    entry.path = Plain(archive_entry_pathname(header));
    entry.kind = KindOf(header);
    entry.mode = archive_entry_perm(header);
    entry.mtime = archive_entry_mtime(header);
    if (entry.kind == EntryKind::kHardlink) {
      entry.link_target = Plain(archive_entry_hardlink(header));
    } else if (entry.kind == EntryKind::kSymlink) {
      entry.link_target = archive_entry_symlink(header);
    } else if (entry.kind == EntryKind::kRegular) {
      entry.size = static_cast<uint64_t>(archive_entry_size(header));
    }
    std::string buffer(1 << 16, '\0');
    for (;;) {
      const la_ssize_t got =
          archive_read_data(in.get(), buffer.data(), buffer.size());
      if (got < 0) throw std::runtime_error(archive_error_string(in.get()));
      if (got == 0) break;
      read.content.append(buffer, 0, static_cast<size_t>(got));
    }
    out.push_back(Describe(read));
  }
  return out;
}

std::vector<std::string> ByUs(const std::string& path) {
  std::vector<std::string> out;
  for (const ReadEntry& read : ReadArchive(ReadFile(path))) {
    out.push_back(Describe(read));
  }
  return out;
}

// A tree with what names and files can be like. `short_names` for v7, which
// has 100 bytes and no more.
void MakeTree(const testing::TempDir& temp, bool short_names) {
  std::string big;
  for (int i = 0; i < 60000; ++i) big += std::to_string(i * 7919) + "\n";
  temp.Write("tree/empty", "");
  temp.Write("tree/block", std::string(512, 'b'));
  temp.Write("tree/almost", std::string(511, 'b'));
  temp.Write("tree/dir/big.txt", big);
  temp.Write("tree/caf\xc3\xa9 with space", "x");
  temp.Write("tree/back\\slash", "x");
  chmod(temp.Write("tree/run.sh", "#!/bin/sh\n").c_str(), 0755);
  chmod(temp.Write("tree/private", "secret").c_str(), 0600);
  if (!short_names) {
    temp.Write("tree/" + std::string(150, 'd') + "/" + std::string(200, 'f'),
               "long");
    temp.Write("tree/" + std::string(60, 'p') + "/" + std::string(60, 'q'),
               "prefix");
    ASSERT_EQ(symlink(std::string(180, 't').c_str(),
                      (temp / "tree/longlink").c_str()),
              0);
  }
  ASSERT_EQ(mkdir((temp / "tree/hollow").c_str(), 0750), 0);
  ASSERT_EQ(symlink("dir/big.txt", (temp / "tree/link").c_str()), 0);
  ASSERT_EQ(link((temp / "tree/block").c_str(), (temp / "tree/hard").c_str()),
            0);
  ASSERT_EQ(testing::Run({"find", temp / "tree", "-exec", "touch", "-h", "-d",
                          "@1600000000", "{}", "+"})
                .status,
            0);
}

struct Writer {
  const char* name;
  std::vector<std::string> command;  // the output's name is appended
  bool short_names = false;
};

void PrintTo(const Writer& writer, std::ostream* out) { *out << writer.name; }

class DifferentialTest : public ::testing::TestWithParam<Writer> {};

TEST_P(DifferentialTest, ReadsWhatLibarchiveReads) {
  const testing::TempDir temp;
  MakeTree(temp, GetParam().short_names);
  const std::string out = temp / "archive";
  std::vector<std::string> command = {"sh", "-c"};
  command.push_back(GetParam().command[0]);
  testing::ProcessOptions options;
  options.directory = temp.path();
  const testing::ProcessResult result = testing::Run(command, options);
  ASSERT_EQ(result.status, 0) << result.err;
  const std::vector<std::string> expected = ByLibarchive(out);
  ASSERT_GE(expected.size(), 10U);
  EXPECT_EQ(ByUs(out), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Writers, DifferentialTest,
    ::testing::Values(
        Writer{"gnu_v7", {"tar --format=v7 -cf archive tree"}, true},
        Writer{"gnu_ustar",
               {"tar --format=ustar -cf archive tree/e* tree/b* "
                "tree/dir tree/p* tree/hollow tree/link "
                "tree/hard"}},
        Writer{"gnu_gnu", {"tar --format=gnu -cf archive tree"}},
        Writer{"gnu_oldgnu", {"tar --format=oldgnu -cf archive tree"}},
        Writer{"gnu_pax", {"tar --format=pax -cf archive tree"}},
        Writer{"gnu_dot", {"tar -cf archive -C tree ."}},
        Writer{"gnu_gzip", {"tar -czf archive tree"}},
        Writer{"gnu_bzip2", {"tar -cjf archive tree"}},
        Writer{"gnu_xz", {"tar -cJf archive tree"}},
        Writer{"gnu_zstd", {"tar --zstd -cf archive tree"}},
        Writer{"bsd_pax", {"bsdtar --format=pax -cf archive tree"}},
        Writer{"bsd_restricted_pax", {"bsdtar -czf archive tree"}},
        Writer{"bsd_gnu", {"bsdtar --format=gnutar -cf archive tree"}},
        Writer{"bsd_v7", {"bsdtar --format=v7 -cf archive tree"}, true},
        Writer{"git_tar",
               {"cd tree && git init -q && git add . && git commit -qm x && "
                "git archive --prefix=site/ -o ../archive --format=tar HEAD"}},
        Writer{"git_zip",
               {"cd tree && git init -q && git add . && git commit -qm x && "
                "git archive --prefix=site/ -o ../archive --format=zip HEAD"}},
        Writer{"info_zip",
               {"zip -qry archive.zip tree; mv archive.zip "
                "archive"}},
        // It cannot store links into a pipe, wherever they come first.
        Writer{"info_zip_piped",
               {"find tree ! -type l | sort | zip -q - -@ | cat > archive"}},
        Writer{"info_zip_stored",
               {"zip -0qry archive.zip tree; mv archive.zip "
                "archive"}},
        Writer{"info_zip_bzip2",
               {"zip -qry -Z bzip2 archive.zip tree; mv "
                "archive.zip archive"}},
        Writer{"bsd_zip", {"bsdtar --format=zip -cf archive tree"}}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace backgraft::archive
