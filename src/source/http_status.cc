#include "source/http_status.h"

#include <algorithm>
#include <ctime>
#include <string_view>

namespace backgraft::source {
namespace {

// As S3 ("Request has expired", "ExpiredToken", "The provided token has
// expired.") and Google Cloud Storage ("ExpiredToken") say it.
bool SaysExpired(std::string body) {
  if (body.find('<') == std::string::npos) return false;
  std::transform(body.begin(), body.end(), body.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  });
  return body.find("expired") != std::string::npos;
}

std::string_view Phrase(long status) {
  switch (status) {
    case 400:
      return " Bad Request";
    case 401:
      return " Unauthorized";
    case 403:
      return " Forbidden";
    case 404:
      return " Not Found";
    case 410:
      return " Gone";
    case 416:
      return " Range Not Satisfiable";
    case 429:
      return " Too Many Requests";
    case 500:
      return " Internal Server Error";
    case 502:
      return " Bad Gateway";
    case 503:
      return " Service Unavailable";
    case 504:
      return " Gateway Timeout";
    default:
      return "";
  }
}

}  // namespace

TransferFailure ExpiredFailure() {
  return {ErrorKind::kExpired,
          "the link has expired",
          {"make a new link to the same backup and run the command again; what "
           "has arrived is not fetched twice"}};
}

TransferFailure FailureOf(long status, const std::string& body,
                          std::optional<int64_t> expiry) {
  const bool denied =
      status == 400 || status == 401 || status == 403 || status == 410;
  if (denied && (SaysExpired(body) || (expiry && *expiry <= time(nullptr)))) {
    return ExpiredFailure();
  }
  TransferFailure failure;
  failure.message = "the server answered " + std::to_string(status);
  failure.message += Phrase(status);
  failure.transient = status == 408 || status == 429 || status == 500 ||
                      status == 502 || status == 503 || status == 504;
  if (status == 401 || status == 403) {
    failure.hints = {
        "make a new link to the backup, or one with the user and "
        "password that it needs"};
  }
  return failure;
}

}  // namespace backgraft::source
