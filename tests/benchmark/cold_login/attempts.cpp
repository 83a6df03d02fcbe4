// SPDX-License-Identifier: BSL-1.0
//
//     attempts ours|a_handle_each ROOT CA_FILE
//
// Signs in with the third key that the user types, and prints how many nanoseconds it took.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include <hubauth/basic_auth.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/curl/curl_transport.hpp>

#include "by_hand.hpp"

namespace {

constexpr std::array<std::string_view, 3> typed{"shut-sesame", "closed-sesame", "open-sesame"};

struct prompter {
  hubauth::result<hubauth::secret> ask(const hubauth::prompt_request&) { return hubauth::secret(typed.at(answers++)); }
  std::size_t answers = 0;
};

bool ours(const std::string& ca_file) {
  hubauth::basic_auth auth(hubauth::hub, hubauth::curl_transport({.ca_file = ca_file}), hubauth::memory_store(), prompter(),
                           hubauth::system_environment());
  return auth.login().has_value();
}

bool a_handle_each(const std::string& root, const std::string& ca_file) {
  by_hand::check_root(root);
  for (const auto text : typed) {
    const auto field = "x-api-key: " + std::string(by_hand::key_in(text));
    const auto handle = by_hand::new_handle();
    if (by_hand::check_response(by_hand::ask(handle.get(), {root + "/v1/auth", field, {}, ca_file})).accepted) return true;
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) return std::fprintf(stderr, "usage: attempts ours|a_handle_each ROOT CA_FILE\n"), 2;
  ::setenv("ULTRALYTICS_HUB_API", argv[2], 1);
  curl_global_init(CURL_GLOBAL_DEFAULT);

  const auto start = std::chrono::steady_clock::now();
  const bool signed_in = std::string_view(argv[1]) == "ours" ? ours(argv[3]) : a_handle_each(argv[2], argv[3]);
  const auto taken = std::chrono::steady_clock::now() - start;

  if (!signed_in) return std::fprintf(stderr, "not signed in\n"), 1;
  std::printf("%lld\n", static_cast<long long>(std::chrono::nanoseconds(taken).count()));
} catch (const std::exception& why) {
  return std::fprintf(stderr, "%s\n", why.what()), 1;
}
