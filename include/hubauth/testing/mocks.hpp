// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string_view>

#include <trompeloeil.hpp>

#include "hubauth/policy/environment.hpp"
#include "hubauth/policy/prompter.hpp"
#include "hubauth/policy/store.hpp"
#include "hubauth/policy/transport.hpp"

/// The policies as mocks of trompeloeil, which only who includes this needs.

// A report of a call that was not expected must not print what it was called with.
namespace trompeloeil {

template <>
struct printer<hubauth::request> {
  static void print(std::ostream& out, const hubauth::request& request) { out << request.url << " [credential redacted]"; }
};
template <>
struct printer<hubauth::api_key> {
  static void print(std::ostream& out, const hubauth::api_key&) { out << "[key redacted]"; }
};
template <>
struct printer<hubauth::prompt_request> {
  static void print(std::ostream& out, const hubauth::prompt_request& about) {
    out << "attempt " << about.attempt << " of " << about.attempts;
  }
};

}  // namespace trompeloeil

namespace hubauth::testing::mocks {

struct transport {
  MAKE_MOCK1(send, result<response>(const request&));
  MAKE_CONST_MOCK0(has_cookies, bool());
};

struct store {
  MAKE_MOCK0(load, result<std::optional<secret>>());
  MAKE_MOCK1(save, result<void>(const api_key&));
  MAKE_MOCK0(erase, result<void>());
};

struct prompter {
  MAKE_MOCK1(ask, result<secret>(const prompt_request&));
};

struct environment {
  MAKE_CONST_MOCK1(variable, std::optional<std::string_view>(const char*));
  MAKE_CONST_MOCK0(has_browser_session, bool());
  MAKE_CONST_MOCK0(now, std::int64_t());
};

static_assert(check_transport<transport>() && check_store<store>() && check_prompter<prompter>() &&
              check_environment<environment>());

}  // namespace hubauth::testing::mocks
