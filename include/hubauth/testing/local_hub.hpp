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

namespace hubauth::testing {

/// A server on 127.0.0.1 that speaks the protocols of HUB and of the Platform; for tests.
///
///     local_hub hub;
///     hub.accept_key("abc").accept_session("cookie", "token").script(raw());
/// answers
///     POST /v1/auth       to x-api-key: KEY, or authorization: Bearer TOKEN
///     POST /v1/auth/auto  to cookie: session=COOKIE
///     GET  /api/settings  to authorization: Bearer KEY
///     GET  /v1/models     to any of these credentials
/// Keeps:   as `scripted_server`
class local_hub {
 public:
  /// Needs:   `key` is by the grammar of keys
  local_hub& accept_key(std::string key) {
    const std::lock_guard lock(mutex_);
    keys_.insert(std::move(key));
    return *this;
  }

  /// A browser with this `session` cookie gets this token, which is accepted from now on.
  ///
  /// Needs:   `token` is by the grammar of tokens
  local_hub& accept_session(std::string cookie, std::string token) {
    const std::lock_guard lock(mutex_);
    tokens_[std::move(cookie)] = std::move(token);
    return *this;
  }

  /// The next answer, whatever it is asked; in the order of the calls.
  local_hub& script(scripted_response next) { return script({}, std::move(next)); }

  /// The next answer to a request for `path`; goes before those for any.
  local_hub& script(std::string path, scripted_response next) {
    server_.script(std::move(path), std::move(next));
    return *this;
  }

  void release() { server_.release(); }
  [[nodiscard]] std::string root() const { return server_.root(); }
  [[nodiscard]] std::vector<seen_request> requests() const { return server_.requests(); }
  [[nodiscard]] std::size_t connections() const { return server_.connections(); }

 private:
  scripted_response answer(const seen_request& request) const {
    const std::lock_guard lock(mutex_);
    const auto bearer = after("Bearer ", only(request, "authorization"));
    const bool key = keys_.contains(only(request, "x-api-key"));
    const bool bearer_key = keys_.contains(bearer);
    const bool token = std::any_of(tokens_.begin(), tokens_.end(), [&](auto& known) { return known.second == bearer; });

    const auto what = request.method + ' ' + request.target;
    if (what == "POST /v1/auth") return key || token ? json(200, R"({"success": true})") : rejects(200, "unknown key");
    if (what == "POST /v1/auth/auto") {
      const auto session = tokens_.find(session_in(only(request, "cookie")));
      if (session == tokens_.end()) return rejects(401, "not signed in");
      return json(200, R"({"success": true, "data": {"idToken": ")" + session->second + "\"}}");
    }
    if (what == "GET /api/settings") return bearer_key ? json(200, R"({"theme": "dark"})") : errs(401, "unknown key");
    if (what == "GET /v1/models")
      return key || bearer_key || token ? json(200, R"({"models": []})") : errs(401, "sign in first");
    return errs(404, "no such page");
  }

  static scripted_response json(int status, std::string body) {
    return {.status = status, .body = std::move(body), .headers = {{"Content-Type", "application/json"}}};
  }

  static scripted_response rejects(int status, const std::string& why) {
    return json(status, R"({"success": false, "message": ")" + why + "\"}");
  }

  static scripted_response errs(int status, const std::string& why) {
    return json(status, R"({"error": ")" + why + "\"}");
  }

  /// The field's value; empty unless there is exactly one.
  static std::string only(const seen_request& request, std::string_view name) {
    auto values = request.all(name);
    return values.size() == 1 ? std::move(values.front()) : std::string();
  }

  /// `text` behind its `start`; empty when it starts otherwise.
  static std::string after(std::string_view start, const std::string& text) {
    return text.starts_with(start) ? text.substr(start.size()) : std::string();
  }

  /// The cookie named `session` among the others (RFC 6265 section 4.2.1).
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
  std::map<std::string, std::string> tokens_;  // by the session's cookie
  scripted_server server_{[this](const seen_request& request) { return answer(request); }};
};

}  // namespace hubauth::testing
