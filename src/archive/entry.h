// One entry of a source, as plain values.
#pragma once

#include <cstdint>
#include <string>

namespace backgraft::archive {

enum class EntryKind {
  kRegular,
  kDirectory,
  kSymlink,
  kHardlink,  // link_target is the full path of an entry of the same source
  kFifo,
  kDevice,
  kSocket,
};

struct Entry {
  // Bytes as the source has them, made plain: no leading "./", no empty or "."
  // components, no trailing slash. Never absolute, without ".." and NUL. The
  // source's own root ("./") has the empty path and is a directory.
  std::string path;
  EntryKind kind = EntryKind::kRegular;
  // The owner's execute bit. All other mode bits are dropped on purpose.
  bool executable = false;
  // Permission bits as recorded (07777), for those who keep them.
  unsigned mode = 0;
  // Bytes of content; 0 for everything but regular files. Reader::Read()
  // delivers exactly this many or throws.
  uint64_t size = 0;
  // Seconds since the epoch.
  int64_t mtime = 0;
  // Symlinks: the target's bytes, never followed. Hard links: see kHardlink.
  std::string link_target;
};

}  // namespace backgraft::archive
