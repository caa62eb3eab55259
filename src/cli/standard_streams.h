// The three descriptors every process starts with, and what can be wrong with
// them.
#pragma once

namespace backgraft::cli {

// To be called before anything is opened: a descriptor among 0, 1 and 2 that
// the caller closed would be given to the next file we open, and our output
// would be written into it. Puts something there that can be neither read nor
// written. From now on a pipe nobody reads is an error, not SIGPIPE, and so is
// a file that may not grow (`ulimit -f`), not SIGXFSZ: dying of either in the
// middle of publishing would leave half a result.
void SecureStandardStreams();

// Error(kIo) where standard output is known to take nothing: closed, a full
// device, a pipe that nobody reads. Asked before anything is changed, since
// nothing can be taken back when the report fails afterwards.
void RequireStandardOutput();

// Writes out what is buffered. False where that, or anything written before,
// failed; errno is the reason then, or 0 where it is not known any more.
bool FlushStandardOutput();

}  // namespace backgraft::cli
