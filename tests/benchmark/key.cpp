// SPDX-License-Identifier: BSL-1.0
//
// The grammar of a key on one of 40 bytes, against the same division without any check, and by a regular expression.

#include <cstring>
#include <regex>
#include <string_view>
#include <utility>

#include "hubauth/credential/api_key.hpp"
#include "subjects.hpp"

namespace {

using parts = std::pair<std::string_view, std::string_view>;

[[gnu::noinline]] parts by_memchr(std::string_view text) {  // as ours is
  const auto* divider = static_cast<const char*>(std::memchr(text.data(), '_', text.size()));
  if (!divider) return {text, {}};
  const auto at = static_cast<std::size_t>(divider - text.data());
  return {text.substr(0, at), text.substr(at + 1)};
}

/// The library's grammar, but for the limits of size.
const std::regex grammar("[ \t\r\n]*([A-Za-z0-9.~+/=-]+)(?:_([A-Za-z0-9.~+/=_-]*))?[ \t\r\n]*", std::regex::optimize);

parts by_regex(std::string_view text) {
  std::cmatch found;
  if (!std::regex_match(text.data(), text.data() + text.size(), found, grammar)) return {};
  const auto view = [&](int group) {
    return std::string_view(found[group].first, static_cast<std::size_t>(found[group].length()));
  };
  return {view(1), found[2].matched ? view(2) : std::string_view()};
}

parts ours(std::string_view text) {
  const auto split = hubauth::split_key(text);
  return {split.key, split.model_id};
}

template <auto Parse>
void parse() {
  std::string_view text = "0123456789abcdef0123_modelmodelmodelmode";
  benchmark::DoNotOptimize(text);
  auto found = Parse(text);
  benchmark::DoNotOptimize(found);
}

}  // namespace

int main(int argc, char** argv) {
  for (std::string_view text : {"0123456789abcdef0123_modelmodelmodelmode", "0123456789abcdef", "a_b_c"}) {
    must(ours(text) == by_memchr(text), "the division differs");
    must(ours(text) == by_regex(text), "the regular expression divides otherwise");
  }
  for (std::string_view text : {"", "_m", "a b_m", "a_m\n!", "a\"_"})
    must(ours(text).first.empty() && by_regex(text).first.empty(), "not both refuse it");

  return subjects()
      .add("ours", parse<hubauth::split_key>)
      .add("memchr", parse<by_memchr>)
      .add("regex", parse<by_regex>)
      .run(argc, argv);
}
