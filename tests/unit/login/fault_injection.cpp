// SPDX-License-Identifier: BSL-1.0
//
// Lets the n-th policy call fail, with every kind of error, and by an exception; and the n-th allocation; for n = 1, 2,
// ... until none fails. After each, nothing is half done, and the next sign-in works.

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <new>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "hubauth/basic_auth.hpp"
#include "hubauth/service/hub.hpp"

namespace {

std::size_t allocations_left = static_cast<std::size_t>(-1);  // the one after these fails, once

}  // namespace

void* operator new(std::size_t size) {
  if (allocations_left-- == 0) throw std::bad_alloc();
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

extern "C" void* mmap(void* at, std::size_t size, int rights, int flags, int file, off_t offset) noexcept {
  if (allocations_left-- != 0)
    return reinterpret_cast<void*>(::syscall(SYS_mmap, at, size, rights, flags, file, offset));
  errno = ENOMEM;
  return MAP_FAILED;
}

namespace {

using namespace hubauth;

struct thrown {};

/// Counts the policy calls, and breaks one of them.
struct faults {
  enum class how { none, error, exception } mode = how::none;
  int calls_left = 0;
  errc kind = errc::unreachable;
  bool fired = false;
  std::string_view victim{};

  /// True when this call is to give an error.
  bool breaks(std::string_view who) {
    if (mode == how::none || fired || calls_left-- != 0) return false;
    fired = true;
    victim = who;
    if (mode == how::exception) throw thrown();
    return true;
  }

  /// For calls that have no error to give.
  void may_throw(std::string_view who) {
    if (mode == how::exception) breaks(who);
  }
};

/// A machine on which everything works, but for one fault.
struct machine {
  faults fault{};
  std::string_view saved{};
  std::string_view variable{};
  bool browser = false;
  int saves = 0;
};

struct machine_transport {
  machine& on;
  result<response> send(const request& request) {
    if (on.fault.breaks("send")) return fail(on.fault.kind, "broken");
    if (request.send_cookies) return response{200, R"({"success": true, "data": {"idToken": "a-token"}})"};
    const bool bad = request.credential.expose_value() == "bad-key";
    return response{200, bad ? R"({"success": false, "message": "no"})" : R"({"success": true})"};
  }
  bool has_cookies() const {
    on.fault.may_throw("has_cookies");
    return true;
  }
};

struct machine_store {
  machine& on;
  result<std::optional<secret>> load() {
    if (on.fault.breaks("load")) return fail(on.fault.kind, "broken");
    return on.saved.empty() ? std::optional<secret>() : std::optional<secret>(on.saved);
  }
  result<void> save(const api_key&) {
    if (on.fault.breaks("save")) return fail(on.fault.kind, "broken");
    ++on.saves;
    return {};
  }
  result<void> erase() { return {}; }
};

/// The second answer is the good one.
struct machine_prompter {
  machine& on;
  result<secret> ask(const prompt_request& about) {
    if (on.fault.breaks("ask")) return fail(on.fault.kind, "broken");
    return secret(about.attempt == 1 ? "bad-key" : "typed-key_model");
  }
};

struct machine_environment {
  machine& on;
  std::optional<std::string_view> get_env(const char* name) const {
    on.fault.may_throw("variable");
    if (name == hub.key_env_var && !on.variable.empty()) return on.variable;
    return std::nullopt;
  }
  bool has_browser_session() const {
    on.fault.may_throw("has_browser_session");
    return on.browser;
  }
  std::int64_t now() const {
    on.fault.may_throw("now");
    return 0;
  }
};

using auth = basic_auth<machine_transport, machine_store, machine_prompter, machine_environment>;

struct scenario {
  std::string_view name;
  std::string_view argument;
  machine on;
};

const scenario scenes[] = {
    {"argument", "a-key_model", {}},
    {"argument, like the saved one", "saved-key", {{}, "saved-key"}},
    {"environment", "", {{}, {}, "variable-key"}},
    {"saved", "", {{}, "saved-key_model"}},
    {"browser", "", {{}, {}, {}, true}},
    {"prompt, at the second attempt", "", {}},
};

auth make(machine& on) { return auth(hub, {on}, {on}, {on}, {on}); }

std::string header(const auth& of) { return std::string(of.get_auth_header().expose_line()); }

/// Signs in with another key first, so that there is something to lose.
void hold_something(machine& on, auth& who) {
  machine calm;
  std::swap(on, calm);
  REQUIRE(who.login("held-key"));
  std::swap(on, calm);
}

void works_again(machine& on, auth& who, const scenario& in) {
  on.fault = {};
  const auto again = who.login(in.argument, {true});
  REQUIRE(again);
  CHECK(again->verified);
  CHECK(who.get_auth_header());
}

}  // namespace

TEST_CASE("failures: the n-th policy call fails with every kind of error") {
  int injected = 0;
  for (const auto& in : scenes)
    for (int kind = 1; kind <= static_cast<int>(errc::insecure_url); ++kind)
      for (int n = 0;; ++n) {
        machine on = in.on;
        auth who = make(on);
        hold_something(on, who);
        const auto before = header(who);
        on.fault = {faults::how::error, n, static_cast<errc>(kind)};

        const auto signed_in = who.login(in.argument, {true});
        const auto fault = on.fault;
        if (!fault.fired) break;
        ++injected;
        INFO(in.name << ", call " << n << " (" << fault.victim << ") fails with " << std::string(to_string(fault.kind)));

        const bool compares = !in.argument.empty() && fault.victim == "load";
        const bool costs_an_attempt = fault.victim == "ask" && fault.kind == errc::malformed_key;
        if (fault.victim == "save") {
          REQUIRE(signed_in);
          CHECK_FALSE(signed_in->saved);
          REQUIRE(signed_in->save_error);
          CHECK(signed_in->save_error->code == fault.kind);
        } else if (compares || costs_an_attempt) {
          CHECK(signed_in);
        } else {
          REQUIRE_FALSE(signed_in);
          CHECK(signed_in.error().code == fault.kind);
          CHECK(signed_in.error().detail == "broken");
          CHECK(on.saves == 0);
          CHECK(header(who) == before);
        }
        works_again(on, who, in);
      }
  CHECK(injected > 0);
  fmt::print("failures: {} errors injected\n", injected);
}

TEST_CASE("failures: what the n-th policy call throws passes through and changes nothing") {
  int injected = 0;
  for (const auto& in : scenes)
    for (int n = 0;; ++n) {
      machine on = in.on;
      auth who = make(on);
      hold_something(on, who);
      const auto before = header(who);
      on.fault = {faults::how::exception, n};
      try {
        const auto signed_in = who.login(in.argument, {true});
        CHECK(signed_in);
        break;
      } catch (const thrown&) {
        ++injected;
        INFO(in.name << ", call " << n << " (" << on.fault.victim << ") throws");
        CHECK(header(who) == before);
        CHECK(on.saves == 0);
        works_again(on, who, in);
      }
    }
  CHECK(injected > 0);
  fmt::print("failures: {} exceptions injected\n", injected);
}

TEST_CASE("failures: the n-th allocation fails and nothing is half done") {
  std::vector<secret> crowd;  // in every slot, so that each secret from here on needs memory of its own
  while (crowd.size() != detail::secure_pool::slot_count) crowd.emplace_back("another");

  int injected = 0;
  for (const auto& in : scenes)
    for (std::size_t n = 0;; ++n) {
      machine on = in.on;
      auth who = make(on);
      hold_something(on, who);
      const auto before = header(who);
      bool refused = false;
      allocations_left = n;
      try {
        const auto signed_in = who.login(in.argument, {true});
        allocations_left = static_cast<std::size_t>(-1);
        CHECK(signed_in);
      } catch (const std::bad_alloc&) {
        allocations_left = static_cast<std::size_t>(-1);
        refused = true;
      }
      if (!refused) break;
      ++injected;
      INFO(in.name << ", allocation " << n << " fails");
      CHECK(header(who) == before);
      works_again(on, who, in);
    }
  CHECK(injected > 0);
  fmt::print("failures: {} allocations refused\n", injected);
}

TEST_CASE("failures: the header is given without an allocation") {
  machine on;
  auth who = make(on);
  hold_something(on, who);
  allocations_left = 0;
  const auto field = who.get_auth_header();
  const bool allocated = allocations_left != 0;
  allocations_left = static_cast<std::size_t>(-1);
  CHECK_FALSE(allocated);
  CHECK(field.expose_line() == "x-api-key: held-key");
}
