#include "git/imported_history.h"

#include <fcntl.h>

#include <algorithm>
#include <system_error>

#include "base/block_signals.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "git/commit.h"
#include "git/import_check.h"
#include "git/pack_install.h"

namespace backgraft::git {
namespace {

constexpr uint64_t kProgressStep = 2048;

}  // namespace

class ImportedHistory::Packs : public ObjectReader {
 public:
  void Add(VerifiedPack pack) { packs_.push_back(std::move(pack)); }

  bool Exists(const Oid& oid) const override {
    return FindType(oid).has_value();
  }
  std::optional<Object> Find(const Oid& oid) const override {
    for (const VerifiedPack& pack : packs_) {
      if (auto object = pack.Find(oid)) return object;
    }
    return std::nullopt;
  }
  std::optional<ObjectType> FindType(const Oid& oid) const {
    for (const VerifiedPack& pack : packs_) {
      if (auto type = pack.FindType(oid)) return type;
    }
    return std::nullopt;
  }
  const std::vector<VerifiedPack>& all() const { return packs_; }

 private:
  std::vector<VerifiedPack> packs_;
};

ImportedHistory::ImportedHistory(ForeignObjects& objects,
                                 const std::vector<Oid>& tips,
                                 const ObjectReader& repository,
                                 const ImportOptions& options)
    : objects_(objects), options_(options), packs_(std::make_unique<Packs>()) {
  const bool hints = std::ranges::any_of(
      objects.packs(),
      [&](const auto& pack) { return objects.HintsOf(pack).has_value(); });
  std::optional<ImportCheck> check;
  check.emplace(options_.fsck, repository);
  try {
    ReadAll(repository, hints, &*check);
  } catch (const Error& error) {
    if (!hints || error.kind() != ErrorKind::kBadSource) throw;
    // The source's own indexes may be what is wrong.
    Forget();
    check.emplace(options_.fsck, repository);
    ReadAll(repository, false, &*check);
  }
  if (options_.will_install) MakeIndexes();
  ImportedObjects imported{this,
                           [this](const Oid& oid) { return FindType(oid); }};
  warnings_ = check->Finish(tips, imported);
  std::sort(large_blobs_.begin(), large_blobs_.end(),
            [](const LargeBlob& a, const LargeBlob& b) {
              return a.size != b.size ? a.size > b.size : a.oid < b.oid;
            });
  large_blobs_.erase(std::unique(large_blobs_.begin(), large_blobs_.end(),
                                 [](const LargeBlob& a, const LargeBlob& b) {
                                   return a.oid == b.oid;
                                 }),
                     large_blobs_.end());
}

void ImportedHistory::ReadAll(const ObjectReader& repository, bool hints,
                              ImportCheck* check) {
  auto sink = [&](const PackedObjectView& object) {
    check->Add(object);
    Note(object);
  };
  for (const ForeignObjects::Pack& pack : objects_.packs()) {
    PackOptions pack_options;
    pack_options.name = pack.name + ".pack";
    pack_options.threads = options_.threads;
    pack_options.bases = &repository;
    if (hints) pack_options.hints = objects_.HintsOf(pack);
    packs_->Add(VerifyPack(objects_.Open(pack).path, pack_options, sink));
  }
  loose_ = objects_.LooseIds();
  for (const Oid& oid : loose_) {
    ThrowIfInterrupted();
    ForeignObjects::LooseObject object = objects_.ReadLoose(oid);
    loose_types_.push_back(object.type);
    std::optional<std::string_view> content;
    if (object.content) content = *object.content;
    sink({object.type, oid, object.size, content});
  }
}

void ImportedHistory::Forget() {
  packs_ = std::make_unique<Packs>();
  loose_.clear();
  loose_types_.clear();
  noted_ = 0;
  commits_.clear();
  large_blobs_.clear();
}

void ImportedHistory::MakeIndexes() {
  const auto make = [this] {
    std::vector<std::string> indexes;
    for (const VerifiedPack& pack : packs_->all()) {
      indexes.push_back(pack.Index());
    }
    return indexes;
  };
  const BlockSignals blocked;
  try {
    indexes_ = std::async(std::launch::async, make);
  } catch (const std::system_error&) {
    // There is no thread to be had: they are made when they are asked for.
    indexes_ = std::async(std::launch::deferred, make);
  }
}

ImportedHistory::~ImportedHistory() = default;

void ImportedHistory::Note(const PackedObjectView& object) {
  std::optional<HistoryCommit> commit;
  if (object.type == ObjectType::kCommit && object.content) {
    try {
      commit = ParseHistoryCommit(*object.content);
    } catch (const Error&) {
      // fsck has its own words for such a commit, if it minds at all; whoever
      // needs it reads it again and fails then.
    }
  }
  bool large =
      object.type == ObjectType::kBlob && object.size > options_.large_blob;
  if (commit || large) {
    std::lock_guard lock(mutex_);
    if (commit) commits_.emplace_back(object.oid, std::move(*commit));
    if (large) large_blobs_.push_back({object.oid, object.size});
  }
  const uint64_t noted = ++noted_;
  if (noted % kProgressStep == 0) {
    ThrowIfInterrupted();
    std::lock_guard lock(mutex_);
    if (options_.progress) options_.progress(noted);
  }
}

uint64_t ImportedHistory::object_count() const { return noted_; }

void ImportedHistory::Preload(History* history) const {
  for (const auto& [oid, commit] : commits_) history->Preload(oid, commit);
}

std::optional<ObjectType> ImportedHistory::FindType(const Oid& oid) const {
  if (auto type = packs_->FindType(oid)) return type;
  auto at = std::lower_bound(loose_.begin(), loose_.end(), oid);
  if (at == loose_.end() || *at != oid) return std::nullopt;
  size_t index = static_cast<size_t>(at - loose_.begin());
  // While they are being read, those to come are not known yet.
  if (index >= loose_types_.size()) return std::nullopt;
  return loose_types_[index];
}

bool ImportedHistory::Exists(const Oid& oid) const {
  return FindType(oid).has_value();
}

std::optional<Object> ImportedHistory::Find(const Oid& oid) const {
  if (auto object = packs_->Find(oid)) return object;
  if (!std::binary_search(loose_.begin(), loose_.end(), oid)) {
    return std::nullopt;
  }
  return objects_.Find(oid);
}

const ObjectReader& ImportedHistory::packed() const { return *packs_; }

void ImportedHistory::AddLooseTo(ObjectWriter* writer) const {
  for (const Oid& oid : loose_) {
    ThrowIfInterrupted();
    if (packs_->Exists(oid)) continue;
    std::optional<Object> object = objects_.Find(oid);
    Require(object.has_value(), "a verified object cannot be read");
    writer->Add(object->type, object->content);
  }
}

void ImportedHistory::InstallPacks(const std::string& objects_dir) {
  if (packs_->all().empty()) return;
  const std::string directory = MakePackDirectory(objects_dir);
  if (!indexes_.valid()) MakeIndexes();
  const std::vector<std::string> indexes = indexes_.get();
  auto pack = packs_->all().begin();
  auto index = indexes.begin();
  for (ForeignObjects::Pack& file : objects_.packs()) {
    Require(!file.named.empty(), "a pack without a name is not installed");
    if (pack->object_count() > 0) {
      const UniqueFd fd = OpenFile(file.named, O_RDWR);
      InstallPack(fd.get(), file.named, directory, pack->checksum(), *index);
      file.named.clear();
    }
    ++pack;
    ++index;
  }
}

}  // namespace backgraft::git
