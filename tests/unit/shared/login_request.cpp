// SPDX-License-Identifier: BSL-1.0
#include "hubauth/shared/login_request.hpp"

#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using detail::login_request;
using login::operation;

login_request request(operation operation, std::string_view argument = {}, login_options options = {}) {
  return {operation, secret(argument), options};
}

TEST_CASE("login_request: the same operation, argument and options are equal") {
  const login_options options{true, source_set().without(source::saved), 2};
  CHECK(request(operation::authenticate) == request(operation::authenticate));
  CHECK(request(operation::login, "key", options) == request(operation::login, "key", options));
}

TEST_CASE("login_request: another operation, argument or option is not equal") {
  std::vector<login_request> all;
  all.push_back(request(operation::login));
  all.push_back(request(operation::authenticate));
  all.push_back(request(operation::auth_with_cookies));
  all.push_back(request(operation::request_api_key));
  all.push_back(request(operation::login, "key"));
  all.push_back(request(operation::login, "kez"));
  all.push_back(request(operation::login, "key2"));
  all.push_back(request(operation::login, {}, {.verify_saved = true}));
  all.push_back(request(operation::login, {}, {.max_prompt_attempts = 2}));
  for (const source each : all_sources)
    all.push_back(request(operation::login, {}, {.sources = source_set().without(each)}));

  for (const auto& a : all)
    for (const auto& b : all) CHECK((a == b) == (&a == &b));
}

}  // namespace
