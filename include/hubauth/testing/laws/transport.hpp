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
#include "hubauth/testing/laws/common.hpp"
#include "hubauth/testing/reporter.hpp"
#include "hubauth/testing/scripted_server.hpp"

namespace hubauth::testing {

namespace laws {

inline constexpr std::string_view sent_key = "sent.made-up-key";

inline credential key_as(const auth_header_format& form) { return credential(made_up_key(sent_key), {}, form); }

/// What a transport gave, and what the server saw of it.
struct exchange {
  result<response> got;
  std::vector<seen_request> seen;

  [[nodiscard]] bool once() const { return seen.size() == 1; }
  [[nodiscard]] bool status(int code) const { return got && got->status == code; }
  [[nodiscard]] bool body(std::string_view text) const { return got && got->body == text; }
};

/// One request to a server that answers so, however often it is asked.
template <class Make>
exchange ask(Make& make, const scripted_response& answer, http_method method = http_method::post, auth_header_view who = {}) {
  scripted_server server([&](const seen_request&) { return answer; });
  auto&& transport = make();
  auto got = transport.send({.method = verb, .url = server.root() + "/a/path?and=query", .credential = who});
  return {std::move(got), server.requests()};
}

/// Whether the credential went in its field, once, and nowhere else.
inline bool carries_once(const exchange& of, std::string_view name, std::string_view value) {
  if (!of.once()) return false;
  const auto& seen = of.seen.front();
  const auto has_key = [](std::string_view text) { return text.find(sent_key) != std::string_view::npos; };
  const auto fields = std::count_if(seen.headers.begin(), seen.headers.end(), [&](const header_field& field) {
    return has_key(field.first) || has_key(field.second);
  });
  return fields == 1 && !has_key(seen.target) && !has_key(seen.body) &&
         seen.all(name) == std::vector<std::string>{std::string(value)};
}

/// A response to one request sets a cookie; the next request comes by the same transport.
template <class Make>
bool sends_no_cookies(Make& make) {
  scripted_server server([](const seen_request&) {
    return scripted_response{.headers = {{"Set-Cookie", "session=made-up; Path=/"}}};
  });
  auto&& transport = make();
  for (int i = 0; i != 2; ++i) static_cast<void>(transport.send({.url = server.root() + "/"}));
  const auto seen = server.requests();
  return seen.size() == 2 && seen[0].all("cookie").empty() && seen[1].all("cookie").empty();
}

/// A request with a credential, then one without, by the same transport.
template <class Make>
bool forgets_credential(Make& make) {
  scripted_server server;
  const auto who = key_as({"x-api-key", ""});
  auto&& transport = make();
  static_cast<void>(transport.send({.url = server.root() + "/", .credential = who.header()}));
  static_cast<void>(transport.send({.url = server.root() + "/"}));
  const auto seen = server.requests();
  return seen.size() == 2 && seen[1].all("x-api-key").empty() && seen[1].all("authorization").empty();
}

template <class Make>
bool follows_nothing(Make& make) {
  const scripted_server elsewhere;
  bool holds = true;
  for (int code : {301, 302, 303, 307, 308}) {
    const auto moved = ask(make, redirect(code, elsewhere.root() + "/"));
    holds = holds && moved.status(code) && moved.once();
  }
  return holds && elsewhere.requests().empty();
}

template <class Make>
bool takes_any_status(Make& make) {
  bool holds = true;
  for (int code : {200, 201, 299, 400, 401, 403, 404, 408, 418, 429, 500, 503, 599})
    holds = holds && ask(make, {.status = code}).status(code);
  return holds;
}

}  // namespace laws

/// Tells of each law of a transport whether it holds, by servers on 127.0.0.1.
///
///     transport_laws([] { return my_transport(); }, doctest_report);
/// Needs:   `make()` gives a transport, by value or by reference, that takes http to 127.0.0.1. One that does not stop
///          reading never comes back from the last law
template <class Make, reporter Report>
void transport_laws(Make make, Report&& report) {
  static_assert(check_transport<std::remove_cvref_t<decltype(make())>>());
  using laws::ask;

  const auto posted = ask(make, {});
  report(posted.once(), "transport: one send is one request");
  report(posted.once() && posted.seen[0].target == "/a/path?and=query",
         "transport: path and query are those asked for");
  const auto gotten = ask(make, {}, http_method::get);
  report(posted.once() && posted.seen[0].method == "POST" && gotten.once() && gotten.seen[0].method == "GET",
         "transport: the method is the one asked for");
  report(posted.once() && posted.seen[0].body.empty() && gotten.once() && gotten.seen[0].body.empty(),
         "transport: a request has no body");

  const auto key = laws::key_as({"x-api-key", ""});
  const auto bearer = laws::key_as({"authorization", "Bearer "});
  report(laws::carries_once(ask(make, {}, http_method::post, key.header()), "x-api-key", key.header().expose_value()) &&
             laws::carries_once(ask(make, {}, http_method::get, bearer.header()), "authorization",
                                bearer.header().expose_value()),
         "transport: the credential is sent once, as it was given, and nowhere else");
  report(laws::forgets_credential(make), "transport: without a credential none is sent");
  report(laws::sends_no_cookies(make), "transport: no cookie is sent unless it was asked for");

  report(laws::takes_any_status(make), "transport: any status is a response");
  report(laws::follows_nothing(make), "transport: a redirect is not followed");

  const std::string bytes("{\"a\": \"\\u00e9\xc3\xa9\xff\"}\r\n\0 ", 22);
  report(ask(make, {.body = bytes}).body(bytes) && ask(make, {}).body(""), "transport: the body comes as it was sent");

  const auto limits =
      ask(make, {.headers = {{"retry-AFTER", "Fri, 31 Dec 1999 23:59:59 GMT"}, {"x-ratelimit-RESET", "1700000000"}}});
  report(limits.got && limits.got->retry_after == "Fri, 31 Dec 1999 23:59:59 GMT",
         "transport: Retry-After comes as it was sent");
  report(limits.got && limits.got->rate_limit_reset == "1700000000",
         "transport: X-RateLimit-Reset comes as it was sent");
  report(posted.got && posted.got->retry_after.empty() && posted.got->rate_limit_reset.empty(),
         "transport: a field that was not sent is empty");

  std::string closed;
  {
    const scripted_server gone;
    closed = gone.root() + "/";
  }
  auto&& transport = make();
  const auto unanswered = transport.send({.url = closed, .credential = key.header()});
  report(!unanswered && laws::is_kind(unanswered.error().code, errc::unreachable),
         "transport: where nobody listens, it is errc::unreachable");
  const auto hung_up = ask(make, raw(), http_method::post, key.header());
  report(!hung_up.got && laws::is_kind(hung_up.got.error().code, errc::unreachable),
         "transport: who hangs up unanswered is errc::unreachable");
  report(laws::keeps_to_itself(unanswered, laws::sent_key) && laws::keeps_to_itself(hung_up.got, laws::sent_key),
         "transport: a error_info says nothing of the credential");

  const std::string largest(response::max_body_size, ' ');
  report(ask(make, {.body = largest}).body(largest), "transport: a body of response::max_body_size bytes comes whole");
  report(ask(make, {.body = largest + largest}).body(largest + ' '),
         "transport: of a larger body one byte more is read, and no more");
  const auto flooded = ask(make, endless_body());
  report(flooded.got && flooded.got->body.size() == response::max_body_size + 1,
         "transport: it stops reading a body without end");
}

}  // namespace hubauth::testing
