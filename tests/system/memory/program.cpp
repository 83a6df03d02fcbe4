// SPDX-License-Identifier: BSL-1.0
//
// Signs in, ends the sign-in, and lets its memory be looked at after each. Written so that it keeps no copy of the key
// itself: what is found is of the library, or of what the library stands on.
//
//   program SCENE ROOT FOLDER AUTHORITY OTHERS
//
// SCENE: a key's source and the transport, as below. OTHERS: `as-they-are`, or `wiped`: all memory that libcurl and
// OpenSSL give back is overwritten.

#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include <curl/curl.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include "hubauth/basic_auth.hpp"
#include "hubauth/environment/system_environment.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/store/memory_store.hpp"
#include "hubauth/settings/settings_file.hpp"
#include "hubauth/curl/curl_transport.hpp"
#include "support/memory_scan.hpp"

namespace {

using namespace hubauth;

struct nobody {
  result<secret> ask(const prompt_request&) { return fail(errc::prompt_unavailable); }
};

struct accepting {
  result<response> send(const request&) { return response{200, R"({"success": true})"}; }
  bool has_cookies() const { return false; }
};

/// Says a line, and waits for an answer of one byte.
void say_and_wait(std::string_view line) {
  char byte;
  if (::write(1, line.data(), line.size()) < 0 || ::read(0, &byte, 1) != 1) _exit(1);
}

void wiping_free(void* memory) {
  if (memory) ::explicit_bzero(memory, ::malloc_usable_size(memory));
  std::free(memory);
}

void* wiping_realloc(void* memory, std::size_t size) {
  void* const larger = std::malloc(size);
  if (!larger || !memory) return larger;
  const auto before = ::malloc_usable_size(memory);
  std::memcpy(larger, memory, before < size ? before : size);
  wiping_free(memory);
  return larger;
}

char* copy(const char* text) {
  const auto size = std::strlen(text) + 1;
  return static_cast<char*>(std::memcpy(std::malloc(size), text, size));
}

bool wipe_others() {
  return CRYPTO_set_mem_functions([](std::size_t size, const char*, int) { return std::malloc(size); },
                                  [](void* memory, std::size_t size, const char*, int) -> void* {
                                    if (size != 0) return wiping_realloc(memory, size);
                                    wiping_free(memory);
                                    return nullptr;
                                  },
                                  [](void* memory, const char*, int) { wiping_free(memory); }) == 1 &&
         curl_global_init_mem(CURL_GLOBAL_DEFAULT, &std::malloc, &wiping_free, &wiping_realloc, &copy, &std::calloc) ==
             CURLE_OK;
}

template <class Transport, class Store>
int sign_in(std::string_view scenario, Transport transport, Store store) {
  say_and_wait("begin\n");
  {
    basic_auth auth(hub, std::move(transport), std::move(store), nobody(), system_environment());
    login_options options;
    options.verify_saved = true;
    const auto session = [&] {
      if (scenario.starts_with("token")) return auth.auth_with_cookies();
      if (scenario.starts_with("saved")) return auth.login({}, options);
      char key[42];
      make_up_key(::getpid(), key);
      auto made = auth.login({key, sizeof key}, options);
      secure_zero(key, sizeof key);
      return made;
    }();
    say_and_wait(session ? "signed in\n" : "not signed in\n");
  }
  say_and_wait("ended\n");
  return 0;
}

}  // namespace

int main(int, char** arguments) {
  const std::string_view scenario = arguments[1];
  if (arguments[5] == std::string_view("wiped") && !wipe_others()) return 2;
  ::setenv("ULTRALYTICS_HUB_API", arguments[2], 1);
  if (scenario == "argument, all in memory") return sign_in(scenario, accepting(), memory_store());
  curl_options options;
  options.ca_file = arguments[4];
  if (scenario.starts_with("token")) options.cookie_file = arguments[3] + std::string("/cookies.txt");
  return sign_in(scenario, curl_transport(options), settings_file(std::string(arguments[3])));
}
