#include "git/packed_refs.h"

#include <sys/stat.h>

#include <functional>
#include <string_view>

#include "base/error.h"
#include "base/escape.h"
#include "base/io.h"
#include "git/lock_file.h"

namespace backgraft::git {
namespace {

constexpr size_t kHexSize = 40;
// core.packedRefsTimeout, in milliseconds, where git is not told otherwise.
constexpr int kPatience = 1000;

std::string PathOf(const std::string& common_dir) {
  return common_dir + "/packed-refs";
}

// Calls `use` with each ref's name and the line of its id. Lines that belong to
// the ref before ("^<id>") and the header come with an empty name.
void ForEachLine(std::string_view bytes, const std::string& path,
                 const std::function<void(std::string_view name,
                                          std::string_view line)>& use) {
  while (!bytes.empty()) {
    size_t end = bytes.find('\n');
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (line.empty()) continue;
    if (line.front() == '#' || line.front() == '^') {
      use({}, line);
      continue;
    }
    if (line.size() < kHexSize + 2 || line[kHexSize] != ' ' ||
        !Oid::FromHex(line.substr(0, kHexSize)))
      throw Error(ErrorKind::kIo, "unexpected line in " + Quote(path),
                  {"git fsck --full"});
    use(line.substr(kHexSize + 1), line);
  }
}

std::string ReadAll(const std::string& path) {
  std::string bytes;
  ReadFileIfExists(path, &bytes);
  return bytes;
}

}  // namespace

std::optional<Oid> ReadPackedRef(const std::string& common_dir,
                                 const std::string& name) {
  const std::string path = PathOf(common_dir);
  const std::string bytes = ReadAll(path);
  std::optional<Oid> found;
  // Most files do not mention it: no line is looked at then.
  if (bytes.find(" " + name + "\n") == std::string::npos) return found;
  ForEachLine(bytes, path, [&](std::string_view ref, std::string_view line) {
    if (ref == name) found = Oid::FromHex(line.substr(0, kHexSize));
  });
  return found;
}

std::optional<std::string> FindPackedClash(const std::string& common_dir,
                                           const std::string& name) {
  const std::string path = PathOf(common_dir);
  std::optional<std::string> found;
  ForEachLine(ReadAll(path), path, [&](std::string_view ref, std::string_view) {
    if (ref.empty()) return;
    bool is_above = name.size() > ref.size() && name.starts_with(ref) &&
                    name[ref.size()] == '/';
    bool is_below = ref.size() > name.size() && ref.starts_with(name) &&
                    ref[name.size()] == '/';
    if (is_above || is_below) found = ref;
  });
  return found;
}

void RemovePackedRefs(const std::string& common_dir,
                      const std::set<std::string>& names,
                      const std::string& witness) {
  const std::string path = PathOf(common_dir);
  // Looked at before the lock is taken: most refs were never packed.
  auto without = [&](const std::string& bytes, bool* found) {
    std::string out;
    bool skipping = false;
    ForEachLine(bytes, path, [&](std::string_view ref, std::string_view line) {
      if (!ref.empty() || line.front() == '#')
        skipping = names.count(std::string(ref)) > 0;
      *found = *found || skipping;
      if (!skipping) out.append(line) += '\n';
    });
    return out;
  };
  bool found = false;
  without(ReadAll(path), &found);
  if (!found) return;
  LockFile lock = LockFile::Take(path, witness, "packed-refs", kPatience);
  struct stat old;
  if (stat(path.c_str(), &old) == 0 &&
      fchmod(lock.fd(), old.st_mode & 0777) != 0)
    ThrowErrno(errno, "cannot set permissions of", lock.lock_path());
  lock.Write(without(ReadAll(path), &found));
  lock.Publish();
  SyncDirectory(common_dir);
}

}  // namespace backgraft::git
