#include "commands/staging_note.h"

#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/io.h"
#include "commands/parts.h"
#include "import/database_switch.h"
#include "import/files_switch.h"

namespace backgraft::commands {
namespace {

std::string PathIn(const std::string& journal) { return journal + "/staging"; }

// Paths and names are bytes, JSON is not: each byte stands as one character.
nlohmann::json Bytes(const std::string& text) {
  nlohmann::json bytes = nlohmann::json::array();
  for (const char c : text) bytes.push_back(static_cast<unsigned char>(c));
  return bytes;
}

std::string TextOf(const nlohmann::json& bytes) {
  std::string text;
  for (const auto& byte : bytes) {
    text += static_cast<char>(byte.get<unsigned char>());
  }
  return text;
}

void SweepDatabase(const std::string& recorded, const Context& context) {
  imports::Connection connection(FindRecordedDatabase(
      context.database_url,
      recorded.empty() ? std::nullopt : std::optional(recorded)));
  const std::string& live = connection.schema();
  imports::LockDatabase(connection, live);
  imports::RecoverStray(connection, live);
}

}  // namespace

StagingNote::StagingNote(const std::string& journal, const StagedPlaces& places)
    : path_(PathIn(journal)) {
  nlohmann::json json = nlohmann::json::object();
  if (places.database_url) json["database"] = Bytes(*places.database_url);
  if (places.files) json["files"] = Bytes(*places.files);
  // In its place, not renamed to it: a half one says that nothing is staged
  // yet, and a second name could be left over.
  try {
    const UniqueFd fd = OpenFile(path_, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    WriteAll(fd.get(), AsBytes(json.dump()), path_);
    SyncFile(fd.get(), path_);
    SyncDirectory(journal);
  } catch (const Error&) {
    unlink(path_.c_str());
    throw;
  }
}

StagingNote::~StagingNote() {
  if (!left_) unlink(path_.c_str());
}

bool IsStagingNoted(const std::string& journal) {
  return access(PathIn(journal).c_str(), F_OK) == 0;
}

void SweepStaged(const std::string& journal, const Context& context,
                 cli::Report& report) {
  const std::string path = PathIn(journal);
  try {
    std::string text;
    if (!ReadFileIfExists(path, &text)) return;
    const nlohmann::json json = nlohmann::json::parse(text);
    if (json.contains("files")) {
      imports::SweepLeftovers(TextOf(json.at("files")));
    }
    if (json.contains("database")) {
      SweepDatabase(TextOf(json.at("database")), context);
    }
    unlink(path.c_str());
  } catch (const Error& error) {
    report.warnings.push_back(
        "what a killed run had staged could not be cleared away yet: " +
        std::string(error.what()));
  } catch (const nlohmann::json::exception&) {
    // Not a whole note: nothing had been staged when it was written.
    unlink(path.c_str());
  }
}

}  // namespace backgraft::commands
