#include "base/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/error.h"

namespace backgraft {
namespace {

constexpr size_t kMemory = size_t{16} << 20;
constexpr char kName[] = "temporary file";

}  // namespace

UniqueFd OpenNamelessFile(const std::string& directory) {
  std::string place = directory;
  if (place.empty()) {
    const char* temporary = getenv("TMPDIR");
    place = temporary == nullptr || *temporary == '\0' ? "/tmp" : temporary;
  }
  int fd = open(place.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return UniqueFd(fd);
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) {
    ThrowErrno(errno, "cannot write into", place);
  }
  // Some filesystems know files with names only.
  std::string name = place + "/tmp_backgraft_XXXXXX";
  fd = mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) ThrowErrno(errno, "cannot write into", place);
  unlink(name.c_str());
  return UniqueFd(fd);
}

void Spool::Write(ByteSpan content, uint64_t offset) {
  if (!file_ && memory_.size() + content.size() > kMemory) Spill();
  if (file_) {
    WriteAllAt(file_.get(), content, offset, kName);
  } else {
    memory_ += AsText(content);
  }
}

Spool::Place Spool::Add(std::string_view content) {
  Place place{end_, 0};
  Extend(&place, AsBytes(content));
  return place;
}

void Spool::Extend(Place* place, ByteSpan more) {
  Require(place->offset + place->size == end_, "only the newest place grows");
  Write(more, end_);
  end_ += more.size();
  place->size += more.size();
}

Spool::Place Spool::Reserve(uint64_t size) {
  if (!file_) Spill();
  const Place place{end_, size};
  end_ += size;
  return place;
}

void Spool::Fill(const Place& place, std::string_view content) const {
  Require(content.size() == place.size, "a place is filled as a whole");
  WriteAllAt(file_.get(), AsBytes(content), place.offset, kName);
}

std::string Spool::Read(const Place& place) const {
  if (!file_) return memory_.substr(place.offset, place.size);
  std::string content(place.size, '\0');
  size_t done = 0;
  while (done < content.size()) {
    ssize_t n = pread(file_.get(), content.data() + done, content.size() - done,
                      static_cast<off_t>(place.offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) ThrowErrno(errno, "cannot read", kName);
    Require(n != 0, "the spool is shorter than what was put into it");
    done += static_cast<size_t>(n);
  }
  return content;
}

void Spool::With(const Place& place,
                 const std::function<void(ByteSpan)>& use) const {
  constexpr uint64_t kCopied = uint64_t{4} << 20;
  if (!file_) {
    use(AsBytes(memory_).subspan(place.offset, place.size));
  } else if (place.size <= kCopied) {
    use(AsBytes(Read(place)));
  } else {
    MappedFile mapped(file_.get(), kName);
    use(mapped.bytes().subspan(place.offset, place.size));
  }
}

void Spool::Clear() {
  memory_.clear();
  file_.Reset();
  end_ = 0;
}

void Spool::Spill() {
  file_ = OpenNamelessFile(directory_);
  WriteAllAt(file_.get(), AsBytes(memory_), 0, kName);
  memory_.clear();
  memory_.shrink_to_fit();
}

}  // namespace backgraft
