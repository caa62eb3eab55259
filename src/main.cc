#include <cstdio>
#include <exception>

#include "commands/app.h"

int main(int argc, char** argv) {
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
