// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/mocks.hpp"

#include <optional>
#include <ostream>
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

namespace mocks = hubauth::testing::mocks;

constexpr std::string_view canary = "ul_CanarySaysNothing";

hubauth::api_key key() {
  auto read = hubauth::api_key::parse(canary);
  REQUIRE(read);
  return std::move(read->key);
}

/// What trompeloeil says of a call that nobody expected, or that did not come.
template <class F>
std::string reported(F call) {
  struct called {};
  std::string said;
  auto before =
      trompeloeil::set_reporter([&](trompeloeil::severity how, const char*, unsigned long, const std::string& words) {
        said += words;
        if (how == trompeloeil::severity::fatal) throw called();
      });
  try {
    call();
  } catch (const called&) {
  }
  trompeloeil::set_reporter(std::move(before));
  return said;
}

}  // namespace

TEST_CASE("spellings: a text is found however it is written, and wherever it stands") {
  CHECK(spells("the key is Sesame!", "Sesame"));
  CHECK(spells("emaseS", "Sesame"));
  CHECK(spells("<536573616d65>", "Sesame"));
  CHECK(spells("<536573616D65>", "Sesame"));
  CHECK(spells("U2VzYW1l", "Sesame"));              // "Sesame"
  CHECK(spells("b3BlblNlc2FtZSE=", "Sesame"));      // "openSesame!"
  CHECK(spells("MTIzNDVTZXNhbWU2Nzg=", "Sesame"));  // "12345Sesame678"
  CHECK_FALSE(spells("Ses ame sesame 536573616e65 U2VzYW1m", "Sesame"));
}

TEST_CASE("mocks: a report of a call that was not expected says which, and spells no secret") {
  mocks::transport transport;
  mocks::store store;
  const auto text = key();
  const hubauth::credential who(key(), {}, {"x-api-key", ""});

  const auto saved = reported([&] { static_cast<void>(store.save(text)); });
  CHECK(saved.find("save") != std::string::npos);
  CHECK_FALSE(spells(saved, canary));

  const hubauth::request asked{hubauth::http_method::post, "https://example.com/v1/auth", who.header()};
  const auto sent = reported([&] { static_cast<void>(transport.send(request)); });
  CHECK(sent.find("https://example.com/v1/auth") != std::string::npos);
  CHECK_FALSE(spells(sent, canary));
}

TEST_CASE("mocks: a report of a call that is missing, or of another than was expected, spells no secret") {
  mocks::store store;
  const auto other = hubauth::api_key::parse("another");
  REQUIRE(other);
  const auto missing = reported([&] { REQUIRE_CALL(store, save(trompeloeil::_)).RETURN(hubauth::result<void>()); });
  CHECK(missing.find("save") != std::string::npos);

  const auto text = key();
  const auto mismatch = reported([&] {
    ALLOW_CALL(store, save(trompeloeil::_)).LR_WITH(_1 == other->key).RETURN(hubauth::result<void>());
    static_cast<void>(store.save(text));
  });
  CHECK(mismatch.find("save") != std::string::npos);
  CHECK_FALSE(spells(mismatch, canary));
}

TEST_CASE("mocks: a store that is told what to do keeps the laws") {
  mocks::store store;
  hubauth::memory_store key_saved;
  ALLOW_CALL(store, load()).LR_RETURN(key_saved.load());
  ALLOW_CALL(store, save(trompeloeil::_)).LR_RETURN(key_saved.save(_1));
  ALLOW_CALL(store, erase()).LR_RETURN(key_saved.erase());
  hubauth::testing::store_laws([&]() -> mocks::store& { return store; }, hubauth::testing::doctest_report);
}
