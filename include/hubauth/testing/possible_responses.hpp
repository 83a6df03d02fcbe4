// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "hubauth/http/response.hpp"
#include "hubauth/result.hpp"

namespace hubauth::testing {

/// A response of a service, or an error of the transport, in a simulated sign-in.
struct possible_response {
  std::string_view name;  ///< for reports: "503"

  /// \param credential  the credential that was sent, which the response may contain; if cookies were sent: the token
  /// for them
  result<response> (*make)(std::string_view credential);

  bool accepts = false;  ///< the response accepts the credential, or contains the token
};

namespace detail {

/// A JSON object whose messages contain the credential, as those of a careless or hostile service might.
/// \param members  further members, each followed by a comma
inline result<response> respond(int status, std::string_view members, std::string_view credential) {
  std::string body("{");
  body.reserve(members.size() + 2 * credential.size() + 40);
  body.append(members).append(R"("message": "no )").append(credential);
  body.append(R"(", "error": "no )").append(credential).append("\"}");
  return response{status, std::move(body)};
}

inline result<response> respond_with_token(std::string_view success, std::string_view token) {
  std::string members(R"("success": )");
  members.append(success).append(R"(, "data": {"idToken": ")").append(token).append("\"}, ");
  return detail::respond(200, members, token);
}

}  // namespace detail

// clang-format off

/// Responses to a verification in the protocols of HUB and of the Platform.
inline constexpr auto usual_verification_responses = std::to_array<possible_response>({
    {"200, accepted",     [](std::string_view key) { return detail::respond(200, R"("success": true, )", key); }, true},
    {"401",               [](std::string_view key) { return detail::respond(401, "", key); }},
    {"403",               [](std::string_view key) { return detail::respond(403, R"("success": true, )", key); }},
    {"404, not accepted", [](std::string_view key) { return detail::respond(404, R"("success": false, )", key); }},
    {"302",               [](std::string_view key) { return detail::respond(302, R"("success": true, )", key); }},
    {"503",               [](std::string_view key) { return detail::respond(503, R"("success": false, )", key); }},
    {"429",               [](std::string_view) -> result<response> { return response{429, "", "17"}; }},
    {"200, a page",       [](std::string_view) -> result<response> { return response{200, "<html>"}; }},
    {"201, no verdict",   [](std::string_view key) { return detail::respond(201, R"("success": 1, )", key); }},
    {"200, too large",    [](std::string_view) -> result<response> { return response{200, std::string(response::max_body_size + 1, ' ')}; }},
    {"unreachable",       [](std::string_view key) -> result<response> { return fail(errc::unreachable, "while sending " + std::string(key)); }},
    {"timed out",         [](std::string_view) -> result<response> { return fail(errc::timed_out); }},
    {"TLS error",         [](std::string_view) -> result<response> { return fail(errc::tls_error); }},
    {"401, a page",       [](std::string_view) -> result<response> { return response{401, "<html>"}; }},
    {"511",               [](std::string_view key) { return detail::respond(511, R"("success": true, )", key); }},
});

/// Responses to a request for a token in the protocol of HUB.
inline constexpr auto usual_token_responses = std::to_array<possible_response>({
    {"200, a token",         [](std::string_view token) { return detail::respond_with_token("true", token); }, true},
    {"200, no token",        [](std::string_view) -> result<response> { return response{200, R"({"success": true, "data": {}})"}; }},
    {"200, not accepted",    [](std::string_view token) { return detail::respond_with_token("false", token); }},
    {"401",                  [](std::string_view) -> result<response> { return response{401, R"({"message": "not signed in"})"}; }},
    {"200, malformed token", [](std::string_view) { return detail::respond_with_token("true", "BROWSER token"); }},
    {"200, no verdict",      [](std::string_view token) { return detail::respond_with_token("null", token); }},
    {"200, a page",          [](std::string_view) -> result<response> { return response{200, "<html>"}; }},
    {"302",                  [](std::string_view) -> result<response> { return response{302}; }},
    {"500",                  [](std::string_view) -> result<response> { return response{500}; }},
    {"429",                  [](std::string_view) -> result<response> { return response{429, "", "17"}; }},
    {"unreachable",          [](std::string_view) -> result<response> { return fail(errc::unreachable); }},
    {"timed out",            [](std::string_view) -> result<response> { return fail(errc::timed_out); }},
    {"TLS error",            [](std::string_view) -> result<response> { return fail(errc::tls_error); }},
    {"401, empty",           [](std::string_view) -> result<response> { return response{401}; }},
    {"511",                  [](std::string_view) -> result<response> { return response{511, "<html>"}; }},
});

// clang-format on

/// The responses of a service.
/// \pre neither is empty
struct possible_responses {
  std::span<const possible_response> to_verification = usual_verification_responses;
  std::span<const possible_response> to_token_request = usual_token_responses;
};

}  // namespace hubauth::testing
