#include "source/link_parts.h"

#include "base/error.h"
#include "base/escape.h"
#include "source/curl_library.h"
#include "source/link.h"

namespace backgraft::source {
namespace {

struct UrlDeleter {
  void operator()(CURLU* url) const noexcept { Curl().url_cleanup(url); }
};

std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (Curl().url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string out = text;
  Curl().free(text);
  return out;
}

}  // namespace

LinkParts TakeApart(const std::string& link) {
  const std::unique_ptr<CURLU, UrlDeleter> url(Curl().url());
  if (!url || !IsLink(link) ||
      Curl().url_set(url.get(), CURLUPART_URL, link.c_str(), 0) != CURLUE_OK) {
    throw Error(ErrorKind::kBadSource,
                Quote(ShownName(link)) + " is no valid link");
  }
  LinkParts parts;
  parts.scheme = Part(url.get(), CURLUPART_SCHEME);
  parts.host = Part(url.get(), CURLUPART_HOST);
  parts.port = Part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  parts.user = Part(url.get(), CURLUPART_USER, CURLU_URLDECODE);
  parts.password = Part(url.get(), CURLUPART_PASSWORD, CURLU_URLDECODE);
  Curl().url_set(url.get(), CURLUPART_USER, nullptr, 0);
  Curl().url_set(url.get(), CURLUPART_PASSWORD, nullptr, 0);
  Curl().url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
  parts.bare = Part(url.get(), CURLUPART_URL);
  return parts;
}

}  // namespace backgraft::source
