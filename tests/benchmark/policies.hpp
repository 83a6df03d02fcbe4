// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "hubauth/policy/environment.hpp"
#include "hubauth/policy/prompter.hpp"
#include "hubauth/policy/transport.hpp"

/// What a login is given in memory, so that nothing but its own work is measured.
namespace in_memory {

inline constexpr std::string_view right_key = "0123456789abcdef0123456789abcdef01234567";

/// A service that knows one key.
struct transport {
  static hubauth::response answer(const hubauth::request& request) {
    const bool known = request.method == hubauth::http_method::post && request.credential.expose_value() == right_key;
    return {known ? 200 : 401, known ? R"({"success": true, "data": {}})" : R"({"success": false, "message": "no"})"};
  }
  hubauth::result<hubauth::response> send(const hubauth::request& request) { return answer(request); }
  bool has_cookies() const { return false; }
};

struct prompter {
  hubauth::result<hubauth::secret> ask(const hubauth::prompt_request&) { return hubauth::fail(hubauth::errc::prompt_unavailable); }
};

struct environment {
  std::optional<std::string_view> get_env(const char*) const { return std::nullopt; }
  bool has_browser_session() const { return false; }
  std::chrono::system_clock::time_point now() const { return {}; }
};

/// The header, as a request takes it.
template <class Auth>
auto header_of(const Auth& auth) {
  return auth.get_auth_header();
}

}  // namespace in_memory
