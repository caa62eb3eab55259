#include <malloc.h>

#include <cstdio>
#include <exception>

#include "base/large_pages.h"
#include "commands/app.h"

int main(int argc, char** argv) {
  // Buffers of a file's size come and go by the thousand: giving each back to
  // the system would cost a page fault for every 4 KiB of content.
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  // The block that UseLargePagesInHeap() takes has to come from the heap.
#ifndef BACKGRAFT_SANITIZED  // whose heap is another
  mallopt(M_MMAP_THRESHOLD, 256 << 20);
  backgraft::UseLargePagesInHeap(192 << 20);
#endif
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  // Each source read has threads of its own: an arena for each of them would
  // keep what the last one freed from the next.
  mallopt(M_ARENA_MAX, 2);
  try {
    return backgraft::commands::RunCommandLine(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr,
                 "error: %s\nhint: this is a bug in backgraft, please report "
                 "it with the command line\n",
                 error.what());
    return 70;
  }
}
