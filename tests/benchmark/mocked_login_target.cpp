// SPDX-License-Identifier: BSL-1.0
//
// What the fuzz target `login` would be with mocks: the same calls on one object, every policy's answer decided by the
// input's bytes, and nothing compared. For the benchmark to find too slow.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "hubauth/basic_auth.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/testing/mocks.hpp"

namespace {

using namespace hubauth;

struct bytes {
  const std::uint8_t* next;
  const std::uint8_t* end;

  unsigned operator()(unsigned count) { return next == end ? 0 : static_cast<std::uint8_t>(*next++ - '0') % count; }
};

result<response> replied(unsigned which) {
  switch (which) {
    case 0: return response{200, R"({"success": true, "data": {"idToken": "BROWSER_token-0123456789"}})"};
    case 1: return response{401, R"({"message": "no"})"};
    case 2: return response{404, R"({"success": false, "message": "no"})"};
    case 3: return response{429, "", "17"};
    case 4: return response{503};
    default: return fail(errc::unreachable);
  }
}

result<std::optional<secret>> loaded(unsigned which) {
  if (which == 0) return fail(errc::store_locked);
  return which == 1 ? std::optional<secret>() : std::optional(secret("SAVED-key-0123456789"));
}

result<void> stored(unsigned which) {
  if (which == 0) return {};
  return fail(errc::store_locked);
}

result<secret> typed(unsigned which) {
  if (which == 0) return fail(errc::prompt_canceled);
  return secret(which == 1 ? "TYPED\tkey" : "TYPED-key-0123456789");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trompeloeil::_;
  bytes choose{data, data + size};
  testing::mocks::transport transport;
  testing::mocks::store store;
  testing::mocks::prompter prompter;
  testing::mocks::environment env;
  ALLOW_CALL(transport, send(_)).LR_RETURN(replied(choose(6)));
  ALLOW_CALL(transport, has_cookies()).LR_RETURN(choose(2) == 1);
  ALLOW_CALL(store, load()).LR_RETURN(loaded(choose(3)));
  ALLOW_CALL(store, save(_)).LR_RETURN(stored(choose(2)));
  ALLOW_CALL(store, erase()).LR_RETURN(stored(choose(2)));
  ALLOW_CALL(prompter, ask(_)).LR_RETURN(typed(choose(3)));
  ALLOW_CALL(env, variable(_)).RETURN(std::nullopt);
  ALLOW_CALL(env, has_browser_session()).LR_RETURN(choose(2) == 1);
  ALLOW_CALL(env, now()).RETURN(1'000'000'000);

  basic_auth auth(hub, std::ref(transport), std::ref(store), std::ref(prompter), std::ref(env));
  for (int calls = 0; choose.next != choose.end && calls != 16; ++calls) switch (choose(5)) {
      case 0: static_cast<void>(auth.login(choose(2) == 1 ? "ARGUMENT-key-0123456789" : "")); break;
      case 1: static_cast<void>(auth.authenticate()); break;
      case 2: static_cast<void>(auth.auth_with_cookies()); break;
      case 3: static_cast<void>(auth.request_api_key(static_cast<int>(choose(5)))); break;
      default: static_cast<void>(auth.logout()); break;
    }
  return 0;
}
