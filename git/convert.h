// Conversion between a file's bytes in the working tree and in the repository:
// line endings, encodings and $Id$ as git's convert.c does them. Filters that
// are programs (LFS) are named, never run.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "git/attributes.h"
#include "git/config.h"

namespace backgraft::git {

// What the configuration says about conversion, read once for many paths.
struct ConversionSettings {
  enum class AutoCrlf { kFalse, kTrue, kInput };

  AutoCrlf auto_crlf = AutoCrlf::kFalse;  // core.autocrlf
  bool eol_is_crlf = false;               // core.eol
  // core.checkRoundtripEncoding: names separated by commas or spaces.
  std::string round_trip_encodings = "SHIFT-JIS";

  // Throws Error(kRefused) for values git would refuse.
  static ConversionSettings From(const Config& config);
};

// What is to be done with the bytes of one path.
struct ConversionPlan {
  enum class Eol {
    kBinary,    // line endings stay
    kTextLf,    // text, LF in the working tree
    kTextCrlf,  // text, CRLF in the working tree
    kAutoLf,    // the same where the content looks like text
    kAutoCrlf,
  };

  Eol eol = Eol::kBinary;
  bool ident = false;       // $Id$
  std::string encoding;     // working-tree-encoding, "" for UTF-8
  std::string filter_name;  // filter=NAME, which is somebody else's to run

  // Whether bytes stay what they are whatever they hold, filters aside.
  bool IsIdentity() const {
    return eol == Eol::kBinary && !ident && encoding.empty();
  }
};

// Throws Error(kRefused) where git dies: working-tree-encoding without a value.
// `path` is for the message.
ConversionPlan PlanConversion(const PathAttributes& attributes,
                              const ConversionSettings& settings,
                              std::string_view path);

// False where ConvertToGit() certainly changes nothing: one fast pass at most.
bool MayChangeToGit(const ConversionPlan& plan, std::string_view bytes);

// The bytes the repository gets for `bytes` of the working tree, or nothing
// where they stay the same. `repository_has_crlf` is BlobHasCrlf() of what the
// index holds at this path: such a file keeps its line endings unless `text`
// is set outright. Throws Error(kRefused) for bytes that are not in the
// encoding the attributes name.
std::optional<std::string> ConvertToGit(const ConversionPlan& plan,
                                        const ConversionSettings& settings,
                                        std::string_view path,
                                        std::string_view bytes,
                                        bool repository_has_crlf = false);

// The reverse. Where the encoding cannot hold the text the bytes stay UTF-8, as
// git leaves them.
std::optional<std::string> ConvertToWorktree(const ConversionPlan& plan,
                                             std::string_view bytes);

// Whether a blob is text with a CRLF in it.
bool BlobHasCrlf(std::string_view bytes);

// Whether `bytes` are a Git LFS pointer (git-lfs docs/spec.md). An empty file
// is its own pointer.
bool IsLfsPointer(std::string_view bytes);

}  // namespace backgraft::git
