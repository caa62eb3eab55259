#include "git/thin_pack.h"

#include <fcntl.h>
#include <isa-l/crc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "git/deflate.h"

namespace backgraft::git {
namespace {

std::vector<std::byte> MakeEntry(const Object& object, Deflater* deflater) {
  std::vector<std::byte> entry;
  AppendEntryHeader(static_cast<EntryKind>(object.type), object.content.size(),
                    &entry);
  deflater->Append(AsBytes(object.content), &entry);
  return entry;
}

// Of the whole file up to `end`.
Sha1::Digest HashFile(int fd, uint64_t end, const std::string& path) {
  Sha1 sha;
  std::vector<std::byte> piece(size_t{1} << 20);
  if (lseek(fd, 0, SEEK_SET) < 0) ThrowErrno(errno, "cannot read", path);
  for (uint64_t done = 0; done < end;) {
    size_t n = ReadFull(fd, piece, path);
    if (n == 0) break;
    n = static_cast<size_t>(std::min<uint64_t>(n, end - done));
    sha.Update(ByteSpan(piece).first(n));
    done += n;
  }
  return sha.Finish();
}

}  // namespace

void CompleteThinPack(const std::string& path, size_t first,
                      const ObjectReader& bases, PackTable* table) {
  UniqueFd fd = OpenFile(path, O_RDWR);
  struct stat st;
  if (fstat(fd.get(), &st) != 0) ThrowErrno(errno, "cannot read", path);
  uint64_t end = static_cast<uint64_t>(st.st_size) - kPackTrailerSize;
  Deflater deflater;
  for (size_t i = first; i < table->records.size(); ++i) {
    PackRecord& record = table->records[i];
    std::optional<Object> object = bases.Find(record.oid);
    Require(object && HashObject(object->type, object->content) == record.oid,
            "a base is not what it was");
    std::vector<std::byte> entry = MakeEntry(*object, &deflater);
    WriteAllAt(fd.get(), entry, end, path);
    record.offset = end;
    record.crc = crc32_gzip_refl(
        0, reinterpret_cast<const unsigned char*>(entry.data()), entry.size());
    end += entry.size();
  }
  auto count = static_cast<uint32_t>(table->records.size());
  std::byte big_endian[4];
  for (int i = 0; i < 4; ++i) {
    big_endian[i] = static_cast<std::byte>(count >> (24 - 8 * i));
  }
  WriteAllAt(fd.get(), big_endian, 8, path);
  table->checksum = HashFile(fd.get(), end, path);
  WriteAllAt(fd.get(), std::as_bytes(std::span(table->checksum)), end, path);
}

}  // namespace backgraft::git
