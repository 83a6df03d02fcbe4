// SPDX-License-Identifier: BSL-1.0
//
// Threads meet where a policy is held up until the test lets it go on: no test depends on who is faster.
#include "hubauth/shared_auth.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <future>
#include <latch>
#include <optional>
#include <semaphore>
#include <stop_token>
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

const response yes{200, R"({"success": true})"};
const response no{401, R"({"success": false, "message": "not this one"})"};

/// What the policies touch. It has no lock of its own: a thread sanitizer sees when two threads use it at once, and so
/// does `users`.
struct fake_system {
  std::function<result<response>(const request&)> on_send = [](const request&) { return yes; };
  std::function<result<secret>()> on_ask = [] { return secret("typed-key"); };
  std::function<void()> on_save = [] {};
  std::function<result<void>()> on_erase = [] { return result<void>(); };
  std::string saved;
  std::vector<std::string> log;

  std::atomic<int> users = 0;
  std::atomic<bool> crowded = false;

  /// From here to its end a policy is in use.
  struct use {
    explicit use(fake_system& of, const std::string& what) : at(of) {
      if (at.users++ != 0) at.crowded = true;
      at.log.push_back(what);
    }
    use(const use&) = delete;
    ~use() { --at.users; }
    fake_system& at;
  };

  long count(std::string_view what) const { return std::count(log.begin(), log.end(), what); }
};

struct stage_transport {
  fake_system* at;
  result<response> send(const request& request) {
    const fake_system::use now(*at, "send " + std::string(request.credential.expose_value()));
    if (request.send_cookies) return response{200, R"({"success": true, "data": {"idToken": "a-token"}})"};
    return at->on_send(request);
  }
  bool has_cookies() const { return true; }
};

struct stage_store {
  fake_system* at;
  result<std::optional<secret>> load() {
    const fake_system::use now(*at, "load");
    return at->saved.empty() ? std::optional<secret>() : std::optional<secret>(at->saved);
  }
  result<void> save(const api_key& key) {
    const std::string text(key.with_exposed([](std::string_view bytes) { return bytes; }));
    const fake_system::use now(*at, "save " + text);
    at->saved = text;
    at->on_save();
    return {};
  }
  result<void> erase() {
    const fake_system::use now(*at, "erase");
    at->saved.clear();
    return at->on_erase();
  }
};

struct stage_prompter {
  fake_system* at;
  result<secret> ask(const prompt_request&) {
    const fake_system::use now(*at, "ask");
    return at->on_ask();
  }
};

struct stage_environment {
  std::optional<std::string_view> get_env(const char*) const { return std::nullopt; }
  bool has_browser_session() const { return false; }
  std::int64_t now() const { return 1'000'000'000; }
};

/// A place where a thread is held up.
struct barrier {
  std::binary_semaphore reached{0};
  std::binary_semaphore open{0};

  void pass() {
    reached.release();
    open.acquire();
  }
};

struct fixture : fake_system {
  shared_auth<stage_transport, stage_store, stage_prompter, stage_environment> auth{
      hub, stage_transport{this}, stage_store{this}, stage_prompter{this}};
  shared_header::reader mine = auth.reader();

  std::string header() { return std::string(mine.get_auth_header().expose_line()); }

  /// Until so many callers wait for others.
  void until_waiting(std::size_t callers) const {
    while (auth.waiter_count() != callers) std::this_thread::yield();
  }

  /// Holds up the first request, and answers it.
  void hold_up_first(barrier& at, const result<response>& answer = yes) {
    on_send = [&at, answer, first = true](const request&) mutable {
      if (!std::exchange(first, false)) return result<response>(yes);
      at.pass();
      return answer;
    };
  }
};

using caller = std::function<login_result(fixture&)>;

std::future<login_result> call(fixture& at, caller what) {
  return std::async(std::launch::async, [&at, what = std::move(what)] { return what(at); });
}
std::future<result<void>> call_logout(fixture& at) {
  return std::async(std::launch::async, [&at] { return at.auth.logout(); });
}

caller login_with(std::string key) {
  return [key](fixture& at) { return at.auth.login(key); };
}

/// Each way to sign in.
const std::vector<caller> calls{
    login_with("a-key"),
    [](fixture& at) { return at.auth.authenticate(); },
    [](fixture& at) { return at.auth.auth_with_cookies(); },
    [](fixture& at) { return at.auth.request_api_key(2); },
};

bool is(const login_result& ended, std::errc kind) { return !ended && ended.error().code == kind; }

TEST_CASE("shared_auth: of the callers who want the same one prompts the service, and all get its session") {
  for (const auto& wanted : calls) {
    fixture at;
    REQUIRE(at.auth.login("held-key"));
    at.log.clear();
    barrier sending;
    at.hold_up_first(sending);

    std::vector<std::future<login_result>> callers;
    callers.push_back(call(at, wanted));
    sending.reached.acquire();
    for (int i = 0; i != 7; ++i) callers.push_back(call(at, wanted));
    at.until_waiting(7);
    sending.open.release();

    for (auto& each : callers) {
      const auto session = each.get();
      REQUIRE(session);
      CHECK(session->verified);
      CHECK(session->host == "api.ultralytics.com");
    }
    CHECK(std::count_if(at.log.begin(), at.log.end(), [](const auto& what) {
            return what.starts_with("send ") && what != "send ";  // a request for a token carries no credential
          }) == 1);
    CHECK_FALSE(at.crowded);
  }
}

TEST_CASE("shared_auth: of the callers who want the same one prompts the service, and all get its error") {
  fixture at;
  barrier sending;
  at.hold_up_first(sending, response{503, R"({"message": "come back"})", "30"});
  std::vector<std::future<login_result>> callers;
  callers.push_back(call(at, login_with("a-key")));
  sending.reached.acquire();
  for (int i = 0; i != 7; ++i) callers.push_back(call(at, login_with("a-key")));
  at.until_waiting(7);
  sending.open.release();

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
  CHECK(at.count("send a-key") == 1);
}

TEST_CASE("shared_auth: who wants something else takes a turn of its own") {
  fixture at;
  barrier sending;
  at.hold_up_first(sending);
  auto first = call(at, login_with("a-key"));
  sending.reached.acquire();
  std::vector<std::future<login_result>> others;
  others.push_back(call(at, login_with("b-key")));
  others.push_back(call(at, login_with("c-key")));
  others.push_back(call(at, [](fixture& d) { return d.auth.login("a-key", {.verify_saved = true}); }));
  others.push_back(call(at, [](fixture& d) { return d.auth.request_api_key(); }));
  at.until_waiting(others.size());
  CHECK(at.count("send b-key") + at.count("send c-key") + at.count("ask") == 0);
  sending.open.release();

  CHECK(first.get());
  for (auto& each : others) CHECK(each.get());
  CHECK(at.count("send a-key") == 2);
  CHECK(at.count("send b-key") == 1);
  CHECK(at.count("send c-key") == 1);
  CHECK(at.count("send typed-key") == 1);
  CHECK(at.header() == "x-api-key: " + at.saved);
  CHECK_FALSE(at.crowded);
}

TEST_CASE("shared_auth: turns are taken in the order of the calls, the same login_request once") {
  fixture at;
  barrier sending;
  at.hold_up_first(sending);
  auto first = call(at, login_with("a-key"));
  sending.reached.acquire();
  std::vector<std::future<login_result>> others;
  for (const auto* key : {"d-key", "b-key", "c-key", "b-key", "a-key", "d-key"}) {
    others.push_back(call(at, login_with(key)));
    at.until_waiting(others.size());
  }
  sending.open.release();

  CHECK(first.get());
  for (auto& each : others) CHECK(each.get());
  CHECK(at.count("load") == 4);
  std::erase_if(at.log, [](const auto& what) { return !what.starts_with("send"); });
  CHECK(at.log == std::vector<std::string>{"send a-key", "send d-key", "send b-key", "send c-key"});
}

TEST_CASE("shared_auth: who gives up before a turn that others share leaves it to them") {
  fixture at;
  barrier sending;
  at.hold_up_first(sending);
  std::stop_source stop;
  auto first = call(at, login_with("a-key"));
  sending.reached.acquire();
  auto gives_up = call(at, [token = stop.get_token()](fixture& d) { return d.auth.login("b-key", {}, token); });
  at.until_waiting(1);
  auto patient = call(at, login_with("b-key"));
  at.until_waiting(2);
  stop.request_stop();
  CHECK(is(gives_up.get(), std::errc::operation_canceled));
  sending.open.release();
  CHECK(first.get());
  CHECK(patient.get());
  CHECK(at.count("send b-key") == 1);
  CHECK(at.count("load") == 2);
}

TEST_CASE("shared_auth: a sign-in that is wanted after the same one ended is another one") {
  fixture at;
  CHECK(at.auth.login("a-key"));
  CHECK(at.auth.authenticate());
  CHECK(at.auth.authenticate());
  CHECK(at.count("send a-key") == 3);
}

TEST_CASE("shared_auth: a caller gives up alone, whatever it waits for") {
  fixture at;
  barrier sending;
  at.hold_up_first(sending);
  std::stop_source stop;
  const auto token = stop.get_token();
  auto first = call(at, login_with("a-key"));
  sending.reached.acquire();
  auto patient = call(at, login_with("a-key"));
  auto for_result = call(at, [&](fixture& d) { return d.auth.login("a-key", {}, token); });
  auto for_turn = call(at, [&](fixture& d) { return d.auth.login("b-key", {}, token); });
  at.until_waiting(3);
  stop.request_stop();
  CHECK(is(for_result.get(), std::errc::operation_canceled));
  CHECK(is(for_turn.get(), std::errc::operation_canceled));
  CHECK(at.auth.waiter_count() == 1);
  sending.open.release();

  CHECK(first.get());
  CHECK(patient.get());
  CHECK(at.count("send a-key") == 1);
  CHECK(at.count("send b-key") == 0);
  for (const auto& ended : {at.auth.login("a-key", {}, token), at.auth.authenticate(token),
                            at.auth.auth_with_cookies(token), at.auth.request_api_key(3, token)})
    CHECK(is(ended, std::errc::operation_canceled));
  CHECK(at.count("send a-key") == 1);
}

TEST_CASE("shared_auth: who runs a sign-in runs it to its end, though it was told to stop") {
  fixture at;
  std::stop_source stop;
  at.on_send = [&](const request&) {
    stop.request_stop();
    return yes;
  };
  CHECK(at.auth.login("a-key", {}, stop.get_token()));
  CHECK(at.header() == "x-api-key: a-key");
}

TEST_CASE("shared_auth: a policy that calls back is told so, and the sign-in goes on") {
  fixture at;
  std::vector<std::error_code> told;
  std::vector<std::string> seen;
  const auto call_back = [&] {
    for (const auto& each : calls) told.push_back(each(at).error().code);
    told.push_back(at.auth.logout().error().code);
    seen.push_back(at.header());
  };
  at.on_send = [&](const request&) {
    call_back();
    return yes;
  };
  at.on_ask = [&] {
    call_back();
    return secret("typed-key");
  };
  at.on_save = call_back;
  at.on_erase = [&] {
    call_back();
    return result<void>();
  };
  CHECK(at.auth.request_api_key());
  CHECK(at.header() == "x-api-key: typed-key");
  CHECK(at.auth.logout());
  CHECK(told.size() == 4 * (calls.size() + 1));
  for (const auto& code : told) CHECK(code == std::errc::resource_deadlock_would_occur);
  for (const auto& line : seen) CHECK(line.empty());
  CHECK(at.auth.login("a-key"));
}

TEST_CASE("shared_auth: what a policy throws is thrown in its own thread, and one of those who waited runs") {
  fixture at;
  constexpr std::size_t waiters = 5;
  barrier sending;
  at.on_send = [&, first = true](const request&) mutable {
    if (std::exchange(first, false)) {
      sending.pass();
      throw 42;
    }
    return yes;
  };
  auto thrown = std::async(std::launch::async, [&] {
    try {
      return at.auth.login("a-key").has_value() ? 1 : 2;
    } catch (int what) {
      return what;
    }
  });
  sending.reached.acquire();
  std::vector<std::future<login_result>> others;
  for (std::size_t i = 0; i != waiters; ++i) others.push_back(call(at, login_with("a-key")));
  at.until_waiting(waiters);
  sending.open.release();

  CHECK(thrown.get() == 42);
  for (auto& each : others) CHECK(each.get());
  CHECK(at.count("send a-key") == 2);
  CHECK(at.count("load") == 2);
  CHECK_FALSE(at.crowded);
}

TEST_CASE("shared_auth: what is thrown changes nothing for the readers") {
  fixture at;
  REQUIRE(at.auth.login("a-key"));
  at.on_send = [](const request&) -> result<response> { throw 42; };
  CHECK_THROWS_AS((void)at.auth.login("b-key"), int);
  CHECK(at.header() == "x-api-key: a-key");
  at.on_erase = []() -> result<void> { throw 42; };
  CHECK_THROWS_AS((void)at.auth.logout(), int);
  CHECK(at.header().empty());
  CHECK(at.auth.authenticate().error().code == errc::not_signed_in);
}

TEST_CASE("logout: one that comes before the response wins, over who prompts and over all who wait") {
  fixture at;
  REQUIRE(at.auth.login("held-key"));
  at.log.clear();
  barrier sending;
  at.hold_up_first(sending);
  auto first = call(at, login_with("a-key"));
  sending.reached.acquire();
  auto for_result = call(at, login_with("a-key"));
  auto for_turn = call(at, login_with("b-key"));
  at.until_waiting(2);
  CHECK(at.header() == "x-api-key: held-key");

  auto out = call_logout(at);
  CHECK(is(for_result.get(), std::errc::operation_canceled));
  CHECK(is(for_turn.get(), std::errc::operation_canceled));
  at.until_waiting(1);
  CHECK(at.header().empty());
  CHECK(at.count("erase") == 0);
  sending.open.release();

  CHECK(is(first.get(), std::errc::operation_canceled));
  CHECK(out.get());
  CHECK(at.header().empty());
  CHECK(at.saved.empty());
  CHECK(at.log == std::vector<std::string>{"load", "send a-key", "erase"});
  CHECK(at.auth.authenticate().error().code == errc::not_signed_in);
  CHECK_FALSE(at.crowded);
}

TEST_CASE("logout: one that comes while the key is saved waits for that, and erases it") {
  fixture at;
  barrier saving;
  at.on_save = [&] { saving.pass(); };
  auto first = call(at, login_with("a-key"));
  saving.reached.acquire();
  auto out = call_logout(at);
  at.until_waiting(1);
  saving.open.release();

  CHECK(is(first.get(), std::errc::operation_canceled));
  CHECK(out.get());
  CHECK(at.header().empty());
  CHECK(at.saved.empty());
  CHECK(at.log == std::vector<std::string>{"load", "send a-key", "save a-key", "erase"});
  CHECK_FALSE(at.crowded);
}

TEST_CASE("logout: one that comes while a person is asked wins over the answer") {
  fixture at;
  barrier prompting;
  at.on_ask = [&] {
    prompting.pass();
    return secret("typed-key");
  };
  auto first = call(at, [](fixture& d) { return d.auth.request_api_key(); });
  prompting.reached.acquire();
  auto out = call_logout(at);
  at.until_waiting(1);
  prompting.open.release();
  CHECK(is(first.get(), std::errc::operation_canceled));
  CHECK(out.get());
  CHECK(at.count("save typed-key") == 0);
  CHECK(at.header().empty());
}

TEST_CASE("logout: a sign-in that begins after it comes after it, and joins nothing that it has ended") {
  fixture at;
  barrier sending;
  at.hold_up_first(sending);
  auto first = call(at, login_with("a-key"));
  sending.reached.acquire();
  auto out = call_logout(at);
  auto another_out = call_logout(at);
  at.until_waiting(2);
  auto later = call(at, login_with("a-key"));
  at.until_waiting(3);
  sending.open.release();

  CHECK(is(first.get(), std::errc::operation_canceled));
  CHECK(out.get());
  CHECK(another_out.get());
  CHECK(later.get());
  CHECK(at.header() == "x-api-key: a-key");
  CHECK(at.saved == "a-key");
  CHECK(at.log == std::vector<std::string>{"load", "send a-key", "erase", "erase", "load", "send a-key", "save a-key"});
  CHECK_FALSE(at.crowded);
}

TEST_CASE("logout: one during another's erasing takes the next turn") {
  fixture at;
  barrier erasing;
  at.on_erase = [&, first = true]() mutable -> result<void> {
    if (!std::exchange(first, false)) return {};
    erasing.pass();
    return fail(errc::store_locked);
  };
  auto out = call_logout(at);
  erasing.reached.acquire();
  auto another_out = call_logout(at);
  at.until_waiting(1);
  auto later = call(at, login_with("a-key"));
  at.until_waiting(2);
  erasing.open.release();
  CHECK(out.get().error().code == errc::store_locked);
  CHECK(another_out.get());
  CHECK(later.get());
  CHECK(at.saved == "a-key");
  CHECK_FALSE(at.crowded);
}

TEST_CASE("shared_auth: a rejected credential is gone for the readers at once, another error_info changes nothing") {
  fixture at;
  REQUIRE(at.auth.login("a-key"));
  at.on_send = [](const request&) { return fail(errc::unreachable); };
  CHECK_FALSE(at.auth.authenticate());
  CHECK_FALSE(at.auth.login("b-key"));
  CHECK(at.header() == "x-api-key: a-key");

  std::vector<std::string> seen;
  at.on_ask = [&] {
    seen.push_back(at.header());
    return secret(seen.size() == 1 ? "a-key" : "c-key");
  };
  at.on_send = [](const request& request) { return request.credential.expose_value() == "a-key" ? no : yes; };
  CHECK(at.auth.request_api_key());
  CHECK(seen == std::vector<std::string>{"x-api-key: a-key", ""});
  CHECK(at.header() == "x-api-key: c-key");
}

TEST_CASE("shared_auth: a rejected token leaves the key beside it to the readers") {
  fixture at;
  REQUIRE(at.auth.login("a-key"));
  REQUIRE(at.auth.auth_with_cookies());
  CHECK(at.header() == "authorization: Bearer a-token");
  at.on_send = [](const request&) { return no; };
  CHECK_FALSE(at.auth.authenticate());
  CHECK(at.header() == "x-api-key: a-key");
}

TEST_CASE("shared_auth: a thread that is told of a sign-in has its header, and keeps the one that it looks at") {
  fixture at;
  REQUIRE(at.auth.login("a-key"));
  barrier looking;
  std::string before, looked_at, after;
  std::thread other([&] {
    auto own = at.auth.reader();
    const auto view = own.get_auth_header();
    before = view.expose_line();
    looking.pass();
    looked_at = view.expose_line();
    after = own.get_auth_header().expose_line();
  });
  looking.reached.acquire();
  CHECK(at.auth.login("b-key"));
  looking.open.release();
  other.join();
  CHECK(before == "x-api-key: a-key");
  CHECK(looked_at == "x-api-key: a-key");
  CHECK(after == "x-api-key: b-key");
}

TEST_CASE("shared_auth: readers have the header while a sign-in waits for the service") {
  fixture at;
  REQUIRE(at.auth.login("a-key"));
  barrier sending;
  at.hold_up_first(sending);
  auto first = call(at, [](fixture& d) { return d.auth.authenticate(); });
  sending.reached.acquire();
  CHECK(at.auth.reader().get_auth_header().expose_line() == "x-api-key: a-key");
  sending.open.release();
  CHECK(first.get());
}

TEST_CASE("shared_auth: 32 threads read, sign in and sign out") {
  constexpr int readers = 16, signers = 12, leavers = 4, rounds = 50;
  const std::array<std::string, 3> keys{"a-key", "b-key", "c-key"};
  fixture at;
  at.on_send = [turn = 0](const request&) mutable { return ++turn % 7 == 0 ? no : yes; };
  std::latch start(readers + signers + leavers);
  std::atomic<int> odd_headers = 0, odd_errors = 0, failed_logouts = 0;
  std::vector<std::thread> all;

  for (int i = 0; i != readers; ++i)
    all.emplace_back([&] {
      auto own = at.auth.reader();
      start.arrive_and_wait();
      for (int round = 0; round != rounds * 20; ++round) {
        const auto seen = own.get_auth_header();
        const bool known =
            !seen || std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return seen.expose_value() == key; });
        if (!known || (seen && seen.name() != "x-api-key")) ++odd_headers;
      }
    });
  for (int i = 0; i != signers; ++i)
    all.emplace_back([&, i] {
      start.arrive_and_wait();
      for (int round = 0; round != rounds; ++round) {
        const auto ended = (i + round) % 4 == 0 ? at.auth.authenticate()
                                                : at.auth.login(keys[static_cast<std::size_t>(i + round) % 3]);
        if (ended) continue;
        const auto code = ended.error().code;
        if (code != std::errc::operation_canceled && code != errc::rejected && code != errc::not_signed_in)
          ++odd_errors;
      }
    });
  for (int i = 0; i != leavers; ++i)
    all.emplace_back([&] {
      start.arrive_and_wait();
      for (int round = 0; round != rounds / 5; ++round)
        if (!at.auth.logout()) ++failed_logouts;
    });
  for (auto& each : all) each.join();

  CHECK(odd_headers == 0);
  CHECK(odd_errors == 0);
  CHECK(failed_logouts == 0);
  CHECK_FALSE(at.crowded);
  CHECK(at.count("erase") == leavers * (rounds / 5));
  CHECK(at.auth.waiter_count() == 0);
  CHECK(at.auth.logout());
  CHECK(at.saved.empty());
  CHECK(at.header().empty());
}

TEST_CASE("shared_auth: a person is asked as often as it is told") {
  fixture at;
  at.on_ask = [] { return secret("not a key"); };
  CHECK(at.auth.request_api_key(2).error().code == errc::too_many_attempts);
  CHECK(at.count("ask") == 2);
}

TEST_CASE("shared_auth: policies are owned by value, or borrowed by std::ref") {
  fake_system at;
  stage_transport transport{&at};
  stage_environment env;
  shared_auth auth(hub, std::ref(transport), memory_store(), stage_prompter{&at}, std::ref(env));
  static_assert(
      std::is_same_v<decltype(auth), shared_auth<stage_transport&, memory_store, stage_prompter, stage_environment&>>);
  CHECK(auth.login("a-key"));
  CHECK(auth.login());  // the store has it
  CHECK(at.count("send a-key") == 1);
}

}  // namespace
