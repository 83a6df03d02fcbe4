// SPDX-License-Identifier: BSL-1.0
//
// Threads meet where a policy is held up until the test lets it go on: no test depends on which thread is faster.
#include "hubauth/shared_auth.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <latch>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/service/hub.hpp"
#include "hubauth/store/memory_store.hpp"

namespace {

using namespace hubauth;
using namespace std::chrono_literals;

const response accepted{200, R"({"success": true})"};
const response rejected{401, R"({"success": false, "message": "not this one"})"};

/// What the policies use. It has no lock of its own: ThreadSanitizer reports two threads that use it at once, and so
/// does `used_concurrently`.
struct fake_system {
  std::function<result<response>(const request&)> on_send = [](const request&) { return accepted; };
  std::function<result<secret>()> on_prompt = [] { return secret("typed-key"); };
  std::function<void()> on_save = [] {};
  std::function<result<void>()> on_erase = [] { return result<void>(); };
  std::string saved;
  std::vector<std::string> calls;

  std::atomic<int> users = 0;
  std::atomic<bool> used_concurrently = false;

  /// One call of a policy.
  class use {
   public:
    use(fake_system& system, const std::string& call) : system_(system) {
      if (system_.users++ != 0) system_.used_concurrently = true;
      system_.calls.push_back(call);
    }
    use(const use&) = delete;
    use& operator=(const use&) = delete;
    ~use() { --system_.users; }

   private:
    fake_system& system_;
  };

  long count(std::string_view call) const { return std::count(calls.begin(), calls.end(), call); }
};

struct fake_transport {
  fake_system* system;
  result<response> send(const request& request) {
    const fake_system::use use(*system, "send " + std::string(request.credential.expose_value()));
    if (request.send_cookies) return response{200, R"({"success": true, "data": {"idToken": "a-token"}})"};
    return system->on_send(request);
  }
  bool has_cookies() const { return true; }
};

struct fake_store {
  fake_system* system;
  result<std::optional<secret>> load() {
    const fake_system::use use(*system, "load");
    return system->saved.empty() ? std::optional<secret>() : std::optional<secret>(system->saved);
  }
  result<void> save(const api_key& key) {
    const std::string text(key.with_exposed([](std::string_view bytes) { return bytes; }));
    const fake_system::use use(*system, "save " + text);
    system->saved = text;
    system->on_save();
    return {};
  }
  result<void> erase() {
    const fake_system::use use(*system, "erase");
    system->saved.clear();
    return system->on_erase();
  }
};

struct fake_prompter {
  fake_system* system;
  result<secret> ask(const prompt_request&) {
    const fake_system::use use(*system, "prompt");
    return system->on_prompt();
  }
};

struct empty_environment {
  std::optional<std::string_view> get_env(const char*) const { return std::nullopt; }
  bool has_browser_session() const { return false; }
  std::chrono::system_clock::time_point now() const { return {}; }
};

/// Holds up a thread until the test opens it.
struct gate {
  std::binary_semaphore reached{0};
  std::binary_semaphore opened{0};

  void pass() {
    reached.release();
    opened.acquire();
  }
};

struct fixture : fake_system {
  shared_auth<fake_transport, fake_store, fake_prompter, empty_environment> auth{hub, fake_transport{this},
                                                                                 fake_store{this}, fake_prompter{this}};
  shared_header::reader reader = auth.reader();

  std::string header() { return std::string(reader.get_auth_header().expose_line()); }

  /// Returns when this number of callers wait.
  void await_waiters(std::size_t callers) const {
    while (auth.waiter_count() != callers) std::this_thread::yield();
  }

  /// Holds up the first request, and responds to it.
  void hold_up_first(gate& sending, const result<response>& first_response = accepted) {
    on_send = [&sending, first_response, first = true](const request&) mutable {
      if (!std::exchange(first, false)) return result<response>(accepted);
      sending.pass();
      return first_response;
    };
  }
};

/// Calls it in a thread of its own.
template <class Call>
auto start(Call call) {
  return std::async(std::launch::async, std::move(call));
}
auto start_login(fixture& f, const std::string& key) {
  return start([&f, key] { return f.auth.login(key); });
}
auto start_logout(fixture& f) {
  return start([&f] { return f.auth.logout(); });
}

/// Each function that signs in.
const std::vector<std::function<login_result(fixture&)>> operations{
    [](fixture& f) { return f.auth.login("a-key"); },
    [](fixture& f) { return f.auth.authenticate(); },
    [](fixture& f) { return f.auth.auth_with_cookies(); },
    [](fixture& f) { return f.auth.request_api_key(2); },
};

bool is(const login_result& result, std::errc code) { return !result && result.error().code == code; }

TEST_CASE("shared_auth: equal sign-ins are single-flight: one request, and all callers get its session") {
  for (const auto& operation : operations) {
    fixture f;
    REQUIRE(f.auth.login("held-key"));
    f.calls.clear();
    gate sending;
    f.hold_up_first(sending);

    std::vector<std::future<login_result>> callers;
    callers.push_back(start([&] { return operation(f); }));
    sending.reached.acquire();
    for (int i = 0; i != 7; ++i) callers.push_back(start([&] { return operation(f); }));
    f.await_waiters(7);
    sending.opened.release();

    for (auto& each : callers) {
      const auto session = each.get();
      REQUIRE(session);
      CHECK(session->verified);
      CHECK(session->host == "api.ultralytics.com");
    }
    CHECK(std::count_if(f.calls.begin(), f.calls.end(), [](const auto& call) {
            return call.starts_with("send ") && call != "send ";  // a request for a token carries no credential
          }) == 1);
    CHECK_FALSE(f.used_concurrently);
  }
}

TEST_CASE("shared_auth: equal sign-ins are single-flight: one request, and all callers get its error") {
  fixture f;
  gate sending;
  f.hold_up_first(sending, response{503, R"({"message": "come back"})", "30"});
  std::vector<std::future<login_result>> callers;
  callers.push_back(start_login(f, "a-key"));
  sending.reached.acquire();
  for (int i = 0; i != 7; ++i) callers.push_back(start_login(f, "a-key"));
  f.await_waiters(7);
  sending.opened.release();

  std::vector<std::string> messages;
  for (auto& each : callers) {
    const auto session = each.get();
    REQUIRE_FALSE(session);
    CHECK(session.error().code == errc::server_error);
    CHECK(session.error().trace[source::argument] == source_status::error);
    messages.push_back(session.error().message());
  }
  CHECK(std::count(messages.begin(), messages.end(), messages.front()) == 8);
  CHECK(messages.front().find("come back") != std::string::npos);
  CHECK(f.count("send a-key") == 1);
}

TEST_CASE("shared_auth: different sign-ins run one after another") {
  fixture f;
  gate sending;
  f.hold_up_first(sending);
  auto first = start_login(f, "a-key");
  sending.reached.acquire();
  std::vector<std::future<login_result>> others;
  others.push_back(start_login(f, "b-key"));
  others.push_back(start_login(f, "c-key"));
  others.push_back(start([&] { return f.auth.login("a-key", {.verify_saved = true}); }));
  others.push_back(start([&] { return f.auth.request_api_key(); }));
  f.await_waiters(others.size());
  CHECK(f.count("send b-key") + f.count("send c-key") + f.count("prompt") == 0);
  sending.opened.release();

  CHECK(first.get());
  for (auto& each : others) CHECK(each.get());
  CHECK(f.count("send a-key") == 2);
  CHECK(f.count("send b-key") == 1);
  CHECK(f.count("send c-key") == 1);
  CHECK(f.count("send typed-key") == 1);
  CHECK(f.header() == "x-api-key: " + f.saved);
  CHECK_FALSE(f.used_concurrently);
}

TEST_CASE("shared_auth: sign-ins run in the order of the calls, and equal ones run once") {
  fixture f;
  gate sending;
  f.hold_up_first(sending);
  auto first = start_login(f, "a-key");
  sending.reached.acquire();
  std::vector<std::future<login_result>> others;
  for (const auto* key : {"d-key", "b-key", "c-key", "b-key", "a-key", "d-key"}) {
    others.push_back(start_login(f, key));
    f.await_waiters(others.size());
  }
  sending.opened.release();

  CHECK(first.get());
  for (auto& each : others) CHECK(each.get());
  CHECK(f.count("load") == 4);
  std::erase_if(f.calls, [](const auto& call) { return !call.starts_with("send"); });
  CHECK(f.calls == std::vector<std::string>{"send a-key", "send d-key", "send b-key", "send c-key"});
}

TEST_CASE("shared_auth: a canceled caller leaves a sign-in that others have joined to them") {
  fixture f;
  gate sending;
  f.hold_up_first(sending);
  cancellation cancellation;
  auto first = start_login(f, "a-key");
  sending.reached.acquire();
  auto canceled = start([&] { return f.auth.login("b-key", {}, cancellation); });
  f.await_waiters(1);
  auto patient = start_login(f, "b-key");
  f.await_waiters(2);
  cancellation.cancel();
  CHECK(is(canceled.get(), std::errc::operation_canceled));
  sending.opened.release();
  CHECK(first.get());
  CHECK(patient.get());
  CHECK(f.count("send b-key") == 1);
  CHECK(f.count("load") == 2);
}

TEST_CASE("shared_auth: a call after an equal one has ended makes a request of its own") {
  fixture f;
  CHECK(f.auth.login("a-key"));
  CHECK(f.auth.authenticate());
  CHECK(f.auth.authenticate());
  CHECK(f.count("send a-key") == 3);
}

TEST_CASE("shared_auth: a caller is canceled alone, whether it waits for a result or for its turn") {
  fixture f;
  gate sending;
  f.hold_up_first(sending);
  cancellation cancellation;
  auto first = start_login(f, "a-key");
  sending.reached.acquire();
  auto patient = start_login(f, "a-key");
  auto for_result = start([&] { return f.auth.login("a-key", {}, cancellation); });
  auto for_turn = start([&] { return f.auth.login("b-key", {}, cancellation); });
  f.await_waiters(3);
  cancellation.cancel();
  CHECK(is(for_result.get(), std::errc::operation_canceled));
  CHECK(is(for_turn.get(), std::errc::operation_canceled));
  CHECK(f.auth.waiter_count() == 1);
  sending.opened.release();

  CHECK(first.get());
  CHECK(patient.get());
  CHECK(f.count("send a-key") == 1);
  CHECK(f.count("send b-key") == 0);
  for (const auto& ended : {f.auth.login("a-key", {}, cancellation), f.auth.authenticate(cancellation),
                            f.auth.auth_with_cookies(cancellation), f.auth.request_api_key(3, cancellation)})
    CHECK(is(ended, std::errc::operation_canceled));
  CHECK(f.count("send a-key") == 1);
}

TEST_CASE("shared_auth: a caller with a deadline ends its wait alone") {
  fixture f;
  gate sending;
  f.hold_up_first(sending);
  auto first = start_login(f, "a-key");
  sending.reached.acquire();
  auto patient = start_login(f, "b-key");
  f.await_waiters(1);
  for (const auto& key : {"a-key", "b-key", "c-key"})
    for (const auto wait : {0ms, 1ms}) {
      const cancellation deadline(std::chrono::steady_clock::now() + wait);
      CHECK(is(f.auth.login(key, {}, deadline), std::errc::operation_canceled));
    }
  CHECK(f.auth.waiter_count() == 1);
  sending.opened.release();

  CHECK(first.get());
  CHECK(patient.get());
  CHECK(f.auth.login("a-key", {}, cancellation(std::chrono::steady_clock::now() + 24h)));
  CHECK(f.count("send a-key") == 2);
  CHECK(f.count("send b-key") == 1);
  CHECK(f.count("send c-key") == 0);
}

TEST_CASE("shared_auth: one cancellation ends several waits, in several objects") {
  fixture f, g;
  gate f_sending, g_sending;
  f.hold_up_first(f_sending);
  g.hold_up_first(g_sending);
  std::vector<std::future<login_result>> first;
  first.push_back(start_login(f, "a-key"));
  first.push_back(start_login(g, "a-key"));
  f_sending.reached.acquire();
  g_sending.reached.acquire();
  cancellation cancellation;
  std::vector<std::future<login_result>> waiting;
  for (int i = 0; i != 4; ++i)
    for (auto* each : {&f, &g})
      waiting.push_back(start([&, each] { return each->auth.login("a-key", {}, cancellation); }));
  f.await_waiters(4);
  g.await_waiters(4);
  cancellation.cancel();
  for (auto& each : waiting) CHECK(is(each.get(), std::errc::operation_canceled));
  f_sending.opened.release();
  g_sending.opened.release();
  for (auto& each : first) CHECK(each.get());
}

TEST_CASE("shared_auth: a sign-in that runs is not ended by a cancellation") {
  fixture f;
  cancellation cancellation;
  f.on_send = [&](const request&) {
    cancellation.cancel();
    return accepted;
  };
  CHECK(f.auth.login("a-key", {}, cancellation));
  CHECK(f.header() == "x-api-key: a-key");
}

TEST_CASE("shared_auth: a policy that calls back gets an error, and the sign-in goes on") {
  fixture f;
  std::vector<std::error_code> codes;
  std::vector<std::string> seen;
  const auto call_back = [&] {
    for (const auto& operation : operations) codes.push_back(operation(f).error().code);
    codes.push_back(f.auth.logout().error().code);
    seen.push_back(f.header());
  };
  f.on_send = [&](const request&) {
    call_back();
    return accepted;
  };
  f.on_prompt = [&] {
    call_back();
    return secret("typed-key");
  };
  f.on_save = call_back;
  f.on_erase = [&] {
    call_back();
    return result<void>();
  };
  CHECK(f.auth.request_api_key());
  CHECK(f.header() == "x-api-key: typed-key");
  CHECK(f.auth.logout());
  CHECK(codes.size() == 4 * (operations.size() + 1));
  for (const auto& code : codes) CHECK(code == std::errc::resource_deadlock_would_occur);
  for (const auto& line : seen) CHECK(line.empty());
  CHECK(f.auth.login("a-key"));
}

TEST_CASE(
    "shared_auth: an exception of a policy is thrown in its own thread, and one of the waiters runs the sign-in") {
  fixture f;
  constexpr std::size_t waiters = 5;
  gate sending;
  f.on_send = [&, first = true](const request&) mutable {
    if (std::exchange(first, false)) {
      sending.pass();
      throw 42;
    }
    return accepted;
  };
  auto thrown = start([&] {
    try {
      return f.auth.login("a-key").has_value() ? 1 : 2;
    } catch (int what) {
      return what;
    }
  });
  sending.reached.acquire();
  std::vector<std::future<login_result>> others;
  for (std::size_t i = 0; i != waiters; ++i) others.push_back(start_login(f, "a-key"));
  f.await_waiters(waiters);
  sending.opened.release();

  CHECK(thrown.get() == 42);
  for (auto& each : others) CHECK(each.get());
  CHECK(f.count("send a-key") == 2);
  CHECK(f.count("load") == 2);
  CHECK_FALSE(f.used_concurrently);
}

TEST_CASE("shared_auth: an exception of a policy changes nothing for the readers") {
  fixture f;
  REQUIRE(f.auth.login("a-key"));
  f.on_send = [](const request&) -> result<response> { throw 42; };
  CHECK_THROWS_AS((void)f.auth.login("b-key"), int);
  CHECK(f.header() == "x-api-key: a-key");
  f.on_erase = []() -> result<void> { throw 42; };
  CHECK_THROWS_AS((void)f.auth.logout(), int);
  CHECK(f.header().empty());
  CHECK(f.auth.authenticate().error().code == errc::not_signed_in);
}

TEST_CASE("logout: one that comes before the response cancels the sign-in that runs and all that wait") {
  fixture f;
  REQUIRE(f.auth.login("held-key"));
  f.calls.clear();
  gate sending;
  f.hold_up_first(sending);
  auto first = start_login(f, "a-key");
  sending.reached.acquire();
  auto for_result = start_login(f, "a-key");
  auto for_turn = start_login(f, "b-key");
  f.await_waiters(2);
  CHECK(f.header() == "x-api-key: held-key");

  auto out = start_logout(f);
  CHECK(is(for_result.get(), std::errc::operation_canceled));
  CHECK(is(for_turn.get(), std::errc::operation_canceled));
  f.await_waiters(1);
  CHECK(f.header().empty());
  CHECK(f.count("erase") == 0);
  sending.opened.release();

  CHECK(is(first.get(), std::errc::operation_canceled));
  CHECK(out.get());
  CHECK(f.header().empty());
  CHECK(f.saved.empty());
  CHECK(f.calls == std::vector<std::string>{"load", "send a-key", "erase"});
  CHECK(f.auth.authenticate().error().code == errc::not_signed_in);
  CHECK_FALSE(f.used_concurrently);
}

TEST_CASE("logout: one that comes while the key is being saved waits for that, and erases the key") {
  fixture f;
  gate saving;
  f.on_save = [&] { saving.pass(); };
  auto first = start_login(f, "a-key");
  saving.reached.acquire();
  auto out = start_logout(f);
  f.await_waiters(1);
  saving.opened.release();

  CHECK(is(first.get(), std::errc::operation_canceled));
  CHECK(out.get());
  CHECK(f.header().empty());
  CHECK(f.saved.empty());
  CHECK(f.calls == std::vector<std::string>{"load", "send a-key", "save a-key", "erase"});
  CHECK_FALSE(f.used_concurrently);
}

TEST_CASE("logout: one that comes while the user is prompted discards the answer") {
  fixture f;
  gate prompting;
  f.on_prompt = [&] {
    prompting.pass();
    return secret("typed-key");
  };
  auto first = start([&] { return f.auth.request_api_key(); });
  prompting.reached.acquire();
  auto out = start_logout(f);
  f.await_waiters(1);
  prompting.opened.release();
  CHECK(is(first.get(), std::errc::operation_canceled));
  CHECK(out.get());
  CHECK(f.count("save typed-key") == 0);
  CHECK(f.header().empty());
}

TEST_CASE("logout: a later sign-in runs after it, and does not join one that it has canceled") {
  fixture f;
  gate sending;
  f.hold_up_first(sending);
  auto first = start_login(f, "a-key");
  sending.reached.acquire();
  auto out = start_logout(f);
  auto another_out = start_logout(f);
  f.await_waiters(2);
  auto later = start_login(f, "a-key");
  f.await_waiters(3);
  sending.opened.release();

  CHECK(is(first.get(), std::errc::operation_canceled));
  CHECK(out.get());
  CHECK(another_out.get());
  CHECK(later.get());
  CHECK(f.header() == "x-api-key: a-key");
  CHECK(f.saved == "a-key");
  CHECK(f.calls ==
        std::vector<std::string>{"load", "send a-key", "erase", "erase", "load", "send a-key", "save a-key"});
  CHECK_FALSE(f.used_concurrently);
}

TEST_CASE("logout: one during another's erasure runs next") {
  fixture f;
  gate erasing;
  f.on_erase = [&, first = true]() mutable -> result<void> {
    if (!std::exchange(first, false)) return {};
    erasing.pass();
    return fail(errc::store_locked);
  };
  auto out = start_logout(f);
  erasing.reached.acquire();
  auto another_out = start_logout(f);
  f.await_waiters(1);
  auto later = start_login(f, "a-key");
  f.await_waiters(2);
  erasing.opened.release();
  CHECK(out.get().error().code == errc::store_locked);
  CHECK(another_out.get());
  CHECK(later.get());
  CHECK(f.saved == "a-key");
  CHECK_FALSE(f.used_concurrently);
}

TEST_CASE("shared_auth: readers lose a rejected credential at once; another error changes nothing") {
  fixture f;
  REQUIRE(f.auth.login("a-key"));
  f.on_send = [](const request&) { return fail(errc::unreachable); };
  CHECK_FALSE(f.auth.authenticate());
  CHECK_FALSE(f.auth.login("b-key"));
  CHECK(f.header() == "x-api-key: a-key");

  std::vector<std::string> seen;
  f.on_prompt = [&] {
    seen.push_back(f.header());
    return secret(seen.size() == 1 ? "a-key" : "c-key");
  };
  f.on_send = [](const request& request) { return request.credential.expose_value() == "a-key" ? rejected : accepted; };
  CHECK(f.auth.request_api_key());
  CHECK(seen == std::vector<std::string>{"x-api-key: a-key", ""});
  CHECK(f.header() == "x-api-key: c-key");
}

TEST_CASE("shared_auth: after a token is rejected, readers have the key's header") {
  fixture f;
  REQUIRE(f.auth.login("a-key"));
  REQUIRE(f.auth.auth_with_cookies());
  CHECK(f.header() == "authorization: Bearer a-token");
  f.on_send = [](const request&) { return rejected; };
  CHECK_FALSE(f.auth.authenticate());
  CHECK(f.header() == "x-api-key: a-key");
}

TEST_CASE("shared_auth: a reader's view stays valid during a sign-in, and its next call returns the new header") {
  fixture f;
  REQUIRE(f.auth.login("a-key"));
  gate looking;
  std::string before;
  std::string during;
  std::string after;
  std::thread other([&] {
    auto reader = f.auth.reader();
    const auto view = reader.get_auth_header();
    before = view.expose_line();
    looking.pass();
    during = view.expose_line();
    after = reader.get_auth_header().expose_line();
  });
  looking.reached.acquire();
  CHECK(f.auth.login("b-key"));
  looking.opened.release();
  other.join();
  CHECK(before == "x-api-key: a-key");
  CHECK(during == "x-api-key: a-key");
  CHECK(after == "x-api-key: b-key");
}

TEST_CASE("shared_auth: readers have the header while a sign-in waits for the service") {
  fixture f;
  REQUIRE(f.auth.login("a-key"));
  gate sending;
  f.hold_up_first(sending);
  auto first = start([&] { return f.auth.authenticate(); });
  sending.reached.acquire();
  CHECK(f.auth.reader().get_auth_header().expose_line() == "x-api-key: a-key");
  sending.opened.release();
  CHECK(first.get());
}

TEST_CASE("shared_auth: 32 threads read, sign in and sign out") {
  constexpr int readers = 16, signing_in = 12, signing_out = 4, rounds = 50;
  const std::array<std::string, 3> keys{"a-key", "b-key", "c-key"};
  fixture f;
  f.on_send = [requests = 0](const request&) mutable { return ++requests % 7 == 0 ? rejected : accepted; };
  std::latch ready(readers + signing_in + signing_out);
  std::atomic<int> unknown_headers = 0, unexpected_errors = 0, failed_logouts = 0;
  std::vector<std::thread> all;

  for (int i = 0; i != readers; ++i)
    all.emplace_back([&] {
      auto reader = f.auth.reader();
      ready.arrive_and_wait();
      for (int round = 0; round != rounds * 20; ++round) {
        const auto seen = reader.get_auth_header();
        const bool known =
            !seen || std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return seen.expose_value() == key; });
        if (!known || (seen && seen.name() != "x-api-key")) ++unknown_headers;
      }
    });
  for (int i = 0; i != signing_in; ++i)
    all.emplace_back([&, i] {
      ready.arrive_and_wait();
      for (int round = 0; round != rounds; ++round) {
        const auto ended =
            (i + round) % 4 == 0 ? f.auth.authenticate() : f.auth.login(keys[static_cast<std::size_t>(i + round) % 3]);
        if (ended) continue;
        const auto code = ended.error().code;
        if (code != std::errc::operation_canceled && code != errc::rejected && code != errc::not_signed_in)
          ++unexpected_errors;
      }
    });
  for (int i = 0; i != signing_out; ++i)
    all.emplace_back([&] {
      ready.arrive_and_wait();
      for (int round = 0; round != rounds / 5; ++round)
        if (!f.auth.logout()) ++failed_logouts;
    });
  for (auto& each : all) each.join();

  CHECK(unknown_headers == 0);
  CHECK(unexpected_errors == 0);
  CHECK(failed_logouts == 0);
  CHECK_FALSE(f.used_concurrently);
  CHECK(f.count("erase") == signing_out * (rounds / 5));
  CHECK(f.auth.waiter_count() == 0);
  CHECK(f.auth.logout());
  CHECK(f.saved.empty());
  CHECK(f.header().empty());
}

TEST_CASE("shared_auth: the user is prompted max_attempts times") {
  fixture f;
  f.on_prompt = [] { return secret("not a key"); };
  CHECK(f.auth.request_api_key(2).error().code == errc::too_many_attempts);
  CHECK(f.count("prompt") == 2);
}

TEST_CASE("shared_auth: policies are owned, or borrowed with std::ref") {
  fake_system system;
  fake_transport transport{&system};
  empty_environment env;
  shared_auth auth(hub, std::ref(transport), memory_store(), fake_prompter{&system}, std::ref(env));
  static_assert(
      std::is_same_v<decltype(auth), shared_auth<fake_transport&, memory_store, fake_prompter, empty_environment&>>);
  CHECK(auth.login("a-key"));
  CHECK(auth.login());  // the store has it
  CHECK(system.count("send a-key") == 1);
}

}  // namespace
