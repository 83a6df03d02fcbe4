// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/laws/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>
#include <httplib.h>

#include "hubauth/curl/curl_transport.hpp"
#include "hubauth/retry/retrying_transport.hpp"
#include "hubauth/testing/doctest.hpp"
#include "hubauth/testing/fake_environment.hpp"
#include "support/law_reports.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

/// Changes the request before it is sent.
template <class Change>
struct changes_request : curl_transport {
  result<response> send(request request) {
    Change()(request);
    return curl_transport::send(request);
  }
};
/// Changes what `send` returns.
template <class Change>
struct changes_result : curl_transport {
  result<response> send(const request& request) {
    auto returned = curl_transport::send(request);
    Change()(returned);
    return returned;
  }
};

using drops_query =
    changes_request<decltype([](request& request) { request.url.resize(request.url.find_last_of("?/")); })>;
using always_posts = changes_request<decltype([](request& request) { request.method = http_method::post; })>;
using key_in_url =
    changes_request<decltype([](request& request) { request.url += request.credential.expose_value(); })>;

using error_for_401 = changes_result<decltype([](result<response>& returned) {
  if (returned && returned->status == 401) returned = fail(errc::rejected);
})>;
using body_up_to_nul = changes_result<decltype([](result<response>& returned) {
  if (returned) returned->body = std::string(returned->body.c_str());
})>;
using no_retry_after = changes_result<decltype([](result<response>& returned) {
  if (returned) returned->retry_after.clear();
})>;
using no_rate_limit_reset = changes_result<decltype([](result<response>& returned) {
  if (returned) returned->rate_limit_reset.clear();
})>;
using zero_without_field = changes_result<decltype([](result<response>& returned) {
  if (returned && returned->retry_after.empty()) returned->retry_after = "0";
})>;
using status_0_without_response = changes_result<decltype([](result<response>& returned) {
  if (!returned) returned = response{};
})>;
using timed_out_without_response = changes_result<decltype([](result<response>& returned) {
  if (!returned) returned = fail(errc::timed_out);
})>;
using drops_last_byte = changes_result<decltype([](result<response>& returned) {
  if (returned && returned->body.size() == response::max_body_size) returned->body.pop_back();
})>;
using truncates_to_limit = changes_result<decltype([](result<response>& returned) {
  if (returned && returned->body.size() > response::max_body_size) returned->body.resize(response::max_body_size);
})>;
using too_large_is_an_error = changes_result<decltype([](result<response>& returned) {
  if (returned && returned->body.size() > response::max_body_size) returned = fail(errc::response_too_large);
})>;

struct sends_twice : curl_transport {
  result<response> send(const request& request) {
    static_cast<void>(curl_transport::send(request));
    return curl_transport::send(request);
  }
};
struct keeps_credential : curl_transport {
  std::string line{};
  std::size_t name_size = 0;
  result<response> send(request request) {
    if (request.credential) {
      line = request.credential.expose_line();
      name_size = request.credential.name().size();
    }
    if (!line.empty()) request.credential = auth_header_view(line, name_size);
    return curl_transport::send(request);
  }
};
struct keeps_cookies : curl_transport {
  bool has_one = false;
  result<response> send(request request) {
    if (std::exchange(has_one, true)) request.credential = auth_header_view("cookie: session=made-up", 6);
    return curl_transport::send(request);
  }
};
struct error_contains_key : curl_transport {
  result<response> send(const request& request) {
    auto returned = curl_transport::send(request);
    if (!returned) returned.error().detail.append(" for ").append(request.credential.expose_line());
    return returned;
  }
};

/// Sends by another client, which follows redirects or sends a body.
template <bool FollowsRedirects>
struct httplib_transport : curl_transport {
  result<response> send(const request& request) {
    const auto path = request.url.find('/', request.url.find("//") + 2);
    httplib::Client client(request.url.substr(0, path));
    client.set_follow_location(FollowsRedirects);
    httplib::Request out;
    out.method = "POST";
    out.path = request.url.substr(path);
    out.body = FollowsRedirects ? "" : "a body";
    response in;
    out.content_receiver = [&](const char* bytes, std::size_t size, std::uint64_t, std::uint64_t) {
      in.body.append(bytes, size);
      return in.body.size() <= response::max_body_size;
    };
    const auto returned = client.send(out);
    if (!returned) return curl_transport::send(request);
    in.status = returned->status;
    return in;
  }
};

template <class Transport>
void run(law_report& report) {
  transport_laws([] { return Transport(); }, report);
}

}  // namespace

TEST_CASE("transport_laws: curl_transport keeps them, with a new object for each law and with one for all") {
  transport_laws([] { return curl_transport(); }, doctest_report);
  curl_transport one;
  transport_laws([&]() -> curl_transport& { return one; }, doctest_report);
}

TEST_CASE("transport_laws: retrying_transport keeps them") {
  transport_laws([] { return retrying_transport(curl_transport(), fake_environment()); }, doctest_report);
}

TEST_CASE("transport_laws: each law finds its fault") {
  check_faults_are_found({
      {"transport: send makes one request", run<sends_twice>},
      {"transport: path and query are those of the request", run<drops_query>},
      {"transport: the method is that of the request", run<always_posts>},
      {"transport: the request has no body", run<httplib_transport<false>>},
      {"transport: the credential is sent once, unchanged, and nowhere else", run<key_in_url>},
      {"transport: a request without a credential sends none", run<keeps_credential>},
      {"transport: cookies are sent only if the request has send_cookies", run<keeps_cookies>},
      {"transport: a response with any status is success", run<error_for_401>},
      {"transport: a redirect is not followed", run<httplib_transport<true>>},
      {"transport: the body is returned unchanged", run<body_up_to_nul>},
      {"transport: Retry-After is returned unchanged", run<no_retry_after>},
      {"transport: X-RateLimit-Reset is returned unchanged", run<no_rate_limit_reset>},
      {"transport: a header field that was not sent is empty", run<zero_without_field>},
      {"transport: a refused connection is errc::unreachable", run<status_0_without_response>},
      {"transport: a connection that is closed early is errc::unreachable", run<timed_out_without_response>},
      {"transport: an error contains nothing of the credential", run<error_contains_key>},
      {"transport: a body of response::max_body_size bytes is returned completely", run<drops_last_byte>},
      {"transport: of a larger body, one byte more is returned", run<truncates_to_limit>},
      {"transport: reading an endless body stops", run<too_large_is_an_error>},
  });
}
