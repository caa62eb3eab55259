#include "git/journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>

#include "base/boot_time.h"
#include "base/directory_names.h"
#include "base/error.h"
#include "base/io.h"

namespace backgraft::git {
namespace {

namespace fs = std::filesystem;

constexpr char kOpen[] = ".open";
constexpr char kRecord[] = "record";
// The highest id that was forgotten.
constexpr char kLast[] = "last";
constexpr const char* kReserve[] = {"reserve-1", "reserve-2", "reserve-3"};

// Ids are numbers, so that their order is that of time; 0 for what is none.
uint64_t NumberOf(std::string_view id) {
  uint64_t number = 0;
  auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  const bool is_number = error == std::errc() && end == id.data() + id.size();
  return is_number && id.front() != '0' ? number : 0;
}

void RemoveTree(const std::string& directory) {
  std::error_code error;
  fs::remove_all(directory, error);
  if (error) ThrowErrno(error.value(), "cannot remove", directory);
}

void MakeDirectory(const std::string& path, unsigned mode) {
  if (mkdir(path.c_str(), mode) != 0 && errno != EEXIST)
    ThrowErrno(errno, "cannot make", path);
}

}  // namespace

OpenOperation::OpenOperation(std::string parent, std::string id)
    : parent_(std::move(parent)),
      id_(std::move(id)),
      directory_(parent_ + "/" + id_ + kOpen) {}

OpenOperation::OpenOperation(OpenOperation&& other) noexcept
    : parent_(std::move(other.parent_)),
      id_(std::move(other.id_)),
      directory_(std::exchange(other.directory_, "")),
      written_(other.written_) {}

OpenOperation::~OpenOperation() {
  if (directory_.empty() || written_) return;
  std::error_code ignored;  // a recovery removes what stays
  fs::remove_all(directory_, ignored);
  rmdir(parent_.c_str());
}

// As many files as locks and temporary ones are there at the same time while an
// operation is put back, with room for small files that it removed.
void OpenOperation::Reserve() const {
  const std::vector<std::byte> block(16384);
  for (const char* name : kReserve) {
    const std::string path = PathOf(name);
    const UniqueFd fd = OpenFile(path, O_WRONLY | O_CREAT);
    WriteAllAt(fd.get(), block, 0, path);
  }
}

void OpenOperation::FreeReserve() const {
  for (const char* name : kReserve) RemoveFile(PathOf(name));
}

void OpenOperation::Write(Operation operation) {
  if (!written_) Reserve();
  operation.boot = BootTime();
  // From here on something may have changed, also where this fails: the names
  // may have reached the disk.
  WriteFileDurably(PathOf(kRecord), SerializeOperation(operation));
  written_ = true;
  SyncDirectory(parent_);
}

void OpenOperation::Complete() {
  FreeReserve();
  const std::string done = parent_ + "/" + id_;
  if (rename(directory_.c_str(), done.c_str()) != 0)
    ThrowErrno(errno, "cannot rename", directory_);
  try {
    SyncDirectory(parent_);
  } catch (...) {
    // Not durable is not done.
    if (rename(done.c_str(), directory_.c_str()) != 0)
      ThrowErrno(errno, "cannot rename", done);
    throw;
  }
  directory_.clear();
}

void OpenOperation::Discard() {
  // Without a record the rest is nothing but litter.
  RemoveFile(PathOf(kRecord));
  SyncDirectory(directory_);
  written_ = false;
  RemoveTree(directory_);
  directory_.clear();
  rmdir(parent_.c_str());
}

std::vector<std::string> Journal::ListNames(const std::string& suffix) const {
  const std::string path = directory_ + "/ops";
  std::vector<std::string> ids;
  const UniqueFd directory(
      open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) {
    if (errno == ENOENT) return ids;
    ThrowErrno(errno, "cannot read", path);
  }
  for (const std::string& name : NamesIn(directory.get(), path)) {
    if (!name.ends_with(suffix)) continue;
    std::string id = name.substr(0, name.size() - suffix.size());
    if (!id.empty() && NumberOf(id) > 0) ids.push_back(std::move(id));
  }
  std::sort(ids.begin(), ids.end(), [](const auto& a, const auto& b) {
    return NumberOf(a) < NumberOf(b);
  });
  return ids;
}

std::vector<std::string> Journal::List() const { return ListNames(""); }
std::vector<std::string> Journal::ListOpen() const { return ListNames(kOpen); }

std::string Journal::DirectoryOf(const std::string& id) const {
  return directory_ + "/ops/" + id;
}

std::optional<Operation> Journal::Find(const std::string& id) const {
  if (id.empty() || NumberOf(id) == 0) return std::nullopt;
  const std::string path = DirectoryOf(id) + "/" + kRecord;
  std::string bytes;
  if (!ReadFileIfExists(path, &bytes)) return std::nullopt;
  return ParseOperation(bytes, path);
}

OpenOperation Journal::Begin() const {
  MakeDirectory(directory_, mode_);
  MakeDirectory(directory_ + "/ops", mode_);
  uint64_t last = LastRemoved();
  for (const auto& ids : {List(), ListOpen()})
    if (!ids.empty()) last = std::max(last, NumberOf(ids.back()));
  OpenOperation operation(directory_ + "/ops", std::to_string(last + 1));
  if (mkdir(operation.directory_.c_str(), mode_) != 0) {
    const int why = errno;
    const std::string path = std::exchange(operation.directory_, "");
    ThrowErrno(why, "cannot make", path);
  }
  SyncDirectory(directory_);
  return operation;
}

OpenOperation Journal::Reopen(const std::string& id) const {
  OpenOperation operation(directory_ + "/ops", id);
  operation.written_ = access(operation.PathOf(kRecord).c_str(), F_OK) == 0;
  return operation;
}

std::optional<Operation> Journal::RecordOf(const OpenOperation& operation) {
  const std::string path = operation.PathOf(kRecord);
  std::string bytes;
  if (!ReadFileIfExists(path, &bytes)) return std::nullopt;
  return ParseOperation(bytes, path);
}

uint64_t Journal::LastRemoved() const {
  std::string text;
  ReadFileIfExists(directory_ + "/" + kLast, &text);
  return text.empty() ? 0 : NumberOf(text);
}

void Journal::Remove(const std::string& id) const {
  // No id is given twice.
  if (NumberOf(id) > LastRemoved())
    WriteFileDurably(directory_ + "/" + kLast, id);
  const std::string path = DirectoryOf(id);
  const std::string gone = path + kOpen;
  // As one that never got a record: whatever stops us, recovery removes it.
  RemoveFile(path + "/" + kRecord);
  if (rename(path.c_str(), gone.c_str()) != 0)
    ThrowErrno(errno, "cannot remove", path);
  RemoveTree(gone);
}

}  // namespace backgraft::git
