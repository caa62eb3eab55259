// Runs a fuzz driver over the files of a corpus, as an ordinary test that any
// compiler can build. Usage: <driver> DIRECTORY...; fails where there is
// nothing to run.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "base/io.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  int files = 0;
  try {
    for (int i = 1; i < argc; ++i) {
      for (const auto& file : std::filesystem::directory_iterator(argv[i])) {
        const std::string bytes = backgraft::ReadFile(file.path().string());
        // Named first: should the driver abort, this line tells where.
        std::printf("%s\n", file.path().c_str());
        std::fflush(stdout);
        LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()),
                               bytes.size());
        ++files;
      }
    }
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
  std::printf("%d inputs\n", files);
  return files > 0 ? 0 : 1;
}
