#include "git/bundle_header.h"

#include <iterator>
#include <optional>

#include "base/error.h"
#include "base/escape.h"
#include "git/config_value.h"

namespace backgraft::git {
namespace {

constexpr size_t kHexSize = 40;

class Parser {
 public:
  Parser(const std::function<ByteSpan()>& next, const std::string& source_name,
         const BundleLimits& limits)
      : next_(next),
        source_name_(source_name),
        limits_(limits),
        refs_(source_name) {}

  BundleHeader Parse() {
    ParseSignature(TakeLine());
    for (;;) {
      std::string_view line = TakeLine();
      if (line.empty()) break;
      while (!line.empty() && IsGitSpace(line.back())) line.remove_suffix(1);
      ParseLine(line);
    }
    header_.refs = refs_.FinishWithoutHead();
    ChooseHead(&header_.refs);
    return std::move(header_);
  }

 private:
  // Without its newline; valid until the next call.
  std::string_view TakeLine() {
    line_.clear();
    for (;;) {
      const std::string_view rest = AsText(piece_);
      const size_t end = rest.find('\n');
      const size_t taken = end == std::string_view::npos ? rest.size() : end;
      if (taken >= limits_.header_bytes - header_.size) {
        Fail("has a header over the limit of " +
             std::to_string(limits_.header_bytes) + " bytes");
      }
      line_.append(rest.substr(0, taken));
      header_.size += taken;
      if (end != std::string_view::npos) {
        ++header_.size;
        piece_ = piece_.subspan(taken + 1);
        return line_;
      }
      piece_ = next_();
      if (piece_.empty()) Fail("ends within its header");
    }
  }

  void ParseSignature(std::string_view line) {
    if (line == "# v2 git bundle") {
      header_.version = 2;
    } else if (line == "# v3 git bundle") {
      header_.version = 3;
    } else {
      Fail("is no git bundle of version 2 or 3");
    }
  }

  void ParseLine(std::string_view line) {
    if (header_.version == 3 && line.starts_with('@')) {
      return ParseCapability(line.substr(1));
    }
    const bool prerequisite = line.starts_with('-');
    if (prerequisite) line.remove_prefix(1);
    std::optional<Oid> oid = Oid::FromHex(line.substr(0, kHexSize));
    const bool ends = line.size() <= kHexSize;
    if (!oid || (ends && !prerequisite) ||
        (!ends && !IsGitSpace(line[kHexSize]))) {
      constexpr size_t kShown = 75;
      Fail("has a damaged header: an unrecognised line " +
           Quote(line.substr(0, kShown)));
    }
    const std::string_view text = ends ? "" : line.substr(kHexSize + 1);
    if (prerequisite) {
      header_.prerequisites.push_back({*oid, std::string(text)});
    } else {
      AddRef(text, *oid);
    }
  }

  void AddRef(std::string_view name, const Oid& oid) {
    if (name != "HEAD") return refs_.AddListed(name, oid);
    if (oid.IsZero() || (head_ && *head_ != oid)) {
      Fail("has a damaged header: it has no single HEAD");
    }
    head_ = oid;
  }

  void ChooseHead(ForeignRefs* refs) const {
    refs->head.oid = head_;
    if (head_) return;
    constexpr std::string_view kBranches = "refs/heads/";
    auto first = refs->refs.lower_bound(std::string(kBranches));
    if (first == refs->refs.end() || !first->first.starts_with(kBranches)) {
      return;
    }
    auto second = std::next(first);
    if (second == refs->refs.end() || !second->first.starts_with(kBranches)) {
      refs->head.ref = first->first;
    }
  }

  void ParseCapability(std::string_view capability) {
    if (capability == "object-format=sha1") return;
    if (capability.starts_with("filter=")) {
      Fail("lacks objects: it was made with a filter",
           "make it again, without '--filter'");
    }
    if (capability == "object-format=sha256") {
      Fail("has SHA-256 object ids, and only SHA-1 ones can be read",
           "make it from a repository with SHA-1 object ids");
    }
    Fail("needs an unknown capability " + Quote(capability),
         "make it again with 'git bundle create --version=2'");
  }

  [[noreturn]] void Fail(const std::string& what,
                         const std::string& hint =
                             "check it with 'git bundle verify', or make it "
                             "again with 'git bundle create'") const {
    throw Error(ErrorKind::kBadSource,
                "the bundle " + Quote(source_name_) + " " + what, {hint});
  }

  const std::function<ByteSpan()>& next_;
  const std::string& source_name_;
  const BundleLimits& limits_;
  ForeignRefsBuilder refs_;
  std::optional<Oid> head_;
  BundleHeader header_;
  ByteSpan piece_;
  std::string line_;
};

}  // namespace

BundleHeader ReadBundleHeader(const std::function<ByteSpan()>& next,
                              const std::string& source_name,
                              const BundleLimits& limits) {
  return Parser(next, source_name, limits).Parse();
}

}  // namespace backgraft::git
