#include "restore/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/error.h"

namespace backgraft::restore {
namespace {

constexpr size_t kMemory = size_t{16} << 20;

}  // namespace

Spool::Place Spool::Add(std::string_view content) {
  Place place{end_, content.size()};
  end_ += content.size();
  if (!file_ && memory_.size() + content.size() > kMemory) Spill();
  if (file_) {
    WriteAllAt(file_.get(), AsBytes(content), place.offset, "temporary file");
  } else {
    memory_ += content;
  }
  return place;
}

std::string Spool::Read(const Place& place) const {
  if (!file_) return memory_.substr(place.offset, place.size);
  std::string content(place.size, '\0');
  size_t done = 0;
  while (done < content.size()) {
    ssize_t n = pread(file_.get(), content.data() + done, content.size() - done,
                      static_cast<off_t>(place.offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) ThrowErrno(errno, "cannot read", "temporary file");
    Require(n != 0, "the spool is shorter than what was put into it");
    done += static_cast<size_t>(n);
  }
  return content;
}

void Spool::Spill() {
  const char* directory = getenv("TMPDIR");
  if (directory == nullptr || *directory == '\0') directory = "/tmp";
  // No name ever exists, so nothing can be left behind.
  file_ = OpenFile(directory, O_TMPFILE | O_RDWR, 0600);
  WriteAllAt(file_.get(), AsBytes(memory_), 0, "temporary file");
  memory_.clear();
  memory_.shrink_to_fit();
}

}  // namespace backgraft::restore
