// Several object readers as one.
#pragma once

#include <initializer_list>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "git/object_reader.h"

namespace backgraft::git {

// The first layer that has an object answers. Layers must outlive this.
//
// One that fails to find an object may look for it everywhere, once more (what
// another program has added since): only those that know it are asked for it,
// and all of them only where none does.
class ObjectLayers : public ObjectReader {
 public:
  ObjectLayers(std::initializer_list<const ObjectReader*> layers)
      : layers_(layers) {}
  // Thread-safe, as reads are.
  void Add(const ObjectReader* layer) {
    std::unique_lock lock(mutex_);
    layers_.push_back(layer);
  }

  bool Exists(const Oid& oid) const override {
    for (size_t i = 0; const ObjectReader* layer = At(i); ++i) {
      if (layer->Exists(oid)) return true;
    }
    return false;
  }
  std::optional<Object> Find(const Oid& oid) const override {
    for (size_t i = 0; const ObjectReader* layer = At(i); ++i) {
      if (!layer->Exists(oid)) continue;
      if (auto object = layer->Find(oid)) return object;
    }
    for (size_t i = 0; const ObjectReader* layer = At(i); ++i) {
      if (auto object = layer->Find(oid)) return object;
    }
    return std::nullopt;
  }

 private:
  // Null behind the last. No lock is held while a layer is asked: it may be
  // asking us again.
  const ObjectReader* At(size_t i) const {
    std::shared_lock lock(mutex_);
    return i < layers_.size() ? layers_[i] : nullptr;
  }

  mutable std::shared_mutex mutex_;
  std::vector<const ObjectReader*> layers_;
};

// For reading a source without a repository.
class NoObjects : public ObjectReader {
 public:
  bool Exists(const Oid&) const override { return false; }
  std::optional<Object> Find(const Oid&) const override { return std::nullopt; }
};

}  // namespace backgraft::git
