// What imported objects name: the ids in commits, trees and tags, each once,
// with the types they are named as. Whether all of them are there is most of
// the proof that a history is whole.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <vector>

#include "git/oid.h"

namespace backgraft::git {

// An object named by another one.
struct Reference {
  Oid oid;
  ObjectType type;
};

// Calls `visit` with everything the object names. Gitlinks are not followed:
// what they name belongs to another repository. Bytes that are no object of
// this type name what can be read of them.
void VisitReferences(ObjectType type, std::string_view content,
                     const std::function<void(const Reference&)>& visit);

// About 40 bytes for each id, and 400 KB for each thread.
class ReferenceSet {
 public:
  ReferenceSet();

  // Adds everything the object names. Thread-safe.
  void Add(ObjectType type, std::string_view content);

  // Every id once for each type it was named as, in no order and from several
  // threads. Not while Add() runs.
  void ForEach(const std::function<void(const Reference&)>& visit) const;

  size_t size() const;

 private:
  struct Slot {
    Oid oid;
    uint32_t types = 0;  // bit 1 << ObjectType; 0 is a free slot
  };
  // Open addressing, at most two thirds full.
  struct Shard {
    mutable std::mutex mutex;
    std::vector<Slot> slots;
    size_t used = 0;
  };
  static void Insert(Shard* shard, const Oid& oid, uint32_t types);
  static void Grow(Shard* shard);

  const uint64_t number_;
  std::array<Shard, 64> shards_;
};

}  // namespace backgraft::git
