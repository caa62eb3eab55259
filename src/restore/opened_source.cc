#include "restore/opened_source.h"

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "source/backup_name.h"
#include "source/file_source.h"
#include "source/link.h"
#include "source/link_source.h"

namespace backgraft::restore {
namespace {

constexpr uint64_t kPiece = uint64_t{1} << 20;

std::string CommandThatShows(archive::Container container,
                             const std::string& name) {
  switch (container) {
    case archive::Container::kTar:
      return "see what it holds: tar tvf " + name;
    case archive::Container::kZip:
      return "see what it holds: unzip -l " + name;
    case archive::Container::kBundle:
      return "see what it holds: git bundle list-heads " + name;
    case archive::Container::kSql:
      return "bring it into a database: backgraft import db " + name;
    case archive::Container::kPage:
    case archive::Container::kUnknown:
      break;
  }
  // It may hold anything: none of that is for the terminal.
  return "see what it is: head -c 1000 " + name + " | cat -v";
}

std::unique_ptr<source::HashingSource> OpenBytes(const std::string& name,
                                                 Progress& progress) {
  if (!source::IsLink(name)) return source::Open(name);
  return source::OpenLink(
      name,
      {.warn = [&progress](const std::string& text) { progress.Warn(text); },
       .arrived = [&progress](uint64_t done) { progress.Update(done); }});
}

}  // namespace

// Tells the progress how far it has been read.
class OpenedSource::CountingSource : public ByteSource {
 public:
  CountingSource(const std::string& name, Progress& progress)
      : source_(OpenBytes(name, progress)), progress_(progress) {
    progress_.Begin("reading", Unit::kBytes, source_->size());
  }

  size_t Read(std::span<std::byte> buffer) override {
    size_t n = source_->Read(buffer);
    done_ += n;
    progress_.Update(done_);
    return n;
  }
  std::optional<uint64_t> size() const override { return source_->size(); }
  int random_access_fd() const override { return source_->random_access_fd(); }
  void Cancel() noexcept override { source_->Cancel(); }
  const std::string& name() const override { return source_->name(); }
  std::string sha256() { return source_->sha256(); }

 private:
  std::unique_ptr<source::HashingSource> source_;
  Progress& progress_;
  uint64_t done_ = 0;
};

OpenedSource::OpenedSource(const std::string& name, const SourceLimits& limits,
                           Progress& progress,
                           std::optional<archive::Part> part)
    : name_(source::ShownName(name)), limits_(limits), part_(std::move(part)) {
  info_.name = source::FileName(name);
  if (auto parsed = source::ParseBackupName(name)) {
    info_.site = parsed->site;
    info_.env = parsed->env;
    info_.time = parsed->time;
  }
  if (!source::IsLink(name) && source::IsDirectory(name)) {
    if (limits_.sha256) {
      throw Error(ErrorKind::kUsage, "'--sha256' is of a file's bytes, and " +
                                         Quote(name) + " is a directory");
    }
    info_.format = "directory";
    progress.Begin("reading", Unit::kFiles, std::nullopt);
    return;
  }
  bytes_ = std::make_unique<CountingSource>(name, progress);
  peekable_ = std::make_unique<archive::PeekableSource>(*bytes_);
  type_ = archive::Sniff(*peekable_);
  info_.format = type_->format();
}

archive::Reader& OpenedSource::reader() {
  if (!reader_) {
    reader_ = type_ ? archive::OpenArchive(*peekable_, limits_)
                    : archive::OpenDirectory(name_, limits_);
    if (part_) {
      auto reader =
          std::make_unique<archive::PartReader>(std::move(reader_), *part_);
      part_reader_ = reader.get();
      reader_ = std::move(reader);
    }
  }
  return *reader_;
}

archive::ByteStream& OpenedSource::bytes() {
  if (!stream_) {
    stream_ = std::make_unique<archive::ByteStream>(
        std::make_unique<archive::PeekableSource>(*peekable_),
        type_->compression, limits_, Quote(name_));
  }
  return *stream_;
}

void OpenedSource::CheckToEnd() {
  while (!bytes().Take(kPiece).empty()) ThrowIfInterrupted();
}

void OpenedSource::ThrowExplained(const Error& refusal) const {
  if (refusal.kind() != ErrorKind::kBadSource || !refusal.hints().empty() ||
      name_ == "-" || source::IsLink(name_)) {
    return;
  }
  const std::string name = Quote(name_);
  throw Error(refusal.kind(), refusal.what(),
              {type_ ? CommandThatShows(type_->container, name)
                     : "see what it holds: find " + name + " -ls"});
}

OpenedSource::~OpenedSource() = default;

SourceInfo OpenedSource::Finish(const archive::Root& root) {
  info_.root = root.prefix;
  if (part_ && !part_->directory.empty()) {
    info_.root =
        part_->directory + (root.prefix.empty() ? "" : "/" + root.prefix);
  }
  info_.has_git = root.has_git;
  if (part_reader_ != nullptr) {
    passed_over_ = std::exchange(part_reader_, nullptr)->passed_over();
  }
  reader_.reset();
  stream_.reset();
  if (bytes_) info_.sha256 = bytes_->sha256();
  if (limits_.sha256 && info_.sha256 != limits_.sha256) {
    throw Error(ErrorKind::kBadSource, Quote(name_) + ": its SHA-256 is " +
                                           info_.sha256.value_or("") +
                                           ", not " + *limits_.sha256);
  }
  return info_;
}

}  // namespace backgraft::restore
