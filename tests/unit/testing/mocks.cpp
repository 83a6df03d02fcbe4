// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/mocks.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "hubauth/credential/credential.hpp"
#include "hubauth/store/memory_store.hpp"
#include "hubauth/testing/doctest.hpp"
#include "hubauth/testing/laws/store.hpp"
#include "support/spellings.hpp"

namespace {

using namespace hubauth;
using testing::mock_store;
using testing::mock_transport;
using testing::spells;
using trompeloeil::_;

constexpr std::string_view canary = "ul_CanarySaysNothing";

parsed_key parse_key(std::string_view text) {
  auto parsed = api_key::parse(text);
  REQUIRE(parsed);
  return *std::move(parsed);
}

/// What trompeloeil reports of an unexpected or a missing call.
template <class F>
std::string reported(F call) {
  struct reported_fatal {};
  std::string reports;
  auto previous = trompeloeil::set_reporter(
      [&](trompeloeil::severity severity, const char*, unsigned long, const std::string& report) {
        reports += report;
        if (severity == trompeloeil::severity::fatal) throw reported_fatal();
      });
  try {
    call();
  } catch (const reported_fatal&) {
  }
  trompeloeil::set_reporter(std::move(previous));
  return reports;
}

}  // namespace

TEST_CASE("spellings: a text is found in every encoding and at every position") {
  CHECK(spells("the key is Sesame!", "Sesame"));
  CHECK(spells("emaseS", "Sesame"));
  CHECK(spells("<536573616d65>", "Sesame"));
  CHECK(spells("<536573616D65>", "Sesame"));
  CHECK(spells("U2VzYW1l", "Sesame"));              // "Sesame"
  CHECK(spells("b3BlblNlc2FtZSE=", "Sesame"));      // "openSesame!"
  CHECK(spells("MTIzNDVTZXNhbWU2Nzg=", "Sesame"));  // "12345Sesame678"
  CHECK_FALSE(spells("Ses ame sesame 536573616e65 U2VzYW1m", "Sesame"));
}

TEST_CASE("mocks: the report of an unexpected call names the call and contains no secret") {
  mock_transport transport;
  mock_store store;
  const auto parsed = parse_key(canary);
  const credential credential(parse_key(canary), {"x-api-key", ""});

  const auto saved = reported([&] { static_cast<void>(store.save(parsed.key)); });
  CHECK(saved.find("save") != std::string::npos);
  CHECK_FALSE(spells(saved, canary));

  const request request{http_method::post, "https://example.com/v1/auth", credential.header()};
  const auto sent = reported([&] { static_cast<void>(transport.send(request)); });
  CHECK(sent.find("https://example.com/v1/auth") != std::string::npos);
  CHECK_FALSE(spells(sent, canary));
}

TEST_CASE("mocks: the report of a missing call or a mismatch contains no secret") {
  mock_store store;
  const auto parsed = parse_key(canary);
  const auto other = parse_key("another");
  const auto missing = reported([&] { REQUIRE_CALL(store, save(_)).RETURN(result<void>()); });
  CHECK(missing.find("save") != std::string::npos);

  const auto mismatch = reported([&] {
    ALLOW_CALL(store, save(_)).LR_WITH(_1 == other.key).RETURN(result<void>());
    static_cast<void>(store.save(parsed.key));
  });
  CHECK(mismatch.find("save") != std::string::npos);
  CHECK_FALSE(spells(mismatch, canary));
}

TEST_CASE("mocks: the report of an unexpected prompt has the number of the attempt") {
  testing::mock_prompter prompter;
  const auto asked = reported([&] { static_cast<void>(prompter.ask({.attempt = 2, .max_attempts = 3})); });
  CHECK(asked.find("attempt 2 of 3") != std::string::npos);
}

TEST_CASE("mocks: a mock that forwards to a store keeps the laws") {
  mock_store store;
  memory_store forwarded;
  ALLOW_CALL(store, load()).LR_RETURN(forwarded.load());
  ALLOW_CALL(store, save(_)).LR_RETURN(forwarded.save(_1));
  ALLOW_CALL(store, erase()).LR_RETURN(forwarded.erase());
  testing::store_laws([&]() -> mock_store& { return store; }, testing::doctest_report);
}
