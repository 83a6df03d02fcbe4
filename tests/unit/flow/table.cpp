// SPDX-License-Identifier: BSL-1.0
#include "hubauth/flow/table.hpp"

#include <ostream>
#include <string_view>

#include <doctest/doctest.h>

namespace outer::inner {
struct deep {};
}  // namespace outer::inner

struct global {};

namespace {

using namespace hubauth::flow;

struct local {
  struct nested {};
};

static_assert(name_of<local>() == "local");
static_assert(name_of<local::nested>() == "nested");
static_assert(name_of<outer::inner::deep>() == "deep");
static_assert(name_of<global>() == "global");
static_assert(name_of<int>() == "int");

TEST_CASE("table: a type's name is the one in the table, without its namespaces") {
  CHECK(name_of<local::nested>() == "nested");
  CHECK(name_of<outer::inner::deep>() == "deep");
}

}  // namespace
