#include "git/operation.h"

#include <charconv>
#include <cstdio>

#include "base/error.h"
#include "base/escape.h"
#include "base/sha.h"

namespace backgraft::git {
namespace {

// A record is lines of fields with a space between them. In a field, every byte
// that is not printable ASCII, and '%', is written as %XX; "%" alone is the
// empty text, "-" is nothing, and a text that is "-" is %2D.
constexpr std::string_view kFirstLine = "backgraft-operation 1\n";
constexpr std::string_view kLastKey = "end ";
constexpr char kNothing[] = "-";

std::string Encode(std::string_view text) {
  if (text.empty()) return "%";
  if (text == kNothing) return "%2D";
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (c > ' ' && c < 0x7f && c != '%') {
      out += c;
      continue;
    }
    constexpr char kDigits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

std::string Number(int64_t value) { return std::to_string(value); }
std::string Octal(unsigned value) {
  char text[16];
  std::snprintf(text, sizeof text, "%o", value);
  return text;
}
std::string Id(const std::optional<Oid>& oid) {
  return oid ? oid->Hex() : kNothing;
}
std::string Text(const std::optional<std::string>& text) {
  return text ? Encode(*text) : kNothing;
}

std::string State(const PathState& state) {
  std::string out(1, "-fld"[static_cast<int>(state.kind)]);
  if (state.kind == PathState::Kind::kAbsent ||
      state.kind == PathState::Kind::kDirectory)
    return out;
  out += " " + Octal(state.mode) + (state.exact_mode ? " exact " : " umask ");
  out += state.modified ? Number(state.modified->seconds) + " " +
                              Number(state.modified->nanoseconds)
                        : "- -";
  if (!state.saved.empty()) return out + " saved " + Encode(state.saved);
  return out + (state.converted ? " filtered " : " blob ") + state.blob.Hex();
}

// Takes a record apart, field by field.
class Fields {
 public:
  Fields(std::string_view bytes, const std::string& path)
      : rest_(bytes), path_(path) {}

  bool AtEnd() const { return rest_.empty(); }
  [[noreturn]] void Fail() const {
    throw Error(ErrorKind::kIo,
                "the journal's record " + Quote(path_) + " is damaged");
  }

  std::string_view Raw() {
    size_t end = rest_.find_first_of(" \n");
    if (end == std::string_view::npos) Fail();
    std::string_view field = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return field;
  }

  std::optional<std::string> MaybeText() {
    std::string_view field = Raw();
    if (field == kNothing) return std::nullopt;
    if (field == "%") return "";
    std::string out;
    for (size_t i = 0; i < field.size(); ++i) {
      if (field[i] != '%') {
        out += field[i];
        continue;
      }
      unsigned byte = 0;
      const char* begin = field.data() + i + 1;
      if (i + 2 >= field.size() ||
          std::from_chars(begin, begin + 2, byte, 16).ptr != begin + 2)
        Fail();
      out += static_cast<char>(byte);
      i += 2;
    }
    return out;
  }
  std::string Text() {
    auto text = MaybeText();
    if (!text) Fail();
    return *text;
  }

  template <typename T>
  T Number(int base = 10) {
    std::string_view field = Raw();
    T value{};
    auto [end, error] =
        std::from_chars(field.data(), field.data() + field.size(), value, base);
    if (error != std::errc() || end != field.data() + field.size()) Fail();
    return value;
  }

  std::optional<Oid> MaybeId() {
    std::string_view field = Raw();
    if (field == kNothing) return std::nullopt;
    auto oid = Oid::FromHex(field);
    if (!oid) Fail();
    return oid;
  }

  PathState State() {
    PathState state;
    std::string_view kind = Raw();
    size_t at = kind.size() == 1 ? std::string_view("-fld").find(kind[0])
                                 : std::string_view::npos;
    if (at == std::string_view::npos) Fail();
    state.kind = static_cast<PathState::Kind>(at);
    if (state.kind == PathState::Kind::kAbsent ||
        state.kind == PathState::Kind::kDirectory)
      return state;
    state.mode = Number<unsigned>(8);
    state.exact_mode = Raw() == "exact";
    std::string_view before = rest_;
    if (Raw() == kNothing) {
      Raw();
    } else {
      rest_ = before;
      FileTime time;
      time.seconds = Number<int64_t>();
      time.nanoseconds = Number<int64_t>();
      state.modified = time;
    }
    std::string_view place = Raw();
    if (place == "saved") {
      state.saved = Text();
      return state;
    }
    state.converted = place == "filtered";
    auto blob = MaybeId();
    if (!blob) Fail();
    state.blob = *blob;
    return state;
  }

 private:
  std::string_view rest_;
  const std::string& path_;
};

void ParseLine(std::string_view key, Fields& in, Operation* out) {
  if (key == "id") {
    out->id = in.Text();
  } else if (key == "command") {
    out->command = in.Text();
  } else if (key == "title") {
    out->title = in.Text();
  } else if (key == "time") {
    out->time = in.Number<int64_t>();
  } else if (key == "boot") {
    out->boot = in.Number<int64_t>();
  } else if (key == "who") {
    out->who = in.Text();
  } else if (key == "undoes") {
    out->undoes = in.Text();
  } else if (key == "worktree") {
    out->worktree = in.Text();
  } else if (key == "trees") {
    out->tree_before = in.MaybeId();
    out->tree_after = in.MaybeId();
  } else if (key == "checkout") {
    out->checked_out = true;
    out->had_index = in.Raw() == "index";
  } else if (key == "ref") {
    RefUpdate ref;
    ref.name = in.Text();
    ref.before = in.MaybeId();
    ref.after = in.MaybeId();
    out->refs.push_back(std::move(ref));
  } else if (key == "path") {
    PathRecord record;
    record.path = in.Text();
    record.before = in.State();
    record.after = in.State();
    out->paths.push_back(std::move(record));
  } else if (key == "directory") {
    DirectoryRecord record;
    record.path = in.Text();
    record.mode = in.Number<unsigned>(8);
    out->directories.push_back(std::move(record));
  } else if (key == "no-directory") {
    out->directories.push_back({in.Text(), std::nullopt});
  } else if (key == "note") {
    NoteRecord record;
    record.name = in.Text();
    record.before = in.MaybeText();
    record.after = in.MaybeText();
    out->notes.push_back(std::move(record));
  } else if (key == "part") {
    PartRecord part;
    part.kind = in.Text();
    part.text = in.Text();
    out->parts.push_back(std::move(part));
  } else {
    in.Fail();
  }
}

}  // namespace

bool operator==(const PathState& a, const PathState& b) {
  auto same_time = [&] {
    if (a.modified.has_value() != b.modified.has_value()) return false;
    return !a.modified || (a.modified->seconds == b.modified->seconds &&
                           a.modified->nanoseconds == b.modified->nanoseconds);
  };
  return a.kind == b.kind && a.mode == b.mode && a.exact_mode == b.exact_mode &&
         same_time() && a.saved == b.saved && a.blob == b.blob &&
         a.converted == b.converted;
}

std::string SerializeOperation(const Operation& operation) {
  std::string out(kFirstLine);
  auto line = [&](const std::string& text) { out += text + "\n"; };
  line("id " + Encode(operation.id));
  line("command " + Encode(operation.command));
  line("title " + Encode(operation.title));
  line("time " + Number(operation.time));
  if (operation.boot) line("boot " + Number(*operation.boot));
  line("who " + Encode(operation.who));
  line("undoes " + Encode(operation.undoes));
  line("worktree " + Encode(operation.worktree));
  line("trees " + Id(operation.tree_before) + " " + Id(operation.tree_after));
  if (operation.checked_out)
    line(operation.had_index ? "checkout index" : "checkout none");
  for (const RefUpdate& ref : operation.refs)
    line("ref " + Encode(ref.name) + " " + Id(ref.before) + " " +
         Id(ref.after));
  for (const NoteRecord& note : operation.notes)
    line("note " + Encode(note.name) + " " + Text(note.before) + " " +
         Text(note.after));
  for (const PartRecord& part : operation.parts)
    line("part " + Encode(part.kind) + " " + Encode(part.text));
  for (const DirectoryRecord& directory : operation.directories)
    line(directory.mode ? "directory " + Encode(directory.path) + " " +
                              Octal(*directory.mode)
                        : "no-directory " + Encode(directory.path));
  for (const PathRecord& path : operation.paths)
    line("path " + Encode(path.path) + " " + State(path.before) + " " +
         State(path.after));
  Sha1 sha;
  sha.Update(AsBytes(out));
  return out + std::string(kLastKey) + Hex(sha.Finish()) + "\n";
}

Operation ParseOperation(std::string_view bytes, const std::string& path) {
  constexpr size_t kLastLine = kLastKey.size() + 40 + 1;
  Fields fail({}, path);
  if (!bytes.starts_with(kFirstLine) ||
      bytes.size() < kFirstLine.size() + kLastLine)
    fail.Fail();
  std::string_view body = bytes.substr(0, bytes.size() - kLastLine);
  Sha1 sha;
  sha.Update(AsBytes(body));
  if (bytes.substr(body.size()) !=
      std::string(kLastKey) + Hex(sha.Finish()) + "\n")
    fail.Fail();
  Operation operation;
  Fields in(body.substr(kFirstLine.size()), path);
  while (!in.AtEnd()) ParseLine(in.Raw(), in, &operation);
  return operation;
}

}  // namespace backgraft::git
