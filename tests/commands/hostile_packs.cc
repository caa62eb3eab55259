// Packs and their indexes.
#include <string>

#include "base/sha.h"
#include "commands/hostile_git_cases.h"
#include "git/pack_forge.h"

namespace backgraft::commands {
namespace {

using git::ObjectType;
using testing::CopyOp;
using testing::Delta;
using testing::InsertOp;
using testing::PackForge;

// The pack of a packed site, edited, and with its checksum put right where
// `right`.
HostileCase Edited(const std::string& name, Outcome outcome,
                   const std::function<void(std::string*)>& edit, bool right,
                   const std::string& message) {
  return {name, outcome,
          [edit, right](HostileSite& site) {
            site.Edit(site.Pack() + ".pack", [&](std::string* bytes) {
              edit(bytes);
              if (!right) return;
              bytes->resize(bytes->size() - 20);
              Sha1 sha;
              sha.Update(AsBytes(*bytes));
              const Sha1::Digest digest = sha.Finish();
              bytes->append(reinterpret_cast<const char*>(digest.data()),
                            digest.size());
            });
          },
          message};
}

// Another pack beside the site's objects.
HostileCase Forged(const std::string& name, Outcome outcome,
                   const std::function<std::string(const HostileSite&)>& pack,
                   const std::string& message = "") {
  return {name, outcome,
          [pack](HostileSite& site) {
            site.Write(".git/objects/pack/pack-forged.pack", pack(site));
          },
          message};
}

// The index of a packed site, edited; it is done without then.
HostileCase Index(const std::string& name,
                  const std::function<void(HostileSite&, std::string*)>& edit) {
  return {name, Outcome::kNeutral, [edit](HostileSite& site) {
            site.Edit(site.Pack() + ".idx",
                      [&](std::string* bytes) { edit(site, bytes); });
          }};
}

void Flip(std::string* bytes, size_t at) {
  (*bytes)[at] = static_cast<char>((*bytes)[at] ^ 0x41);
}

std::string DeltaBomb(const HostileSite&) {
  PackForge forge;
  const std::string base(size_t{1} << 16, 'x');
  uint64_t at = forge.Add(ObjectType::kBlob, base);
  uint64_t size = base.size();
  // 16 times the size with every step.
  for (int step = 0; step < 6; ++step) {
    std::string instructions;
    const uint64_t piece = std::min<uint64_t>(size, 0xffffff);
    for (int i = 0; i < 16; ++i) {
      instructions += CopyOp(0, static_cast<uint32_t>(piece));
    }
    at = forge.AddOfsDelta(at, Delta(size, 16 * piece, instructions));
    size = 16 * piece;
  }
  return forge.Finish();
}

std::string DeepChain(const HostileSite&) {
  PackForge forge;
  std::string content = "0\n";
  uint64_t at = forge.Add(ObjectType::kBlob, content);
  for (int i = 1; i < 20000; ++i) {
    std::string next = std::to_string(i) + "\n";
    at = forge.AddOfsDelta(at,
                           Delta(content.size(), next.size(), InsertOp(next)));
    content = next;
  }
  return forge.Finish();
}

// Two deltas, each on what the other makes.
std::string Cycle(const HostileSite&) {
  PackForge forge;
  const git::Oid a = git::HashObject(ObjectType::kBlob, "a\n");
  const git::Oid b = git::HashObject(ObjectType::kBlob, "b\n");
  forge.AddRefDelta(a, Delta(2, 2, InsertOp("b\n")));
  forge.AddRefDelta(b, Delta(2, 2, InsertOp("a\n")));
  return forge.Finish();
}

std::string Thin(const HostileSite&) {
  PackForge forge;
  forge.AddRefDelta(*git::Oid::FromHex(std::string(40, '5')),
                    Delta(2, 2, InsertOp("b\n")));
  return forge.Finish();
}

}  // namespace

std::vector<HostileCase> HostilePacks() {
  const std::string damaged = ".pack' is damaged";
  return {
      Edited(
          "PackIsEmpty", Outcome::kRefused,
          [](std::string* bytes) { bytes->clear(); }, false, damaged),
      Edited(
          "PackCutInHeader", Outcome::kRefused,
          [](std::string* bytes) { bytes->resize(7); }, false, damaged),
      Edited(
          "PackCutInTheMiddle", Outcome::kRefused,
          [](std::string* bytes) { bytes->resize(bytes->size() / 2); }, false,
          damaged),
      Edited(
          "PackCutInTheChecksum", Outcome::kRefused,
          [](std::string* bytes) { bytes->resize(bytes->size() - 1); }, false,
          damaged),
      Edited(
          "PackWithoutChecksum", Outcome::kRefused,
          [](std::string* bytes) { bytes->resize(bytes->size() - 20); }, false,
          damaged),
      Edited(
          "PackWithWrongChecksum", Outcome::kRefused,
          [](std::string* bytes) { Flip(bytes, bytes->size() - 1); }, false,
          damaged),
      Edited(
          "PackWithFlippedByte", Outcome::kRefused,
          [](std::string* bytes) { Flip(bytes, 40); }, false, damaged),
      Edited(
          "PackWithMoreBytes", Outcome::kRefused,
          [](std::string* bytes) { *bytes += "more"; }, false, damaged),
      Edited(
          "PackOfVersion4", Outcome::kRefused,
          [](std::string* bytes) { (*bytes)[7] = 4; }, true, damaged),
      Edited(
          "PackSaysMoreObjects", Outcome::kRefused,
          [](std::string* bytes) { ++(*bytes)[11]; }, true, damaged),
      Edited(
          "PackSaysFewerObjects", Outcome::kRefused,
          [](std::string* bytes) { --(*bytes)[11]; }, true, damaged),
      Edited(
          "PackSaysMillionsOfObjects", Outcome::kRefused,
          [](std::string* bytes) { (*bytes)[8] = '\x7f'; }, true, damaged),
      Edited(
          "PackWithBytesBeforeItsChecksum", Outcome::kRefused,
          [](std::string* bytes) { bytes->insert(bytes->size() - 20, 9, 'x'); },
          true, damaged),

      Index("IndexIsEmpty",
            [](HostileSite&, std::string* bytes) { bytes->clear(); }),
      Index("IndexOfGarbage",
            [](HostileSite&, std::string* bytes) { *bytes = "garbage"; }),
      Index("IndexWithWrongIds",
            [](HostileSite&, std::string* bytes) {
              for (size_t at = 8 + 1024 + 10; at < 8 + 1024 + 200; at += 20) {
                Flip(bytes, at);
              }
            }),
      Index("IndexWithWrongOffsets",
            [](HostileSite&, std::string* bytes) {
              for (size_t at = bytes->size() - 41; at > bytes->size() - 60;
                   at -= 4) {
                Flip(bytes, at);
              }
            }),
      Index("IndexWithHugeOffsets",
            [](HostileSite&, std::string* bytes) {
              for (size_t at = bytes->size() - 44; at > bytes->size() - 60;
                   at -= 4) {
                (*bytes)[at] = '\xff';
              }
            }),
      Index("IndexOfAnotherPack",
            [](HostileSite& site, std::string* bytes) {
              PackForge forge;
              forge.Add(ObjectType::kBlob, "other\n");
              site.Write("../other.pack", forge.Finish());
              site.Git({"index-pack", "../other.pack"});
              *bytes = site.Read("../other.idx");
            }),

      Forged(
          "PackOfGarbage", Outcome::kRefusedHistory,
          [](const HostileSite&) { return "garbage"; }, damaged),
      Forged("DeltaBomb", Outcome::kRefusedHistory, DeltaBomb,
             "expands to more than 1000 times its size"),
      Forged("DeltaCycle", Outcome::kRefusedHistory, Cycle, damaged),
      Forged("ThinPack", Outcome::kRefusedHistory, Thin, damaged),
      Forged("DeepDeltas", Outcome::kNeutral, DeepChain),
      Forged(
          "ObjectTwice", Outcome::kRefusedHistory,
          [](const HostileSite&) {
            PackForge forge;
            forge.Add(ObjectType::kBlob, "twice\n");
            forge.Add(ObjectType::kBlob, "twice\n");
            return forge.Finish();
          },
          damaged),
      Forged(
          "ObjectSaysMore", Outcome::kRefusedHistory,
          [](const HostileSite&) {
            PackForge forge;
            forge.AddRaw(testing::EntryHeaderBytes(3, uint64_t{1} << 40) +
                         testing::Deflate("small\n"));
            return forge.Finish();
          },
          "expands to more than 1000 times its size"),
      Forged(
          "ObjectOfUnknownKind", Outcome::kRefusedHistory,
          [](const HostileSite&) {
            PackForge forge;
            forge.AddRaw(testing::EntryHeaderBytes(5, 6) +
                         testing::Deflate("small\n"));
            return forge.Finish();
          },
          damaged),
  };
}

}  // namespace backgraft::commands
