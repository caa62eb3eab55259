#include "source/file_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

#include "base/error.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::source {
namespace {

std::string ReadAll(ByteSource& source, size_t piece = 70000) {
  std::string buffer(piece, '\0');
  std::string all;
  while (const size_t size =
             source.Read(std::as_writable_bytes(std::span(buffer)))) {
    all.append(buffer, 0, size);
  }
  return all;
}

std::string Refusal(const std::string& name) {
  try {
    const std::unique_ptr<HashingSource> source = Open(name);
    ReadAll(*source);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kBadSource) << e.what();
    return e.what();
  }
  return "";
}

// Standard input is `fd` for as long as this lives.
class StandardInput {
 public:
  explicit StandardInput(int fd) : saved_(dup(STDIN_FILENO)) {
    dup2(fd, STDIN_FILENO);
  }
  ~StandardInput() {
    dup2(saved_, STDIN_FILENO);
    close(saved_);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

 private:
  const int saved_;
};

struct Pipe {
  Pipe() {
    std::array<int, 2> ends;
    if (pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    in = UniqueFd(ends[0]);
    out = UniqueFd(ends[1]);
  }
  UniqueFd in;
  UniqueFd out;
};

TEST(FileSourceTest, ReadsAndHashesAFile) {
  const testing::TempDir temp;
  std::string bytes;
  for (int i = 0; i < 500000; ++i) bytes += std::to_string(i);
  const std::string path = temp.Write("file", bytes);
  const std::unique_ptr<HashingSource> source = Open(path);
  EXPECT_EQ(source->size(), bytes.size());
  EXPECT_GE(source->random_access_fd(), 0);
  EXPECT_EQ(source->name(), path);
  EXPECT_EQ(ReadAll(*source), bytes);
  const std::string expected = testing::Run({"sha256sum", path}).out;
  EXPECT_EQ(source->sha256(), expected.substr(0, 64));
  EXPECT_EQ(source->sha256(), expected.substr(0, 64));
}

TEST(FileSourceTest, HashesWhatNobodyRead) {
  const testing::TempDir temp;
  const std::string path = temp.Write("file", std::string(3000000, 'x'));
  const std::unique_ptr<HashingSource> source = Open(path);
  std::array<std::byte, 10> head;
  source->Read(head);
  // A file stays readable when a reader gave up.
  source->Cancel();
  EXPECT_EQ(source->sha256(),
            testing::Run({"sha256sum", path}).out.substr(0, 64));
}

TEST(FileSourceTest, ReadsAPipe) {
  Pipe pipe;
  const StandardInput input(pipe.in.get());
  const std::unique_ptr<HashingSource> source = Open("-");
  EXPECT_EQ(source->size(), std::nullopt);
  EXPECT_EQ(source->random_access_fd(), -1);
  std::thread writer([&pipe] {
    WriteAll(pipe.out.get(), AsBytes(std::string(1000000, 'p')), "pipe");
    pipe.out.Reset();
  });
  EXPECT_EQ(ReadAll(*source), std::string(1000000, 'p'));
  writer.join();
  EXPECT_EQ(source->sha256().size(), 64U);
}

TEST(FileSourceTest, ReadsStandardInputFromWhereItStands) {
  const testing::TempDir temp;
  const UniqueFd file = OpenFile(temp.Write("file", "skipped text"), O_RDONLY);
  const StandardInput input(file.get());
  EXPECT_GE(Open("-")->random_access_fd(), 0);
  ASSERT_EQ(lseek(file.get(), 8, SEEK_SET), 8);
  const std::unique_ptr<HashingSource> source = Open("-");
  EXPECT_EQ(source->random_access_fd(), -1);
  EXPECT_EQ(ReadAll(*source), "text");
}

TEST(FileSourceTest, ASilentPipeHoldsNobody) {
  Pipe pipe;
  const StandardInput input(pipe.in.get());
  { const std::unique_ptr<HashingSource> dropped = Open("-"); }
  const std::unique_ptr<HashingSource> source = Open("-");
  std::thread other([&source] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    source->Cancel();
  });
  EXPECT_THROW(ReadAll(*source), Error);
  EXPECT_THROW(ReadAll(*source), Error);
  other.join();
}

TEST(FileSourceTest, RefusesWhatIsNoSource) {
  const testing::TempDir temp;
  EXPECT_EQ(Refusal(temp / "missing"), "cannot open '" + (temp / "missing") +
                                           "': No such file or directory");
  try {
    Open(temp / "missing");
    ADD_FAILURE() << "it is not there";
  } catch (const Error& error) {
    EXPECT_EQ(error.hints(),
              std::vector<std::string>{"see what is there: ls -la '" +
                                       temp.path() + "/'"});
  }
  const std::string file = temp.Write("empty", "");
  EXPECT_EQ(Refusal(file), "'" + file + "': it is empty");
  EXPECT_EQ(Refusal(file + "/x"),
            "cannot open '" + file + "/x': Not a directory");
  EXPECT_EQ(Refusal(temp.path()), "'" + temp.path() + "': it is a directory");
  EXPECT_EQ(Refusal("/dev/null"), "'/dev/null': it is a device, not a file");
  EXPECT_EQ(Refusal("/dev/zero"), "'/dev/zero': it is a device, not a file");
  Pipe pipe;
  pipe.out.Reset();
  const StandardInput input(pipe.in.get());
  EXPECT_EQ(Refusal("-"), "'-': it is empty");
}

TEST(FileSourceTest, RefusesAFileThatChanges) {
  const testing::TempDir temp;
  const std::string path = temp.Write("file", std::string(8 << 20, 'x'));
  const std::unique_ptr<HashingSource> source = Open(path);
  std::array<std::byte, 10> head;
  source->Read(head);
  ASSERT_EQ(truncate(path.c_str(), 7 << 20), 0);
  EXPECT_THROW(ReadAll(*source), Error);
}

TEST(IsDirectoryTest, KnowsDirectoriesAndLinksToThem) {
  const testing::TempDir temp;
  ASSERT_EQ(symlink(".", (temp / "link").c_str()), 0);
  EXPECT_TRUE(IsDirectory(temp.path()));
  EXPECT_TRUE(IsDirectory(temp / "link"));
  EXPECT_FALSE(IsDirectory(temp.Write("file", "x")));
  EXPECT_FALSE(IsDirectory(temp / "missing"));
  EXPECT_FALSE(IsDirectory("-"));
}

}  // namespace
}  // namespace backgraft::source
