#include "import/dump_source.h"

#include <atomic>
#include <vector>

#include "archive/byte_stream.h"
#include "archive/litter.h"
#include "archive/member_source.h"
#include "archive/peekable_source.h"
#include "archive/spool.h"
#include "base/error.h"
#include "base/escape.h"
#include "source/link.h"
#include "source/link_source.h"

namespace backgraft::imports {
namespace {

using archive::Container;

constexpr uint64_t kPiece = uint64_t{1} << 20;

// A text that does not begin as dumps do may still be one: the rules will say.
bool MayBeDump(const archive::SourceType& type) {
  return type.container == Container::kSql ||
         (type.container == Container::kUnknown &&
          type.looks_like.starts_with("a text file"));
}

}  // namespace

class DumpSource::Counted : public ByteSource {
 public:
  explicit Counted(const std::string& name,
                   const std::function<void(const std::string&)>& warn = {})
      : source_(source::IsLink(name)
                    ? source::OpenLink(name, {.warn = warn, .arrived = {}})
                    : source::Open(name)) {}
  size_t Read(std::span<std::byte> buffer) override {
    const size_t size = source_->Read(buffer);
    done_ += size;
    return size;
  }
  std::optional<uint64_t> size() const override { return source_->size(); }
  int random_access_fd() const override { return source_->random_access_fd(); }
  void Cancel() noexcept override { source_->Cancel(); }
  const std::string& name() const override { return source_->name(); }
  std::string sha256() { return source_->sha256(); }
  uint64_t done() const { return done_; }

 private:
  std::unique_ptr<source::HashingSource> source_;
  std::atomic<uint64_t> done_ = 0;
};

DumpSource::DumpSource(const std::string& name,
                       const std::optional<std::string>& member,
                       const archive::Limits& limits,
                       const std::function<void(const std::string&)>& warn)
    : subject_(Quote(source::ShownName(name))),
      path_(name),
      member_(member),
      limits_(limits) {
  bytes_ = std::make_unique<Counted>(path_, warn);
  peekable_ = std::make_unique<archive::PeekableSource>(*bytes_);
  const archive::SourceType type = archive::Sniff(*peekable_);
  format_ = type.format();
  if (type.container == Container::kTar || type.container == Container::kZip) {
    // Which of its files is the dump is known once all were looked at.
    if (source::IsLink(name) || bytes_->random_access_fd() < 0) {
      spooled_ = archive::Spool(*peekable_);
      path_ = "/proc/self/fd/" + std::to_string(spooled_.get());
    } else if (name == "-") {
      // Opened anew it is read from its beginning.
      path_ = "/proc/self/fd/0";
    }
    FindMember(limits);
    return;
  }
  if (!MayBeDump(type)) {
    throw Error(
        ErrorKind::kBadSource,
        subject_ + " is no database dump: it looks like " + type.looks_like);
  }
  if (format_.empty()) format_ = "sql";
  if (member_) {
    throw Error(ErrorKind::kRefused,
                subject_ + " is no archive: it has no members");
  }
  stream_ = std::make_unique<archive::ByteStream>(
      std::make_unique<archive::PeekableSource>(*peekable_), type.compression,
      limits, subject_);
}

DumpSource::~DumpSource() = default;

void DumpSource::FindMember(const archive::Limits& limits) {
  std::vector<std::string> dumps;
  {
    Counted bytes(path_);
    const std::unique_ptr<archive::Reader> reader =
        archive::OpenArchive(bytes, limits);
    while (const std::optional<archive::Entry> entry = reader->Next()) {
      if (entry->kind != archive::EntryKind::kRegular || entry->size == 0 ||
          archive::IsMacLitter(entry->path)) {
        continue;
      }
      if (member_) {
        if (entry->path == *member_) dumps.push_back(entry->path);
        continue;
      }
      archive::MemberSource content(*reader, entry->path);
      archive::PeekableSource peekable(content);
      if (archive::Sniff(peekable).container == Container::kSql) {
        dumps.push_back(entry->path);
      }
    }
  }
  if (dumps.empty()) {
    throw Error(ErrorKind::kBadSource,
                member_ ? subject_ + " holds no file " + Quote(*member_)
                        : subject_ + " holds no database dump");
  }
  if (dumps.size() > 1) {
    std::vector<std::string> hints = {"choose one with --member NAME:"};
    for (const std::string& dump : dumps) hints.push_back("  " + Escape(dump));
    throw Error(
        ErrorKind::kRefused,
        subject_ + " holds " + std::to_string(dumps.size()) + " database dumps",
        std::move(hints));
  }
  OpenMember(dumps.front());
}

void DumpSource::OpenMember(const std::string& path) {
  bytes_ = std::make_unique<Counted>(path_);
  reader_ = archive::OpenArchive(*bytes_, limits_);
  for (;;) {
    const std::optional<archive::Entry> entry = reader_->Next();
    if (!entry) {
      throw Error(ErrorKind::kBadSource,
                  subject_ + ": it changed while it was read");
    }
    if (entry->path == path) break;
  }
  member_ = path;
  entry_ = std::make_unique<archive::MemberSource>(*reader_, path);
  entry_peekable_ = std::make_unique<archive::PeekableSource>(*entry_);
  const archive::SourceType type = archive::Sniff(*entry_peekable_);
  subject_ += ": entry " + Quote(path);
  if (!MayBeDump(type)) {
    throw Error(
        ErrorKind::kBadSource,
        subject_ + " is no database dump: it looks like " + type.looks_like);
  }
  stream_ = std::make_unique<archive::ByteStream>(
      std::make_unique<archive::PeekableSource>(*entry_peekable_),
      type.compression, limits_, subject_);
}

ByteSpan DumpSource::Read() {
  if (ended_) return {};
  const ByteSpan piece = stream_->Take(kPiece);
  if (!piece.empty()) return piece;
  ended_ = true;
  while (reader_ && reader_->Next()) {
  }
  return {};
}

void DumpSource::Cancel() noexcept { stream_->Cancel(); }

std::optional<uint64_t> DumpSource::size() const { return bytes_->size(); }

uint64_t DumpSource::done() const {
  // Of a member its archive's reader would have to say.
  return reader_ ? bytes_->done() : stream_->consumed();
}

std::string DumpSource::sha256() {
  stream_.reset();
  reader_.reset();
  return bytes_->sha256();
}

}  // namespace backgraft::imports
