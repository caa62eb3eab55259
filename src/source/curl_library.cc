#include "source/curl_library.h"

#include <dlfcn.h>

#include "base/error.h"

namespace backgraft::source {
namespace {

[[noreturn]] void FailToLoad(const std::string& why) {
  throw Error(ErrorKind::kTransfer,
              "links cannot be opened without libcurl: " + why,
              {"apt-get install libcurl4"});
}

template <typename Function>
void Load(void* library, const char* name, Function* function) {
  *function = reinterpret_cast<Function>(dlsym(library, name));
  if (*function == nullptr) {
    FailToLoad(std::string("it has no function '") + name + "'");
  }
}

CurlLibrary LoadAll() {
  // The soname that the headers are of; never closed again.
  void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) FailToLoad(dlerror());
  CurlLibrary curl{};
  Load(library, "curl_easy_init", &curl.easy_init);
  Load(library, "curl_easy_setopt", &curl.easy_setopt);
  Load(library, "curl_easy_getinfo", &curl.easy_getinfo);
  Load(library, "curl_easy_cleanup", &curl.easy_cleanup);
  Load(library, "curl_easy_strerror", &curl.easy_strerror);
  Load(library, "curl_multi_init", &curl.multi_init);
  Load(library, "curl_multi_add_handle", &curl.multi_add_handle);
  Load(library, "curl_multi_remove_handle", &curl.multi_remove_handle);
  Load(library, "curl_multi_perform", &curl.multi_perform);
  Load(library, "curl_multi_poll", &curl.multi_poll);
  Load(library, "curl_multi_info_read", &curl.multi_info_read);
  Load(library, "curl_multi_cleanup", &curl.multi_cleanup);
  Load(library, "curl_slist_append", &curl.slist_append);
  Load(library, "curl_slist_free_all", &curl.slist_free_all);
  Load(library, "curl_url", &curl.url);
  Load(library, "curl_url_set", &curl.url_set);
  Load(library, "curl_url_get", &curl.url_get);
  Load(library, "curl_url_cleanup", &curl.url_cleanup);
  Load(library, "curl_free", &curl.free);
  decltype(&curl_global_init) global_init = nullptr;
  Load(library, "curl_global_init", &global_init);
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    FailToLoad("it cannot be initialised");
  }
  return curl;
}

}  // namespace

const CurlLibrary& Curl() {
  static const CurlLibrary curl = LoadAll();
  return curl;
}

}  // namespace backgraft::source
