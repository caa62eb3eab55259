// The command line: global options and the table of commands.
#pragma once

namespace backgraft::commands {

// Parses, runs and reports; returns the exit status. Throws nothing but what
// main.cc turns into "a bug in backgraft".
int RunCommandLine(int argc, char** argv);

}  // namespace backgraft::commands
