// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hubauth/testing/scripted_server.hpp"
#include "hubauth/version.hpp"

namespace hubauth::testing {

/// A server on 127.0.0.1 that speaks the protocols of HUB and of the Platform, for tests.
///
///     local_hub hub;
///     hub.accept_key("abc").accept_session("cookie", "token").script(raw());
///
/// It accepts
///
///     POST /v1/auth       with x-api-key: KEY, or authorization: Bearer TOKEN
///     POST /v1/auth/auto  with cookie: session=COOKIE
///     GET  /api/settings  with authorization: Bearer KEY
///     GET  /v1/models     with any of these credentials
///
/// \par Thread safety
/// All functions may be called from any thread. See `scripted_server`.
class local_hub {
 public:
  /// \pre `key` is a key without a model id
  local_hub& accept_key(std::string key) {
    const std::lock_guard lock(mutex_);
    keys_.insert(std::move(key));
    return *this;
  }

  /// Returns this token for this `session` cookie, and accepts the token from now on.
  /// \pre `token` can be parsed by `id_token::parse`
  local_hub& accept_session(std::string cookie, std::string token) {
    const std::lock_guard lock(mutex_);
    tokens_[std::move(cookie)] = std::move(token);
    return *this;
  }

  /// Adds a response to the script of all paths, see `scripted_server::script`.
  local_hub& script(scripted_response next) { return script({}, std::move(next)); }

  /// Adds a response to the script of `path`.
  local_hub& script(std::string path, scripted_response next) {
    server_.script(std::move(path), std::move(next));
    return *this;
  }

  void release() { server_.release(); }
  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] std::vector<received_request> requests() const { return server_.requests(); }
  [[nodiscard]] std::size_t connections() const { return server_.connections(); }

 private:
  scripted_response respond(const received_request& request) const {
    const std::lock_guard lock(mutex_);
    const auto bearer = without_prefix("Bearer ", only(request, "authorization"));
    const bool key = keys_.contains(only(request, "x-api-key"));
    const bool bearer_key = keys_.contains(bearer);
    const bool token = std::any_of(tokens_.begin(), tokens_.end(), [&](auto& known) { return known.second == bearer; });

    const auto target = request.method + ' ' + request.target;
    if (target == "POST /v1/auth")
      return key || token ? json(200, R"({"success": true})") : hub_error(200, "unknown key");
    if (target == "POST /v1/auth/auto") {
      const auto session = tokens_.find(session_in(only(request, "cookie")));
      if (session == tokens_.end()) return hub_error(401, "not signed in");
      return json(200, R"({"success": true, "data": {"idToken": ")" + session->second + "\"}}");
    }
    if (target == "GET /api/settings")
      return bearer_key ? json(200, R"({"theme": "dark"})") : platform_error(401, "unknown key");
    if (target == "GET /v1/models")
      return key || bearer_key || token ? json(200, R"({"models": []})") : platform_error(401, "sign in first");
    return platform_error(404, "no such page");
  }

  static scripted_response json(int status, std::string body) {
    return {.status = status, .body = std::move(body), .headers = {{"Content-Type", "application/json"}}};
  }

  static scripted_response hub_error(int status, const std::string& message) {
    return json(status, R"({"success": false, "message": ")" + message + "\"}");
  }

  static scripted_response platform_error(int status, const std::string& message) {
    return json(status, R"({"error": ")" + message + "\"}");
  }

  /// The field's value; empty if there is not exactly one.
  static std::string only(const received_request& request, std::string_view name) {
    auto values = request.all(name);
    return values.size() == 1 ? std::move(values.front()) : std::string();
  }

  /// Empty if the text does not have this prefix.
  static std::string without_prefix(std::string_view prefix, const std::string& text) {
    return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string();
  }

  /// The value of the cookie named `session`.
  /// \see RFC 6265 section 4.2.1
  static std::string session_in(const std::string& cookies) {
    const std::string name = "; session=";
    const auto all = "; " + cookies;
    const auto at = all.find(name);
    if (at == std::string::npos) return {};
    const auto start = at + name.size();
    return all.substr(start, all.find(';', start) - start);
  }

  mutable std::mutex mutex_;
  std::set<std::string> keys_;
  std::map<std::string, std::string> tokens_;  // by the cookie's value
  scripted_server server_{[this](const received_request& request) { return respond(request); }};
};

}  // namespace hubauth::testing
