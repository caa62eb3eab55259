#include "base/sha.h"

#include <openssl/evp.h>

#include "base/error.h"

namespace backgraft {
namespace internal {
void DigestContextDeleter::operator()(void* context) const noexcept {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
}
}  // namespace internal

namespace {

// Fetched once: the implicit fetch behind EVP_sha1() costs more than hashing a
// small file.
const EVP_MD* Algorithm(const char* name) {
  EVP_MD* md = EVP_MD_fetch(nullptr, name, nullptr);
  Require(md != nullptr, "OpenSSL has no such digest");
  return md;
}

const EVP_MD* Sha1Algorithm() {
  static const EVP_MD* md = Algorithm("SHA1");
  return md;
}

const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* md = Algorithm("SHA256");
  return md;
}

EVP_MD_CTX* Context(void* context) { return static_cast<EVP_MD_CTX*>(context); }

void* NewContext(const EVP_MD* md) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  if (context == nullptr) throw std::bad_alloc();
  Require(EVP_DigestInit_ex2(context, md, nullptr) == 1, "digest init failed");
  return context;
}

void UpdateDigest(void* context, ByteSpan bytes) {
  Require(EVP_DigestUpdate(Context(context), bytes.data(), bytes.size()) == 1,
          "digest update failed");
}

void FinishDigest(void* context, const EVP_MD* md, uint8_t* out) {
  Require(EVP_DigestFinal_ex(Context(context), out, nullptr) == 1 &&
              EVP_DigestInit_ex2(Context(context), md, nullptr) == 1,
          "digest final failed");
}

}  // namespace

Sha1::Sha1() : context_(NewContext(Sha1Algorithm())) {}
void Sha1::Update(ByteSpan bytes) { UpdateDigest(context_.get(), bytes); }
Sha1::Digest Sha1::Finish() {
  Digest out;
  FinishDigest(context_.get(), Sha1Algorithm(), out.data());
  return out;
}

Sha256::Sha256() : context_(NewContext(Sha256Algorithm())) {}
void Sha256::Update(ByteSpan bytes) { UpdateDigest(context_.get(), bytes); }
Sha256::Digest Sha256::Finish() {
  Digest out;
  FinishDigest(context_.get(), Sha256Algorithm(), out.data());
  return out;
}

std::string Hex(std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace backgraft
