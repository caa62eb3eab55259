// The refs of a foreign repository, from the bytes of its files. They are
// hostile: no name and no value is believed before it was checked.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/oid.h"

namespace backgraft::git {

// Where HEAD points. Neither of the two: nobody knows (some bundles).
struct ForeignHead {
  std::string ref{};         // "refs/heads/main", empty where it is detached
  std::optional<Oid> oid{};  // of a detached one
};

// A ref that is left out. `name` as it stands there, cut to 4095 bytes.
struct RejectedRef {
  std::string name;
  std::string reason;  // a sentence's end: "has '..' in it"
};

struct ForeignRefs {
  ForeignHead head{};
  // By full name, symbolic ones resolved.
  std::map<std::string, Oid> refs{};
  std::vector<RejectedRef> rejected{};  // sorted by name

  // What HEAD leads to; nothing where the branch is unborn.
  std::optional<Oid> Tip() const;
};

// Reads the files as git does (refs/files-backend.c, refs/packed-backend.c), in
// any order of calls. Whether the objects are there is not asked.
class ForeignRefsBuilder {
 public:
  // `source_name` is for messages, not escaped.
  explicit ForeignRefsBuilder(std::string source_name)
      : source_name_(std::move(source_name)) {}

  void AddHead(std::string_view bytes);
  // Throws Error(kBadSource) where git would die of an unexpected line.
  void AddPackedRefs(std::string_view bytes);
  // One ref of a list: a line of packed-refs, or of a bundle.
  void AddListed(std::string_view name, const Oid& oid);
  // The file of the ref `name` ("refs/heads/x").
  void AddLoose(const std::string& name, std::string_view bytes);

  // The refs; this is empty afterwards. A loose ref wins over a packed one,
  // also a damaged one. Rejected are bad names, damaged contents, symbolic refs
  // that lead nowhere, in a circle or over more than five steps, names listed
  // with two values, and refs below another ref. Throws Error(kBadSource)
  // where HEAD is missing, damaged, or leads to something rejected (an unborn
  // branch is none).
  ForeignRefs Finish();
  // The same where there is no HEAD to be asked for.
  ForeignRefs FinishWithoutHead();

 private:
  // What a ref's file or line says; one of the three.
  struct Value {
    std::optional<Oid> oid{};
    std::string target{};   // of a symbolic ref
    std::string problem{};  // why it says nothing
  };
  struct Resolution {
    std::optional<Oid> oid{};
    std::string problem{};
    bool dangling = false;  // it leads to a ref that does not exist
  };

  static Value ParseFile(std::string_view bytes);
  void Reject(std::string_view name, std::string reason);
  Resolution Resolve(const std::string& name) const;
  void ResolveHead(ForeignRefs* refs) const;
  void TakeLoose();
  void ResolveRefs(ForeignRefs* refs);
  void RejectClashes(ForeignRefs* refs);
  [[noreturn]] void ThrowBadHead(const std::string& problem) const;

  std::string source_name_;
  std::optional<Value> head_;
  std::map<std::string, Value> listed_;
  std::map<std::string, Value> loose_;
  std::vector<RejectedRef> rejected_;
};

}  // namespace backgraft::git
