// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hubauth/credential/credential.hpp"
#include "hubauth/policy/transport.hpp"
#include "hubauth/testing/detail/law_helpers.hpp"
#include "hubauth/testing/reporter.hpp"
#include "hubauth/testing/scripted_server.hpp"

namespace hubauth::testing {

namespace detail {

inline constexpr std::string_view sent_key = "sent.made-up-key";

inline credential make_credential(const auth_header_format& format) {
  return credential({detail::make_key(sent_key)}, format);
}

/// What a transport returned, and the requests that the server received.
struct exchange {
  result<response> returned;
  std::vector<received_request> requests;

  [[nodiscard]] bool is_one_request() const { return requests.size() == 1; }
  [[nodiscard]] bool has_status(int status) const { return returned && returned->status == status; }
  [[nodiscard]] bool has_body(std::string_view body) const { return returned && returned->body == body; }
};

/// Sends one request to a server that responds in the same way to every request.
template <class MakeTransport>
exchange send(MakeTransport& make_transport, const scripted_response& response, http_method method = http_method::post,
              auth_header_view credential = {}) {
  scripted_server server([&](const received_request&) { return response; });
  auto&& transport = make_transport();
  auto returned =
      transport.send({.method = method, .url = server.url() + "/a/path?and=query", .credential = credential});
  return {std::move(returned), server.requests()};
}

/// True if the only request has the credential in that header field, once, and nowhere else.
inline bool has_credential_once(const exchange& exchange, std::string_view name, std::string_view value) {
  if (!exchange.is_one_request()) return false;
  const auto& request = exchange.requests.front();
  const auto has_key = [](std::string_view text) { return text.find(sent_key) != std::string_view::npos; };
  const auto fields = std::count_if(request.headers.begin(), request.headers.end(), [&](const header_field& field) {
    return has_key(field.first) || has_key(field.second);
  });
  return fields == 1 && !has_key(request.target) && !has_key(request.body) &&
         request.all(name) == std::vector<std::string>{std::string(value)};
}

/// Sends two requests by the same transport; the first response sets a cookie.
template <class MakeTransport>
bool sends_no_cookies(MakeTransport& make_transport) {
  scripted_server server([](const received_request&) {
    return scripted_response{.headers = {{"Set-Cookie", "session=made-up; Path=/"}}};
  });
  auto&& transport = make_transport();
  for (int i = 0; i != 2; ++i) static_cast<void>(transport.send({.url = server.url() + "/"}));
  const auto requests = server.requests();
  return requests.size() == 2 && requests[0].all("cookie").empty() && requests[1].all("cookie").empty();
}

/// Sends a request with a credential, then one without, by the same transport.
template <class MakeTransport>
bool keeps_no_credential(MakeTransport& make_transport) {
  scripted_server server;
  const auto credential = detail::make_credential({"x-api-key", ""});
  auto&& transport = make_transport();
  static_cast<void>(transport.send({.url = server.url() + "/", .credential = credential.header()}));
  static_cast<void>(transport.send({.url = server.url() + "/"}));
  const auto requests = server.requests();
  return requests.size() == 2 && requests[1].all("x-api-key").empty() && requests[1].all("authorization").empty();
}

template <class MakeTransport>
bool follows_no_redirect(MakeTransport& make_transport) {
  const scripted_server elsewhere;
  bool holds = true;
  for (int status : {301, 302, 303, 307, 308}) {
    const auto redirected = detail::send(make_transport, redirect(status, elsewhere.url() + "/"));
    holds = holds && redirected.has_status(status) && redirected.is_one_request();
  }
  return holds && elsewhere.requests().empty();
}

template <class MakeTransport>
bool returns_any_status(MakeTransport& make_transport) {
  bool holds = true;
  for (int status : {200, 201, 299, 400, 401, 403, 404, 408, 418, 429, 500, 503, 511, 599})
    holds = holds && detail::send(make_transport, {.status = status}).has_status(status);
  return holds;
}

}  // namespace detail

/// Reports for each law of a transport whether it holds, with servers on 127.0.0.1.
///
///     transport_laws([] { return my_transport(); }, doctest_report);
///
/// A transport that does not stop reading hangs at the last law.
/// \param make_transport  returns, by value or by reference, a transport that accepts http to 127.0.0.1
template <class MakeTransport, reporter Report>
void transport_laws(MakeTransport make_transport, Report&& report) {
  static_assert(check_transport<std::remove_cvref_t<decltype(make_transport())>>());
  const auto send = [&](const scripted_response& response, http_method method = http_method::post,
                        auth_header_view credential = {}) {
    return detail::send(make_transport, response, method, credential);
  };

  const auto post = send({});
  const auto get = send({}, http_method::get);
  report(post.is_one_request(), "transport: send makes one request");
  report(post.is_one_request() && post.requests[0].target == "/a/path?and=query",
         "transport: path and query are those of the request");
  report(post.is_one_request() && post.requests[0].method == "POST" && get.is_one_request() &&
             get.requests[0].method == "GET",
         "transport: the method is that of the request");
  report(post.is_one_request() && post.requests[0].body.empty() && get.is_one_request() && get.requests[0].body.empty(),
         "transport: the request has no body");

  const auto key = detail::make_credential({"x-api-key", ""});
  const auto bearer = detail::make_credential({"authorization", "Bearer "});
  report(detail::has_credential_once(send({}, http_method::post, key.header()), "x-api-key",
                                     key.header().expose_value()) &&
             detail::has_credential_once(send({}, http_method::get, bearer.header()), "authorization",
                                         bearer.header().expose_value()),
         "transport: the credential is sent once, unchanged, and nowhere else");
  report(detail::keeps_no_credential(make_transport), "transport: a request without a credential sends none");
  report(detail::sends_no_cookies(make_transport), "transport: cookies are sent only if the request has send_cookies");

  report(detail::returns_any_status(make_transport), "transport: a response with any status is success");
  report(detail::follows_no_redirect(make_transport), "transport: a redirect is not followed");

  const std::string bytes("{\"a\": \"\\u00e9\xc3\xa9\xff\"}\r\n\0 ", 22);
  report(send({.body = bytes}).has_body(bytes) && send({}).has_body(""), "transport: the body is returned unchanged");

  const auto limits =
      send({.headers = {{"retry-AFTER", "Fri, 31 Dec 1999 23:59:59 GMT"}, {"x-ratelimit-RESET", "1700000000"}}});
  report(limits.returned && limits.returned->retry_after == "Fri, 31 Dec 1999 23:59:59 GMT",
         "transport: Retry-After is returned unchanged");
  report(limits.returned && limits.returned->rate_limit_reset == "1700000000",
         "transport: X-RateLimit-Reset is returned unchanged");
  report(post.returned && post.returned->retry_after.empty() && post.returned->rate_limit_reset.empty(),
         "transport: a header field that was not sent is empty");

  std::string closed_url;
  {
    const scripted_server closed;
    closed_url = closed.url() + "/";
  }
  auto&& transport = make_transport();
  const auto refused = transport.send({.url = closed_url, .credential = key.header()});
  report(detail::fails_with(refused, errc::unreachable), "transport: a refused connection is errc::unreachable");
  const auto closed_early = send(raw(), http_method::post, key.header());
  report(detail::fails_with(closed_early.returned, errc::unreachable),
         "transport: a connection that is closed early is errc::unreachable");
  report(detail::hides(refused, detail::sent_key) && detail::hides(closed_early.returned, detail::sent_key),
         "transport: an error contains nothing of the credential");

  const std::string largest(response::max_body_size, ' ');
  report(send({.body = largest}).has_body(largest),
         "transport: a body of response::max_body_size bytes is returned completely");
  report(send({.body = largest + largest}).has_body(largest + ' '),
         "transport: of a larger body, one byte more is returned");
  const auto flooded = send(endless_body());
  report(flooded.returned && flooded.returned->body.size() == response::max_body_size + 1,
         "transport: reading an endless body stops");
}

}  // namespace hubauth::testing
