#include "import/files_switch.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "base/error.h"
#include "base/escape.h"
#include "base/io.h"
#include "import/tree_handle.h"

namespace backgraft::imports {
namespace {

constexpr const char* kKeptMark = "kept";

// The inode of the directory `path`; nothing where there is none.
std::optional<uint64_t> InodeAt(const std::string& path) {
  struct stat status;
  if (lstat(path.c_str(), &status) == 0) return status.st_ino;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  ThrowErrno(errno, "cannot look at", path);
}

std::string ParentOf(const std::string& path) {
  const std::string parent = Split(path).directory;
  return parent.empty() ? "/" : parent;
}

[[noreturn]] void RefuseChanged(const FilesSwitch& files) {
  throw Error(ErrorKind::kRefused,
              Quote(files.target) +
                  " is not the directory that it was: somebody replaced it",
              {"look at it: ls -la " + Quote(files.target)});
}

void Exchange(const FilesSwitch& files) {
  if (renameat2(AT_FDCWD, files.tree().c_str(), AT_FDCWD, files.target.c_str(),
                RENAME_EXCHANGE) != 0) {
    ThrowErrno(errno, "cannot exchange", files.target);
  }
}

void Move(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(),
                RENAME_NOREPLACE) != 0) {
    ThrowErrno(errno, "cannot rename to", to);
  }
}

void MakeDurable(const FilesSwitch& files) {
  SyncDirectory(ParentOf(files.target));
  // Where nothing is kept it may be gone already.
  if (InodeAt(files.staging)) SyncDirectory(files.staging);
}

}  // namespace

nlohmann::json ToJson(const FilesSwitch& files) {
  // Paths are bytes, JSON is not: each byte stands as one character.
  const auto text = [](const std::string& path) {
    nlohmann::json bytes = nlohmann::json::array();
    for (const char c : path) bytes.push_back(static_cast<unsigned char>(c));
    return bytes;
  };
  return {
      {"target", text(files.target)},       {"staging", text(files.staging)},
      {"existed", files.existed},           {"device", files.device},
      {"staged_inode", files.staged_inode}, {"old_inode", files.old_inode}};
}

FilesSwitch FilesSwitchFromJson(const nlohmann::json& json) {
  const auto text = [&json](const char* key) {
    std::string path;
    for (const auto& byte : json.at(key)) {
      path += static_cast<char>(byte.get<unsigned char>());
    }
    return path;
  };
  FilesSwitch files;
  files.target = text("target");
  files.staging = text("staging");
  files.existed = json.at("existed").get<bool>();
  files.device = json.at("device").get<uint64_t>();
  files.staged_inode = json.at("staged_inode").get<uint64_t>();
  files.old_inode = json.at("old_inode").get<uint64_t>();
  return files;
}

bool IsSwitched(const FilesSwitch& files) {
  return InodeAt(files.target) == files.staged_inode;
}

bool IsReplaced(const FilesSwitch& files) {
  const auto there = InodeAt(files.target);
  if (there == files.staged_inode) return false;
  return files.existed ? there != files.old_inode : there.has_value();
}

void Switch(const FilesSwitch& files) {
  const auto there = InodeAt(files.target);
  if (there != files.staged_inode) {
    if (InodeAt(files.tree()) != files.staged_inode) RefuseChanged(files);
    if (files.existed) {
      if (there != files.old_inode) RefuseChanged(files);
      Exchange(files);
    } else {
      if (there) RefuseChanged(files);
      Move(files.tree(), files.target);
    }
    if (files.existed && InodeAt(files.tree()) != files.old_inode) {
      // It was replaced in this very moment.
      Exchange(files);
      RefuseChanged(files);
    }
  }
  MakeDurable(files);
}

void SwitchBack(const FilesSwitch& files) {
  const auto there = InodeAt(files.target);
  if (there == files.staged_inode) {
    if (files.existed) {
      if (InodeAt(files.tree()) != files.old_inode) RefuseChanged(files);
      Exchange(files);
    } else {
      // It is removed where there was nothing to keep.
      if (mkdir(files.staging.c_str(), 0700) != 0 && errno != EEXIST) {
        ThrowErrno(errno, "cannot make", files.staging);
      }
      Move(files.target, files.tree());
    }
  } else if (files.existed ? there != files.old_inode : there.has_value()) {
    RefuseChanged(files);
  }
  MakeDurable(files);
}

void Keep(const FilesSwitch& files) {
  const UniqueFd mark =
      OpenFile(files.staging + "/" + kKeptMark, O_WRONLY | O_CREAT, 0600);
  SyncDirectory(files.staging);
}

void Discard(const FilesSwitch& files) {
  const UniqueFd parent =
      OpenFile(ParentOf(files.staging), O_RDONLY | O_DIRECTORY);
  RemoveTree(parent.get(), Split(files.staging).name, files.staging);
  SyncFile(parent.get(), ParentOf(files.staging));
}

void SweepLeftovers(const std::string& target) {
  const std::string parent = ParentOf(target);
  const std::string prefix = ".backgraft-" + Split(target).name + "-";
  std::error_code none;
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(parent, none)) {
    const std::string name = entry.path().filename().native();
    if (name.starts_with(prefix)) found.push_back(entry.path().native());
  }
  for (const std::string& staging : found) {
    const UniqueFd lock(
        open(staging.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status;
    // Locked as long as the process lives that made it.
    if (!lock || fstat(lock.get(), &status) != 0 ||
        status.st_uid != geteuid() ||
        flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
      continue;
    }
    if (InodeAt(staging + "/" + kKeptMark)) continue;
    FilesSwitch files;
    files.staging = staging;
    std::string note;
    if (ReadFileIfExists(staging + "/" + kSwitchNote, &note)) {
      const auto json = nlohmann::json::parse(note, nullptr, false);
      if (!json.is_discarded()) files = FilesSwitchFromJson(json);
    }
    if (files.staging != staging) continue;
    const auto tree = InodeAt(files.tree());
    // The old directory is in it: it is kept, not left over.
    if (files.existed && tree == files.old_inode) {
      Keep(files);
      continue;
    }
    Discard(files);
  }
}

}  // namespace backgraft::imports
