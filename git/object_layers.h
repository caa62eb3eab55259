// Several object readers as one.
#pragma once

#include <initializer_list>
#include <vector>

#include "git/object_reader.h"

namespace backgraft::git {

// The first layer that has an object answers. Layers must outlive this. Add()
// must not run beside reads.
class ObjectLayers : public ObjectReader {
 public:
  ObjectLayers(std::initializer_list<const ObjectReader*> layers)
      : layers_(layers) {}
  void Add(const ObjectReader* layer) { layers_.push_back(layer); }

  bool Exists(const Oid& oid) const override {
    for (const ObjectReader* layer : layers_) {
      if (layer->Exists(oid)) return true;
    }
    return false;
  }
  std::optional<Object> Find(const Oid& oid) const override {
    for (const ObjectReader* layer : layers_) {
      if (auto object = layer->Find(oid)) return object;
    }
    return std::nullopt;
  }

 private:
  std::vector<const ObjectReader*> layers_;
};

// For reading a source without a repository.
class NoObjects : public ObjectReader {
 public:
  bool Exists(const Oid&) const override { return false; }
  std::optional<Object> Find(const Oid&) const override { return std::nullopt; }
};

}  // namespace backgraft::git
