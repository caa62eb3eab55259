#include "git/commit.h"

#include <charconv>

#include "base/error.h"
#include "git/object_reader.h"

namespace backgraft::git {
namespace {

[[noreturn]] void Malformed(const char* why) {
  throw Error(ErrorKind::kBadSource, std::string("malformed commit: ") + why);
}

// Takes the header "<key> <value>\n" off the front of `bytes`, if it is there.
bool TakeHeader(std::string_view key, std::string_view* bytes,
                std::string_view* value) {
  if (bytes->substr(0, key.size()) != key || bytes->size() <= key.size() ||
      (*bytes)[key.size()] != ' ') {
    return false;
  }
  size_t end = bytes->find('\n');
  if (end == std::string_view::npos) Malformed("unterminated header");
  *value = bytes->substr(key.size() + 1, end - key.size() - 1);
  bytes->remove_prefix(end + 1);
  return true;
}

Oid ParseId(std::string_view hex) {
  auto oid = Oid::FromHex(hex);
  if (!oid) Malformed("bad object id");
  return *oid;
}

}  // namespace

CommitHead TakeCommitHead(std::string_view* bytes) {
  CommitHead head;
  std::string_view value;
  if (!TakeHeader("tree", bytes, &value)) Malformed("no tree");
  head.tree = ParseId(value);
  while (TakeHeader("parent", bytes, &value)) {
    head.parents.push_back(ParseId(value));
  }
  if (!TakeHeader("author", bytes, &head.author)) Malformed("no author");
  if (!TakeHeader("committer", bytes, &head.committer)) {
    Malformed("no committer");
  }
  return head;
}

Commit ParseCommit(std::string_view bytes) {
  CommitHead head = TakeCommitHead(&bytes);
  Commit commit;
  commit.tree = head.tree;
  commit.parents = std::move(head.parents);
  commit.author = head.author;
  commit.committer = head.committer;
  while (!bytes.empty() && bytes[0] != '\n') {
    size_t end = bytes.find('\n');
    if (end == std::string_view::npos) Malformed("unterminated header");
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (line[0] == ' ') {
      if (commit.extra_headers.empty()) Malformed("stray continuation line");
      commit.extra_headers.back().second += '\n';
      commit.extra_headers.back().second += line.substr(1);
      continue;
    }
    size_t space = line.find(' ');
    commit.extra_headers.emplace_back(
        line.substr(0, space),
        space == std::string_view::npos ? "" : line.substr(space + 1));
  }
  if (!bytes.empty()) commit.message = bytes.substr(1);
  return commit;
}

std::string SerializeCommit(const Commit& commit) {
  std::string out = "tree " + commit.tree.Hex() + "\n";
  for (const Oid& parent : commit.parents) {
    out += "parent " + parent.Hex() + "\n";
  }
  out += "author " + commit.author + "\n";
  out += "committer " + commit.committer + "\n";
  for (const auto& [key, value] : commit.extra_headers) {
    out += key;
    out += ' ';
    for (char c : value) {
      out += c;
      if (c == '\n') out += ' ';
    }
    out += '\n';
  }
  out += '\n';
  out += commit.message;
  return out;
}

Commit ReadCommit(const ObjectReader& objects, const Oid& oid) {
  return ParseCommit(objects.Read(oid, ObjectType::kCommit));
}

std::string Subject(std::string_view message) {
  std::string subject;
  while (!message.empty()) {
    std::string_view line = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(message.size(), line.size() + 1));
    while (!line.empty() && isspace(static_cast<unsigned char>(line.back()))) {
      line.remove_suffix(1);
    }
    if (line.empty()) {
      if (subject.empty()) continue;
      break;
    }
    if (!subject.empty()) subject += ' ';
    subject += line;
  }
  return subject;
}

SignatureTime TimeOf(std::string_view signature_line) {
  SignatureTime time;
  size_t mail_end = signature_line.rfind('>');
  if (mail_end == std::string_view::npos) return time;
  std::string_view rest = signature_line.substr(mail_end + 1);
  if (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
  auto [end, error] =
      std::from_chars(rest.data(), rest.data() + rest.size(), time.seconds);
  if (error != std::errc()) return {};
  rest.remove_prefix(static_cast<size_t>(end - rest.data()));
  if (rest.size() >= 6 && rest[0] == ' ' &&
      (rest[1] == '+' || rest[1] == '-')) {
    int zone = 0;
    std::from_chars(rest.data() + 2, rest.data() + rest.size(), zone);
    time.offset_minutes = (zone / 100) * 60 + zone % 100;
    if (rest[1] == '-') time.offset_minutes = -time.offset_minutes;
  }
  return time;
}

}  // namespace backgraft::git
