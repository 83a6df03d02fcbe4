// SPDX-License-Identifier: BSL-1.0
#include "hubauth/curl/request_headers.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using lines = std::vector<std::string>;

lines listed(const detail::request_headers& headers) {
  lines all;
  for (const auto* node = headers.list(); node; node = node->next) all.emplace_back(node->data);
  return all;
}

}  // namespace

TEST_CASE("request_headers: a request without a credential accepts JSON and has no content type") {
  CHECK(listed(detail::request_headers({})) == lines{"Accept: application/json", "Content-Type:"});
}

TEST_CASE("request_headers: a credential's line is not copied") {
  const std::string line = "x-api-key: made-up";
  const detail::request_headers headers(auth_header_view(line, 9));
  CHECK(listed(headers) == lines{"Accept: application/json", "Content-Type:", line});
  CHECK(headers.list()->next->next->data == line.data());
}
