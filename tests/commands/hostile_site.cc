#include "commands/hostile_site.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace backgraft::commands {
namespace {

namespace fs = std::filesystem;
using archive::TarMember;

constexpr size_t kNameSize = 100;

std::string ReadWhole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TarMember MemberOf(const fs::directory_entry& entry, const std::string& name) {
  const fs::file_status status = entry.symlink_status();
  TarMember member{.name = name};
  switch (status.type()) {
    case fs::file_type::directory:
      member.name += "/";
      member.type = '5';
      break;
    case fs::file_type::symlink:
      member.type = '2';
      member.link = fs::read_symlink(entry.path());
      break;
    case fs::file_type::fifo:
      member.type = '6';
      break;
    default:
      member.content = ReadWhole(entry.path());
  }
  return member;
}

std::string Bytes(const TarMember& member) {
  if (member.name.size() <= kNameSize) return archive::MakeTar(member);
  TarMember shortened = member;
  shortened.name = "long";
  return archive::MakePax({{"path", member.name}}) +
         archive::MakeTar(shortened);
}

}  // namespace

HostileSite::HostileSite(const std::string& directory) : directory_(directory) {
  fs::create_directories(outside());
  testing::Git(directory, {"init", "-q", "-b", "main", "site"});
  // Nothing of a template is of interest.
  Remove(".git/hooks");
  Remove(".git/logs");
  Git({"config", "core.logAllRefUpdates", "false"});
  Write("index.php", "one\n");
  Write("inc/page.php", "page\n");
  Commit();
  first_ = tip_;
  Git({"tag", "-a", "-m", "Release", "v1"});
  Write("index.php", "two\n");
  Commit();
  Write("index.php", "three\n");
  Commit();
}

void HostileSite::Write(const std::string& name,
                        const std::string& bytes) const {
  const fs::path path = fs::path(this->path()) / name;
  fs::create_directories(path.parent_path());
  fs::remove_all(path);
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string HostileSite::Read(const std::string& name) const {
  return ReadWhole(fs::path(path()) / name);
}

void HostileSite::Remove(const std::string& name) const {
  fs::remove_all(fs::path(path()) / name);
}

void HostileSite::MakeLink(const std::string& name) const {
  const fs::path from = fs::path(path()) / name;
  const fs::path to = fs::path(outside()) / "moved";
  if (!fs::exists(from)) fs::create_directories(from);
  fs::rename(from, to);
  fs::create_symlink(to, from);
}

void HostileSite::MakeFifo(const std::string& name) const {
  Remove(name);
  if (mkfifo((path() + "/" + name).c_str(), 0600) != 0) {
    throw std::runtime_error("mkfifo failed");
  }
}

void HostileSite::Edit(const std::string& name,
                       const std::function<void(std::string*)>& edit) const {
  std::string bytes = Read(name);
  edit(&bytes);
  Write(name, bytes);
}

void HostileSite::Commit() {
  Git({"add", "-f", "."});
  Git({"commit", "-q", "-m", "Commit"});
  tip_ = Id("HEAD");
  tree_ = Id("HEAD^{tree}");
}

std::string HostileSite::Pack() const {
  Git({"gc", "-q", "--prune=now"});
  for (const auto& entry :
       fs::directory_iterator(path() + "/.git/objects/pack")) {
    if (entry.path().extension() == ".pack") {
      return ".git/objects/pack/" + entry.path().stem().string();
    }
  }
  throw std::runtime_error("git made no pack");
}

std::string HostileSite::LooseName(const std::string& id) {
  return ".git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
}

std::string HostileSite::Forge(git::ObjectType type,
                               const std::string& content) const {
  const testing::RawObject object{type, content};
  Remove(LooseName(object.oid().Hex()));
  testing::WriteLoose(path() + "/.git", object);
  return object.oid().Hex();
}

std::string HostileSite::ForgeCommit(const std::string& tree) const {
  return Forge(git::ObjectType::kCommit,
               "tree " + tree + "\nparent " + tip_ +
                   "\nauthor A <a@example.com> 1700000000 +0000\n"
                   "committer A <a@example.com> 1700000000 +0000\n\nForged\n");
}

void HostileSite::SetTip(const std::string& id) {
  Write(".git/refs/heads/main", id + "\n");
  tip_ = id;
}

void HostileSite::SetTipAfter(const std::string& commit) {
  SetTip(commit);
  SetTip(ForgeCommit(tree_));
}

std::string HostileSite::Tar() const {
  std::vector<TarMember> members;
  for (const auto& entry : fs::recursive_directory_iterator(path())) {
    members.push_back(
        MemberOf(entry, entry.path().lexically_relative(path()).string()));
  }
  std::sort(
      members.begin(), members.end(),
      [](const TarMember& a, const TarMember& b) { return a.name < b.name; });
  std::string tar;
  for (const TarMember& member : first_members) tar += Bytes(member);
  for (const TarMember& member : members) {
    auto same = [&](const TarMember& other) {
      return other.name == member.name;
    };
    auto replaced =
        std::find_if(replaced_members.begin(), replaced_members.end(), same);
    tar += Bytes(replaced == replaced_members.end() ? member : *replaced);
  }
  for (const TarMember& member : last_members) tar += Bytes(member);
  return tar + archive::TarEnd();
}

}  // namespace backgraft::commands
