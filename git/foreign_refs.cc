#include "git/foreign_refs.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "git/config_value.h"
#include "git/ref_name.h"

namespace backgraft::git {
namespace {

constexpr size_t kHexSize = 40;
// git's SYMREF_MAXDEPTH: refs that are read one after the other.
constexpr int kMaxDepth = 5;
constexpr size_t kMaxShownName = 4095;

const char* const kMakeAgain =
    "run 'git fsck' on the machine the backup comes from, mend what it finds, "
    "and make the backup again";

// The next line without its newline; nothing where none ends.
std::optional<std::string_view> TakeLine(std::string_view* bytes) {
  const size_t end = bytes->find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = bytes->substr(0, end);
  bytes->remove_prefix(end + 1);
  return line;
}

// An order in which everything below a ref comes right behind it.
bool PathLess(const std::string* a, const std::string* b) {
  auto rank = [](char c) {
    return c == '/' ? 0u : static_cast<unsigned char>(c);
  };
  return std::lexicographical_compare(
      a->begin(), a->end(), b->begin(), b->end(),
      [&](char x, char y) { return rank(x) < rank(y); });
}

bool IsBelow(const std::string& name, const std::string& above) {
  return name.size() > above.size() && name[above.size()] == '/' &&
         name.starts_with(above);
}

}  // namespace

std::optional<Oid> ForeignRefs::Tip() const {
  if (head.oid) return head.oid;
  auto found = refs.find(head.ref);
  if (found == refs.end()) return std::nullopt;
  return found->second;
}

// As parse_loose_ref_contents(), which stops at a NUL.
ForeignRefsBuilder::Value ForeignRefsBuilder::ParseFile(
    std::string_view bytes) {
  while (!bytes.empty() && IsGitSpace(bytes.back())) bytes.remove_suffix(1);
  bytes = bytes.substr(0, bytes.find('\0'));
  constexpr std::string_view kSymbolic = "ref:";
  if (bytes.starts_with(kSymbolic)) {
    bytes.remove_prefix(kSymbolic.size());
    while (!bytes.empty() && IsGitSpace(bytes.front())) bytes.remove_prefix(1);
    if (bytes != "HEAD") {
      std::string problem = RefNameProblem(bytes);
      if (!problem.empty()) {
        return {.problem = "points at a name that " + problem};
      }
    }
    return {.target = std::string(bytes)};
  }
  // More may follow, as in FETCH_HEAD.
  std::optional<Oid> oid = Oid::FromHex(bytes.substr(0, kHexSize));
  if (!oid || (bytes.size() > kHexSize && !IsGitSpace(bytes[kHexSize]))) {
    return {.problem = "has no object id in it"};
  }
  if (oid->IsZero()) return {.problem = "has an object id of zeros"};
  return {.oid = oid};
}

void ForeignRefsBuilder::AddHead(std::string_view bytes) {
  head_ = ParseFile(bytes);
}

void ForeignRefsBuilder::AddPackedRefs(std::string_view bytes) {
  auto fail = [&](std::string_view line) {
    constexpr size_t kShown = 75;
    throw Error(ErrorKind::kBadSource,
                "the packed-refs of " + Quote(source_name_) +
                    " are damaged: an unexpected line " +
                    Quote(line.substr(0, kShown)),
                {kMakeAgain});
  };
  if (bytes.starts_with('#')) {
    std::optional<std::string_view> line = TakeLine(&bytes);
    if (!line || !line->starts_with("# pack-refs with:")) {
      fail(line.value_or(bytes));
    }
  }
  while (!bytes.empty()) {
    std::optional<std::string_view> line = TakeLine(&bytes);
    if (!line) fail(bytes);
    std::optional<Oid> oid = Oid::FromHex(line->substr(0, kHexSize));
    if (!oid || line->size() < kHexSize + 2 || !IsGitSpace((*line)[kHexSize])) {
      fail(*line);
    }
    AddListed(line->substr(kHexSize + 1), *oid);
    if (!bytes.starts_with('^')) continue;
    // What the tag leads to: not needed, but git reads it.
    line = TakeLine(&bytes);
    if (!line) fail(bytes);
    if (!Oid::FromHex(line->substr(1))) fail(*line);
  }
}

void ForeignRefsBuilder::AddListed(std::string_view name, const Oid& oid) {
  std::string problem = RefNameProblem(name);
  if (!problem.empty()) return Reject(name, std::move(problem));
  Value value{.oid = oid};
  if (oid.IsZero()) value = {.problem = "has an object id of zeros"};
  const size_t size = listed_.size();
  // They are sorted nearly always.
  auto at = listed_.emplace_hint(listed_.end(), name, std::move(value));
  if (listed_.size() == size && at->second.oid != oid) {
    at->second = {.problem = "is listed with two object ids"};
  }
}

void ForeignRefsBuilder::AddLoose(const std::string& name,
                                  std::string_view bytes) {
  std::string problem = RefNameProblem(name);
  if (!problem.empty()) return Reject(name, std::move(problem));
  loose_.insert_or_assign(name, ParseFile(bytes));
}

void ForeignRefsBuilder::Reject(std::string_view name, std::string reason) {
  rejected_.push_back(
      {std::string(name.substr(0, kMaxShownName)), std::move(reason)});
}

ForeignRefsBuilder::Resolution ForeignRefsBuilder::Resolve(
    const std::string& name) const {
  const std::string* at = &name;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const Value* value = nullptr;
    if (*at == "HEAD") {
      if (head_) value = &*head_;
    } else if (auto found = listed_.find(*at); found != listed_.end()) {
      value = &found->second;
    }
    if (value == nullptr) {
      return {.problem = "points at " + Quote(*at) + ", which does not exist",
              .dangling = true};
    }
    if (!value->problem.empty()) {
      if (depth == 0) return {.problem = value->problem};
      return {.problem =
                  "points at " + Quote(*at) + ", which " + value->problem};
    }
    if (value->oid) return {.oid = value->oid};
    at = &value->target;
  }
  return {.problem = "leads over too many symbolic refs, or in a circle"};
}

void ForeignRefsBuilder::ThrowBadHead(const std::string& problem) const {
  throw Error(
      ErrorKind::kBadSource,
      "the HEAD of " + Quote(source_name_) + " is damaged: it " + problem,
      {kMakeAgain});
}

void ForeignRefsBuilder::ResolveHead(ForeignRefs* refs) const {
  if (!head_) {
    throw Error(ErrorKind::kBadSource,
                "the repository in " + Quote(source_name_) + " has no HEAD",
                {"make the backup again, of the whole '.git' directory"});
  }
  Resolution tip = Resolve("HEAD");
  if (!tip.oid && !tip.dangling) ThrowBadHead(tip.problem);
  // HEAD at itself never gets here: it is a circle.
  refs->head.ref = head_->target;
  refs->head.oid = head_->oid;
}

// No repository with refs in files holds a ref and one below it. The one that
// HEAD needs stays, else the upper one.
void ForeignRefsBuilder::RejectClashes(ForeignRefs* result) {
  const std::string& needed = result->head.ref;
  for (size_t at = needed.find('/'); at != std::string::npos;
       at = needed.find('/', at + 1)) {
    const std::string above = needed.substr(0, at);
    if (result->refs.contains(needed) && result->refs.erase(above) != 0) {
      Reject(above, "is in the way of " + Quote(needed));
    }
  }
  std::vector<const std::string*> names;
  names.reserve(result->refs.size());
  for (const auto& [name, oid] : result->refs) names.push_back(&name);
  std::sort(names.begin(), names.end(), PathLess);
  const std::string* above = nullptr;
  std::vector<const std::string*> clashes;
  for (const std::string* name : names) {
    if (above == nullptr || !IsBelow(*name, *above)) {
      above = name;
      continue;
    }
    Reject(*name, "is below the ref " + Quote(*above));
    clashes.push_back(name);
  }
  for (const std::string* name : clashes) {
    result->refs.erase(result->refs.find(*name));
  }
}

void ForeignRefsBuilder::TakeLoose() {
  for (auto& [name, value] : loose_) {
    listed_.insert_or_assign(name, std::move(value));
  }
  loose_.clear();
}

void ForeignRefsBuilder::ResolveRefs(ForeignRefs* result) {
  for (const auto& [name, value] : listed_) {
    Resolution resolution = Resolve(name);
    if (resolution.oid) {
      result->refs.emplace_hint(result->refs.end(), name, *resolution.oid);
    } else {
      Reject(name, std::move(resolution.problem));
    }
  }
  RejectClashes(result);
  std::stable_sort(
      rejected_.begin(), rejected_.end(),
      [](const auto& a, const auto& b) { return a.name < b.name; });
  result->rejected = std::move(rejected_);
  rejected_.clear();
  listed_.clear();
  head_.reset();
}

ForeignRefs ForeignRefsBuilder::Finish() {
  TakeLoose();
  ForeignRefs result;
  ResolveHead(&result);
  ResolveRefs(&result);
  return result;
}

ForeignRefs ForeignRefsBuilder::FinishWithoutHead() {
  TakeLoose();
  ForeignRefs result;
  ResolveRefs(&result);
  return result;
}

}  // namespace backgraft::git
