// The ids of many objects: side by side where the processor is faster that
// way.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "base/sha1_lanes.h"
#include "git/oid.h"

namespace backgraft::git {

// Not thread-safe (one for each thread). `Object` is the caller's own: what it
// needs to know an object by, and to keep its content.
template <typename Object>
class ObjectHasher {
 public:
  // Called once for each object that was added, in any order, from Add() and
  // Flush(). Where it throws, others are lost: nothing more may be asked then.
  using Done = std::function<void(Object, const Oid&)>;

  explicit ObjectHasher(Done done) : done_(std::move(done)) {}

  // Hashes an object, now or with those that follow. `content` must stay where
  // it is until it is done.
  void Add(ObjectType type, std::string_view content, Object object) {
    // What waits takes memory.
    if (!Sha1Lanes::Pays() || content.size() > kMaximumBytes) {
      done_(std::move(object), HashObject(type, content));
      return;
    }
    if (lanes_.full()) Run();
    const size_t lane =
        lanes_.Begin(ObjectHeader(type, content.size()), AsBytes(content));
    objects_[lane] = std::move(object);
  }

  // Finishes all that were added.
  void Flush() {
    while (!lanes_.empty()) Run();
  }

 private:
  static constexpr size_t kMaximumBytes = size_t{512} << 10;

  void Run() {
    for (uint32_t done = lanes_.Run(); done != 0; done &= done - 1) {
      const auto lane = static_cast<size_t>(std::countr_zero(done));
      done_(std::move(objects_[lane]), Oid{lanes_.digest(lane)});
    }
  }

  Done done_;
  Sha1Lanes lanes_;
  std::array<Object, Sha1Lanes::kLanes> objects_{};
};

}  // namespace backgraft::git
