// SPDX-License-Identifier: BSL-1.0
#include "hubauth/session.hpp"

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

template <class T>
struct row {
  T value;
  std::string_view text;
};

constexpr row<source> sources[]{
    {source::argument, "argument"}, {source::environment, "environment"}, {source::saved, "saved"},
    {source::browser, "browser"},   {source::prompt, "prompt"},           {static_cast<source>(5), "unknown"},
};

constexpr row<source_status> findings[]{
    {source_status::not_tried, "not tried"},
    {source_status::excluded, "left out by the options"},
    {source_status::unsupported, "not offered by the service"},
    {source_status::no_cookies, "no cookies to send"},
    {source_status::not_found, "no key there"},
    {source_status::malformed, "not a key"},
    {source_status::error, "failed"},
    {source_status::rejected, "rejected"},
    {source_status::used_unverified, "taken as it stands"},
    {source_status::verified, "accepted"},
    {static_cast<source_status>(10), "unknown"},
};

constexpr std::size_t first_wrong_source() {
  std::size_t i = 0;
  while (i != std::size(sources) && to_string(sources[i].value) == sources[i].text) ++i;
  return i;
}

constexpr std::size_t first_wrong_finding() {
  std::size_t i = 0;
  while (i != std::size(findings) && describe(findings[i].value) == findings[i].text) ++i;
  return i;
}

static_assert(first_wrong_source() == std::size(sources));
static_assert(first_wrong_finding() == std::size(findings));

constexpr bool excludes_one_at_a_time() {
  for (source out : all_sources) {
    const auto rest = source_set().without(out);
    for (source from : all_sources)
      if (!source_set().contains(from) || rest.contains(from) != (from != out)) return false;
  }
  const auto two_out = source_set().without(source::argument).without(source::prompt);
  return !two_out.contains(source::argument) && !two_out.contains(source::prompt) && two_out.contains(source::saved);
}

constexpr bool notes_one_at_a_time() {
  for (source noted : all_sources) {
    trace tried;
    tried.note(noted, source_status::verified);
    for (source from : all_sources)
      if (tried[from] != (from == noted ? source_status::verified : source_status::not_tried)) return false;
    tried.note(noted, source_status::rejected);
    if (tried[noted] != source_status::rejected) return false;
  }
  return true;
}

static_assert(excludes_one_at_a_time());
static_assert(notes_one_at_a_time());

TEST_CASE("session: sources and findings have words, and the sources an order") {
  for (const auto& [from, text] : sources) CHECK(to_string(from) == text);
  for (const auto& [what, text] : findings) CHECK(describe(what) == text);

  CHECK(all_sources.size() + 1 == std::size(sources));
  for (std::size_t i = 0; i != all_sources.size(); ++i) CHECK(all_sources[i] == sources[i].value);
}

TEST_CASE("session: a set has all sources but those left out") { CHECK(excludes_one_at_a_time()); }

TEST_CASE("session: a trace keeps the last source_status of each source") { CHECK(notes_one_at_a_time()); }

TEST_CASE("session: unless told otherwise all sources are used, a person is asked three times, a saved key is taken") {
  const login_options options;
  CHECK(options.attempts == 3);
  CHECK_FALSE(options.verify_saved);
  for (source from : all_sources) CHECK(options.sources.contains(from));
}

TEST_CASE("session: it begins as one of which nothing is known") {
  const session fresh;
  CHECK(fresh.source == source::argument);
  CHECK_FALSE(fresh.verified);
  CHECK_FALSE(fresh.saved);
  CHECK_FALSE(fresh.save_error.has_value());
  CHECK(fresh.host.empty());
  for (source from : all_sources) CHECK(fresh.trace[from] == source_status::not_tried);
}

TEST_CASE("session: a login error says all that it knows, in a sentence") {
  login_error error;
  error.code = errc::rejected;
  for (source from : all_sources) CHECK(error.trace[from] == source_status::not_tried);
  const std::string words = describe(errc::rejected);
  CHECK(error.message() == words);

  error.host = "hub.test";
  CHECK(error.message() == "hub.test: " + words);
  error.source_description = "the variable KEY";
  CHECK(error.message() == "hub.test: " + words + " (from the variable KEY)");
  error.detail = "expired";
  CHECK(error.message() == "hub.test: " + words + " (from the variable KEY): expired");
  error.retry_after = 0;
  CHECK(error.message() == "hub.test: " + words + " (from the variable KEY): expired; try again in 0 s");
  error.retry_after = 90;
  error.hint = "make a new one";
  CHECK(error.message() ==
        "hub.test: " + words + " (from the variable KEY): expired; try again in 90 s; make a new one");

  error.host.clear();
  error.source_description.clear();
  error.retry_after.reset();
  CHECK(error.message() == words + ": expired; make a new one");
}

}  // namespace
