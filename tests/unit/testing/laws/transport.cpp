// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/laws/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>
#include <httplib.h>

#include "../verdicts.hpp"
#include "hubauth/testing/doctest.hpp"
#include "hubauth/testing/fake_environment.hpp"
#include "hubauth/curl/curl_transport.hpp"
#include "hubauth/retry/retrying_transport.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

/// A request that is not the one asked for.
template <class Change>
struct asks_otherwise : curl_transport {
  result<response> send(request request) {
    Change()(request);
    return curl_transport::send(request);
  }
};
/// A response that is not the one that came.
template <class Change>
struct answers_otherwise : curl_transport {
  result<response> send(const request& request) {
    auto got = curl_transport::send(request);
    Change()(got);
    return got;
  }
};

using drops_query = asks_otherwise<decltype([](request& request) { request.url.resize(request.url.find_last_of("?/")); })>;
using always_posts = asks_otherwise<decltype([](request& request) { request.method = http_method::post; })>;
using key_in_url = asks_otherwise<decltype([](request& request) { request.url += request.credential.expose_value(); })>;

using words_for_401 = answers_otherwise<decltype([](result<response>& got) {
  if (got && got->status == 401) got = fail(errc::rejected);
})>;
using body_to_nul = answers_otherwise<decltype([](result<response>& got) {
  if (got) got->body = std::string(got->body.c_str());
})>;
using no_retry_after = answers_otherwise<decltype([](result<response>& got) {
  if (got) got->retry_after.clear();
})>;
using no_reset = answers_otherwise<decltype([](result<response>& got) {
  if (got) got->rate_limit_reset.clear();
})>;
using zero_for_no_field = answers_otherwise<decltype([](result<response>& got) {
  if (got && got->retry_after.empty()) got->retry_after = "0";
})>;
using status_0 = answers_otherwise<decltype([](result<response>& got) {
  if (!got) got = response{};
})>;
using late = answers_otherwise<decltype([](result<response>& got) {
  if (!got) got = fail(errc::timed_out);
})>;
using one_byte_less = answers_otherwise<decltype([](result<response>& got) {
  if (got && got->body.size() == response::max_body_size) got->body.pop_back();
})>;
using cut_to_fit = answers_otherwise<decltype([](result<response>& got) {
  if (got && got->body.size() > response::max_body_size) got->body.resize(response::max_body_size);
})>;
using too_much_is_a_failure = answers_otherwise<decltype([](result<response>& got) {
  if (got && got->body.size() > response::max_body_size) got = fail(errc::response_too_large);
})>;

struct asks_twice : curl_transport {
  result<response> send(const request& request) {
    static_cast<void>(curl_transport::send(request));
    return curl_transport::send(request);
  }
};
struct remembers_key : curl_transport {
  std::string line{};
  std::size_t name_size = 0;
  result<response> send(request request) {
    if (request.credential) {
      line = request.credential.expose_line();
      name_size = request.credential.name().size();
    }
    request.credential = auth_header_view(line, name_size);
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
struct talkative : curl_transport {
  result<response> send(const request& request) {
    auto got = curl_transport::send(request);
    if (!got) got.error().detail.append(" for ").append(request.credential.expose_line());
    return got;
  }
};

/// By another client, as far as a wrong transport needs it.
template <bool Follows>
struct by_httplib : curl_transport {
  result<response> send(const request& request) {
    const auto path = request.url.find('/', request.url.find("//") + 2);
    httplib::Client client(request.url.substr(0, path));
    client.set_follow_location(Follows);
    httplib::Request out;
    out.method = "POST";
    out.path = request.url.substr(path);
    out.body = Follows ? "" : "a body";
    response in;
    out.content_receiver = [&](const char* bytes, std::size_t size, std::uint64_t, std::uint64_t) {
      in.body.append(bytes, size);
      return in.body.size() <= response::max_body_size;
    };
    const auto got = client.send(out);
    if (!got) return curl_transport::send(request);
    in.status = got->status;
    return in;
  }
};

template <class Transport>
void run(verdicts& report) {
  transport_laws([] { return Transport(); }, report);
}

}  // namespace

TEST_CASE("transport_laws: curl_transport keeps them, a new one for each law and one for all") {
  transport_laws([] { return curl_transport(); }, doctest_report);
  curl_transport one;
  transport_laws([&]() -> curl_transport& { return one; }, doctest_report);
}

TEST_CASE("transport_laws: retrying_transport keeps them, whatever it is around") {
  transport_laws([] { return retrying_transport(curl_transport(), fake_environment()); }, doctest_report);
}

TEST_CASE("transport_laws: each fault is caught by the law that names it, and no law is without one") {
  check_caught({
      {"transport: one send is one request", run<asks_twice>},
      {"transport: path and query are those asked for", run<drops_query>},
      {"transport: the method is the one asked for", run<always_posts>},
      {"transport: a request has no body", run<by_httplib<false>>},
      {"transport: the credential is sent once, as it was given, and nowhere else", run<key_in_url>},
      {"transport: without a credential none is sent", run<remembers_key>},
      {"transport: no cookie is sent unless it was asked for", run<keeps_cookies>},
      {"transport: any status is a response", run<words_for_401>},
      {"transport: a redirect is not followed", run<by_httplib<true>>},
      {"transport: the body comes as it was sent", run<body_to_nul>},
      {"transport: Retry-After comes as it was sent", run<no_retry_after>},
      {"transport: X-RateLimit-Reset comes as it was sent", run<no_reset>},
      {"transport: a field that was not sent is empty", run<zero_for_no_field>},
      {"transport: where nobody listens, it is errc::unreachable", run<status_0>},
      {"transport: who hangs up unanswered is errc::unreachable", run<late>},
      {"transport: a error_info says nothing of the credential", run<talkative>},
      {"transport: a body of response::max_body_size bytes comes whole", run<one_byte_less>},
      {"transport: of a larger body one byte more is read, and no more", run<cut_to_fit>},
      {"transport: it stops reading a body without end", run<too_much_is_a_failure>},
  });
}
