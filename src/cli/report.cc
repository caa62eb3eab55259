#include "cli/report.h"

#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "git/date.h"

namespace backgraft::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(const std::string& bytes) { return EscapeInvalidUtf8(bytes); }

void Put(Json& json, const char* key, const std::optional<std::string>& value) {
  if (value) json[key] = Text(*value);
}

void Put(Json& json, const char* key, const std::optional<uint64_t>& value) {
  if (value) json[key] = *value;
}

Json SourceJson(const restore::SourceInfo& source) {
  Json json;
  json["name"] = Text(source.name);
  Put(json, "sha256", source.sha256);
  json["kind"] = source.kind;
  json["format"] = source.format;
  Put(json, "site", source.site);
  Put(json, "env", source.env);
  if (source.time) json["time"] = git::FormatUtcDate(*source.time);
  Put(json, "tip", source.tip);
  json["root"] = Text(source.root);
  return json;
}

Json CountsJson(const Counts& counts) {
  Json json = Json::object();
  Put(json, "files", counts.files);
  Put(json, "added", counts.added);
  Put(json, "modified", counts.modified);
  Put(json, "deleted", counts.deleted);
  Put(json, "left_out", counts.left_out);
  Put(json, "commits", counts.commits);
  return json;
}

Json PartsJson(const std::vector<PartRow>& rows) {
  Json list = Json::array();
  for (const PartRow& row : rows) {
    Json json;
    json["kind"] = row.source.kind;
    json["status"] = StatusName(row.status);
    if (row.verified) json["verified"] = *row.verified;
    json["source"] = SourceJson(row.source);
    if (row.counts) json["counts"] = CountsJson(*row.counts);
    list.push_back(std::move(json));
  }
  return list;
}

// A list of objects with two texts each.
template <typename T>
void PutPairs(Json& json, const char* key, const std::vector<T>& rows,
              const char* first_key, std::string T::*first,
              const char* second_key, std::string T::*second) {
  if (rows.empty()) return;
  Json list = Json::array();
  for (const T& row : rows) {
    list.push_back(
        {{first_key, Text(row.*first)}, {second_key, Text(row.*second)}});
  }
  json[key] = std::move(list);
}

void PutTexts(Json& json, const char* key,
              const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(Text(text));
  json[key] = std::move(list);
}

Json DeploysJson(const std::vector<DeployRow>& rows) {
  Json list = Json::array();
  for (const DeployRow& row : rows) {
    list.push_back({{"tag", Text(row.tag)},
                    {"commit", row.commit},
                    {"date", row.date},
                    {"commits", row.commits},
                    {"current", row.current}});
  }
  return list;
}

Json OperationsJson(const std::vector<OperationRow>& rows) {
  Json list = Json::array();
  for (const OperationRow& row : rows) {
    Json json;
    json["op"] = row.op;
    json["time"] = row.time;
    json["command"] = row.command;
    json["title"] = Text(row.title);
    Put(json, "branch", row.branch);
    Put(json, "before", row.before);
    Put(json, "after", row.after);
    json["files"] = row.files;
    json["undone"] = row.undone;
    Put(json, "undoes", row.undoes);
    list.push_back(std::move(json));
  }
  return list;
}

Json ErrorJson(const ErrorText& error) {
  Json json;
  json["message"] = Text(error.message);
  if (!error.hints.empty()) {
    std::string hint;
    for (const std::string& line : error.hints) {
      if (!hint.empty()) hint += '\n';
      hint += line;
    }
    json["hint"] = Text(hint);
  }
  return json;
}

}  // namespace

std::string ToJson(const Report& report) {
  Json json;
  json["command"] = report.command;
  json["status"] = StatusName(report.status);
  json["exit"] = report.exit;
  json["dry_run"] = report.dry_run;
  Put(json, "op", report.op);
  Put(json, "branch", report.branch);
  Put(json, "before", report.before);
  Put(json, "after", report.after);
  Put(json, "tree", report.tree);
  if (report.verified) json["verified"] = *report.verified;
  Put(json, "relation", report.relation);
  if (report.source) json["source"] = SourceJson(*report.source);
  if (report.counts) json["counts"] = CountsJson(*report.counts);
  if (!report.parts.empty()) json["parts"] = PartsJson(report.parts);
  PutTexts(json, "conflicts", report.conflicts);
  PutPairs(json, "left_out", report.left_out, "path", &restore::LeftOut::path,
           "reason", &restore::LeftOut::reason);
  PutPairs(json, "skipped", report.skipped, "commit", &SkippedCommit::commit,
           "reason", &SkippedCommit::reason);
  PutPairs(json, "differences", report.differences, "path", &Difference::path,
           "change", &Difference::change);
  if (report.deploys) json["deploys"] = DeploysJson(*report.deploys);
  if (report.operations)
    json["operations"] = OperationsJson(*report.operations);
  PutTexts(json, "warnings", report.warnings);
  if (report.error) json["error"] = ErrorJson(*report.error);
  return json.dump() + "\n";
}

}  // namespace backgraft::cli
