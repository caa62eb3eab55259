// libcurl, loaded when the first link is opened: it brings thirty libraries
// with it, and loading them would take longer than most commands that need
// none.
#pragma once

#include <curl/curl.h>

#include <memory>

namespace backgraft::source {

struct CurlLibrary {
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_multi_init) multi_init;
  decltype(&curl_multi_add_handle) multi_add_handle;
  decltype(&curl_multi_remove_handle) multi_remove_handle;
  decltype(&curl_multi_perform) multi_perform;
  decltype(&curl_multi_poll) multi_poll;
  decltype(&curl_multi_info_read) multi_info_read;
  decltype(&curl_multi_cleanup) multi_cleanup;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
  decltype(&curl_url) url;
  decltype(&curl_url_set) url_set;
  decltype(&curl_url_get) url_get;
  decltype(&curl_url_cleanup) url_cleanup;
  decltype(&curl_free) free;
};

// Loaded and initialised at the first call, for the life of the process.
// Error(kTransfer) where it is not installed.
const CurlLibrary& Curl();

struct CurlDeleter {
  void operator()(CURL* handle) const noexcept { Curl().easy_cleanup(handle); }
};
using CurlEasy = std::unique_ptr<CURL, CurlDeleter>;

struct CurlMultiDeleter {
  void operator()(CURLM* handle) const noexcept {
    Curl().multi_cleanup(handle);
  }
};
using CurlMulti = std::unique_ptr<CURLM, CurlMultiDeleter>;

struct CurlListDeleter {
  void operator()(curl_slist* list) const noexcept {
    Curl().slist_free_all(list);
  }
};
using CurlList = std::unique_ptr<curl_slist, CurlListDeleter>;

}  // namespace backgraft::source
