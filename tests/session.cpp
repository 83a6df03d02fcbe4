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

constexpr row<finding> findings[]{
    {finding::not_reached, "not tried"},
    {finding::excluded, "left out by the options"},
    {finding::not_offered, "not offered by the service"},
    {finding::no_cookies, "no cookies to send"},
    {finding::absent, "no key there"},
    {finding::malformed, "not a key"},
    {finding::failed, "failed"},
    {finding::rejected, "rejected"},
    {finding::taken, "taken as it stands"},
    {finding::accepted, "accepted"},
    {static_cast<finding>(10), "unknown"},
};

constexpr std::size_t first_wrong_source() {
  std::size_t i = 0;
  while (i != std::size(sources) && name(sources[i].value) == sources[i].text) ++i;
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
    tried.note(noted, finding::accepted);
    for (source from : all_sources)
      if (tried[from] != (from == noted ? finding::accepted : finding::not_reached)) return false;
    tried.note(noted, finding::rejected);
    if (tried[noted] != finding::rejected) return false;
  }
  return true;
}

static_assert(excludes_one_at_a_time());
static_assert(notes_one_at_a_time());

TEST_CASE("session: sources and findings have words, and the sources an order") {
  for (const auto& [from, text] : sources) CHECK(name(from) == text);
  for (const auto& [what, text] : findings) CHECK(describe(what) == text);

  CHECK(all_sources.size() + 1 == std::size(sources));
  for (std::size_t i = 0; i != all_sources.size(); ++i) CHECK(all_sources[i] == sources[i].value);
}

TEST_CASE("session: a set has all sources but those left out") { CHECK(excludes_one_at_a_time()); }

TEST_CASE("session: a trace keeps the last finding of each source") { CHECK(notes_one_at_a_time()); }

TEST_CASE("session: unless told otherwise all sources are used, a person is asked three times, a saved key is taken") {
  const login_options options;
  CHECK(options.attempts == 3);
  CHECK_FALSE(options.verify_saved);
  for (source from : all_sources) CHECK(options.use.contains(from));
}

TEST_CASE("session: it begins as one of which nothing is known") {
  const session fresh;
  CHECK(fresh.from == source::argument);
  CHECK_FALSE(fresh.verified);
  CHECK_FALSE(fresh.persisted);
  CHECK_FALSE(fresh.not_persisted.has_value());
  CHECK(fresh.host.empty());
  for (source from : all_sources) CHECK(fresh.tried[from] == finding::not_reached);
}

TEST_CASE("session: a login error says all that it knows, in a sentence") {
  login_error error;
  error.code = errc::rejected;
  for (source from : all_sources) CHECK(error.tried[from] == finding::not_reached);
  const std::string words = describe(errc::rejected);
  CHECK(error.message() == words);

  error.host = "hub.test";
  CHECK(error.message() == "hub.test: " + words);
  error.where = "the variable KEY";
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
  error.where.clear();
  error.retry_after.reset();
  CHECK(error.message() == words + ": expired; make a new one");
}

}  // namespace
