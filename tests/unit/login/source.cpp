// SPDX-License-Identifier: BSL-1.0
#include "hubauth/login/source.hpp"

#include <cstddef>
#include <iterator>
#include <ostream>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

template <class T>
struct named {
  T value;
  std::string_view name;
};

constexpr named<source> sources[]{
    {source::argument, "argument"}, {source::environment, "environment"}, {source::saved, "saved"},
    {source::browser, "browser"},   {source::prompt, "prompt"},           {static_cast<source>(5), "unknown"},
};

constexpr named<source_status> statuses[]{
    {source_status::not_tried, "not_tried"},
    {source_status::excluded, "excluded"},
    {source_status::unsupported, "unsupported"},
    {source_status::no_cookies, "no_cookies"},
    {source_status::not_found, "not_found"},
    {source_status::malformed, "malformed"},
    {source_status::error, "error"},
    {source_status::rejected, "rejected"},
    {source_status::used_unverified, "used_unverified"},
    {source_status::verified, "verified"},
    {static_cast<source_status>(10), "unknown"},
};

TEST_CASE("source: sources and statuses have names, and the sources an order") {
  for (const auto& [value, name] : sources) CHECK(to_string(value) == name);
  for (const auto& [value, name] : statuses) CHECK(to_string(value) == name);

  REQUIRE(all_sources.size() + 1 == std::size(sources));
  for (std::size_t i = 0; i != all_sources.size(); ++i) CHECK(all_sources[i] == sources[i].value);
}

TEST_CASE("source_set: contains all sources but the excluded ones") {
  for (source excluded : all_sources) {
    const auto rest = source_set().without(excluded);
    for (source value : all_sources) {
      CHECK(source_set().contains(value));
      CHECK(rest.contains(value) == (value != excluded));
    }
    CHECK(rest != source_set());
    CHECK(rest == rest.without(excluded));
  }
  constexpr auto rest = source_set().without(source::argument).without(source::prompt);
  static_assert(!rest.contains(source::argument) && !rest.contains(source::prompt) && rest.contains(source::saved));
}

TEST_CASE("login_trace: has the last status of each source") {
  for (source changed : all_sources) {
    login_trace trace;
    trace.set(changed, source_status::verified);
    for (source value : all_sources)
      CHECK(trace[value] == (value == changed ? source_status::verified : source_status::not_tried));
    CHECK(trace != login_trace());
    trace.set(changed, source_status::rejected);
    CHECK(trace[changed] == source_status::rejected);
  }
}

}  // namespace
