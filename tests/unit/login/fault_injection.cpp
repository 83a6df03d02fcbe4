// SPDX-License-Identifier: BSL-1.0
//
// Lets each effect of a sign-in fail, with every error code; throws from the driver at each effect; destroys the
// machine at each effect; and refuses each allocation and each secret. What was in memory has not changed then, and the
// next sign-in works. This program replaces operator new and mmap.

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "hubauth/credential/credential_cache.hpp"
#include "hubauth/login/machine.hpp"
#include "hubauth/service/hub.hpp"

namespace {

constexpr auto unlimited = static_cast<std::size_t>(-1);
std::size_t allocations_left = unlimited;  // the one after these fails, once
bool refuse_mappings = false;              // the pool of secrets maps pages when it is full

}  // namespace

// Not inlined: g++ warns where it sees that `free` gets memory of operator new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (allocations_left-- == 0) throw std::bad_alloc();
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

extern "C" void* mmap(void* address, std::size_t size, int protection, int flags, int file, off_t offset) noexcept {
  if (!refuse_mappings)
    return reinterpret_cast<void*>(::syscall(SYS_mmap, address, size, protection, flags, file, offset));
  errno = ENOMEM;
  return MAP_FAILED;
}

namespace {

using namespace hubauth;
using login::operation;
using kind = login::effect::kind;

struct injected_exception {};

/// A fault at one effect of a sign-in.
struct fault {
  enum class type { none, error, exception, cancellation } type = type::none;
  int position = 0;  ///< the number of the effect, from 0
  errc code{};       ///< of the error
  bool injected = false;
  kind effect{};  ///< the effect at which it was injected

  bool is_due(int number, kind wanted) {
    if (type == type::none || number != position) return false;
    injected = true;
    effect = wanted;
    return true;
  }
};

struct scenario {
  std::string_view name;
  login::operation operation = operation::login;
  std::string_view argument{};
  std::string_view saved{};
  std::string_view variable{};
  bool browser = false;
};

const scenario scenarios[] = {
    {.name = "argument", .argument = "a-key_model"},
    {.name = "argument that matches the saved key", .argument = "saved-key", .saved = "saved-key"},
    {.name = "environment variable", .variable = "variable-key"},
    {.name = "saved key", .saved = "saved-key_model"},
    {.name = "browser", .browser = true},
    {.name = "prompt, second attempt"},
    {.name = "authenticate", .operation = operation::authenticate},
    {.name = "auth_with_cookies", .operation = operation::auth_with_cookies, .browser = true},
    {.name = "request_api_key, second attempt", .operation = operation::request_api_key},
};

/// A system on which everything works, except for the injected fault. It has a key in memory, which can be lost.
class fake_system {
 public:
  explicit fake_system(const scenario& scenario) : scenario_(scenario) {
    fault none;
    const auto run = this->run({.name = "before", .argument = "cached-key"}, none);
    REQUIRE(run);
    REQUIRE(*run);
    saves_ = 0;
  }

  /// Runs the scenario; nothing if the fault cancels it.
  std::optional<login_result> run(fault& fault) { return run(scenario_, fault); }

  /// Runs the scenario after `begin`; false if there is not enough memory.
  template <class Begin>
  bool run_out_of_memory(Begin begin) {
    fault none;
    std::optional<login_result> run;
    try {
      begin();
      run = this->run(none);
    } catch (const std::bad_alloc&) {
      return false;
    }
    allocations_left = unlimited;
    REQUIRE(run);
    CHECK(*run);
    return true;
  }

  std::string header() const { return std::string(cache_.header().expose_line()); }

  /// True if the key in memory is still there, and none was saved.
  bool is_unchanged() const { return cache_.header().expose_line() == "x-api-key: cached-key" && saves_ == 0; }

  void check_works_again() {
    fault none;
    const auto again = run(none);
    REQUIRE(again);
    REQUIRE(*again);
    CHECK((*again)->verified);
    CHECK(cache_.header());
  }

 private:
  std::optional<login_result> run(const scenario& scenario, fault& fault) {
    login::environment_values env;
    if (!scenario.variable.empty()) env.key.emplace(scenario.variable);
    env.has_browser_session = env.has_cookies = scenario.browser;
    login::machine machine(hub, cache_, std::move(env), scenario.operation, scenario.argument, {.verify_saved = true});
    int number = 0;
    while (const auto* effect = machine.wanted()) {
      const bool faulty = fault.is_due(number++, effect->type);
      if (faulty && fault.type == fault::type::cancellation) return std::nullopt;
      if (faulty && fault.type == fault::type::exception) throw injected_exception();
      const auto error = [&] { return fail(fault.code, "injected"); };
      switch (effect->type) {
        case kind::send: {
          const std::chrono::system_clock::time_point now;
          faulty ? machine.resume({error(), now}) : machine.resume({send(effect->request), now});
          break;
        }
        case kind::load: machine.resume(faulty ? result<std::optional<secret>>(error()) : load(scenario)); break;
        case kind::save: machine.resume(faulty ? result<void>(error()) : save()); break;
        case kind::prompt: machine.resume(faulty ? result<secret>(error()) : prompt(effect->prompt)); break;
      }
    }
    return machine.result();
  }

  static result<response> send(const request& request) {
    if (request.send_cookies) return response{200, R"({"success": true, "data": {"idToken": "a-token"}})"};
    const bool rejected = request.credential.expose_value() == "rejected-key";
    return response{200, rejected ? R"({"success": false, "message": "no"})" : R"({"success": true})"};
  }

  static result<std::optional<secret>> load(const scenario& scenario) {
    return scenario.saved.empty() ? std::optional<secret>() : std::optional<secret>(scenario.saved);
  }

  result<void> save() {
    ++saves_;
    return {};
  }

  static result<secret> prompt(const prompt_request& request) {
    return secret(request.attempt == 1 ? "rejected-key" : "typed-key_model");
  }

  const scenario& scenario_;
  credential_cache cache_;
  int saves_ = 0;
};

/// Fills the pool of secrets, except for that many slots.
void leave_free_slots(std::vector<secret>& pool, std::size_t count) {
  try {
    for (;;) pool.emplace_back("another");
  } catch (const std::bad_alloc&) {
  }
  while (count-- != 0) pool.pop_back();
}

}  // namespace

TEST_CASE("fault injection: each effect fails, with every error code") {
  int injected = 0;
  for (const auto& scenario : scenarios)
    for (int code = 1; code <= static_cast<int>(errc::insecure_url); ++code)
      for (int position = 0;; ++position) {
        fake_system system(scenario);
        fault fault{fault::type::error, position, static_cast<errc>(code)};
        const auto run = system.run(fault);
        if (!fault.injected) break;
        ++injected;
        REQUIRE(run);
        const auto& result = *run;
        INFO(std::string(scenario.name) << ", effect " << position << ": " << std::string(to_string(fault.code)));

        const bool only_compares = fault.effect == kind::load && !scenario.argument.empty();
        const bool costs_an_attempt = fault.effect == kind::prompt && fault.code == errc::malformed_key;
        if (fault.effect == kind::save) {
          REQUIRE(result);
          CHECK_FALSE(result->saved);
          REQUIRE(result->save_error);
          CHECK(result->save_error->code == fault.code);
        } else if (only_compares || costs_an_attempt) {
          CHECK(result);
        } else {
          REQUIRE_FALSE(result);
          CHECK(result.error().code == fault.code);
          CHECK(result.error().detail == "injected");
          CHECK(system.is_unchanged());
        }
        system.check_works_again();
      }
  CHECK(injected > 0);
  fmt::print("fault injection: {} errors\n", injected);
}

TEST_CASE("fault injection: the driver throws at each effect") {
  int injected = 0;
  for (const auto& scenario : scenarios)
    for (int position = 0;; ++position) {
      fake_system system(scenario);
      fault fault{fault::type::exception, position};
      INFO(std::string(scenario.name) << ", effect " << position);
      try {
        const auto run = system.run(fault);
        REQUIRE(run);
        CHECK(*run);
        break;
      } catch (const injected_exception&) {
        ++injected;
      }
      CHECK(system.is_unchanged());
      system.check_works_again();
    }
  CHECK(injected > 0);
  fmt::print("fault injection: {} exceptions\n", injected);
}

TEST_CASE("fault injection: the machine is destroyed at each effect") {
  int injected = 0;
  for (const auto& scenario : scenarios)
    for (int position = 0;; ++position) {
      fake_system system(scenario);
      fault fault{fault::type::cancellation, position};
      INFO(std::string(scenario.name) << ", effect " << position);
      if (const auto run = system.run(fault)) {
        CHECK(*run);
        break;
      }
      ++injected;
      CHECK(system.is_unchanged());
      system.check_works_again();
    }
  CHECK(injected > 0);
  fmt::print("fault injection: {} cancellations\n", injected);
}

TEST_CASE("fault injection: each allocation fails") {
  int injected = 0;
  for (const auto& scenario : scenarios)
    for (std::size_t position = 0;; ++position) {
      fake_system system(scenario);
      const auto run = system.run_out_of_memory([&] { allocations_left = position; });
      allocations_left = unlimited;
      if (run) break;
      ++injected;
      INFO(std::string(scenario.name) << ", allocation " << position);
      CHECK(system.header() == "x-api-key: cached-key");
      system.check_works_again();
    }
  CHECK(injected > 0);
  fmt::print("fault injection: {} allocations\n", injected);
}

TEST_CASE("fault injection: each secret fails") {
  int injected = 0;
  for (const auto& scenario : scenarios)
    for (std::size_t free_slots = 0;; ++free_slots) {
      fake_system system(scenario);
      std::vector<secret> pool;
      const auto run = system.run_out_of_memory([&] {
        refuse_mappings = true;
        leave_free_slots(pool, free_slots);
      });
      refuse_mappings = false;
      pool.clear();
      if (run) break;
      ++injected;
      INFO(std::string(scenario.name) << ", secret " << free_slots);
      CHECK(system.header() == "x-api-key: cached-key");
      system.check_works_again();
    }
  CHECK(injected > 0);
  fmt::print("fault injection: {} secrets\n", injected);
}

TEST_CASE("fault injection: the header is returned without an allocation") {
  credential_cache cache;
  auto parsed = api_key::parse("cached-key");
  REQUIRE(parsed);
  cache.set({.credential = credential(*std::move(parsed), hub.key_header_format), .source = source::argument});
  allocations_left = 0;
  const auto header = cache.header();
  const bool allocated = allocations_left != 0;
  allocations_left = unlimited;
  CHECK_FALSE(allocated);
  CHECK(header.expose_line() == "x-api-key: cached-key");
}
