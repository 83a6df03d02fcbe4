// SPDX-License-Identifier: BSL-1.0
//
// The key grammar against a model of ten lines: split, alphabet, idempotence; and what is built from a key.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hubauth/credential/credential.hpp"
#include "target.hpp"

namespace {

struct model {
  bool ok = false;
  std::string key{}, model_id{};

  explicit model(std::string text) {
    while (!text.empty() && std::string(" \t\r\n").find(text.back()) != std::string::npos) text.pop_back();
    while (!text.empty() && std::string(" \t\r\n").find(text.front()) != std::string::npos) text.erase(0, 1);
    const bool platform = text.rfind("ul_", 0) == 0;
    const auto cut = platform ? std::string::npos : text.find('_');
    key = text.substr(0, cut);
    if (cut != std::string::npos) model_id = text.substr(cut + 1);
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.~+/=-";
    const auto own = platform ? key.substr(3) : key;
    ok = !own.empty() && key.size() <= 512 && model_id.size() <= 512 &&
         own.find_first_not_of(alphabet) == std::string::npos &&
         model_id.find_first_not_of(alphabet + "_") == std::string::npos;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const model wanted(text);
  const auto parsed = hubauth::api_key::parse(text);

  fuzz::check(parsed.has_value() == wanted.ok, "the grammar and the model differ on whether this is a key");
  fuzz::check((hubauth::split_key(text).error == hubauth::key_error::none) == wanted.ok, "split_key and parse differ");
  if (!parsed) {
    fuzz::check(parsed.error().code == hubauth::errc::malformed_key, "refused as something else than malformed_key");
    fuzz::check(!parsed.error().detail.empty(), "refused without a word");
    return 0;
  }

  const auto key = parsed->key.with_exposed([](std::string_view bytes) { return std::string(bytes); });
  fuzz::check(key == wanted.key && parsed->model_id == wanted.model_id, "divided elsewhere than in the model");

  const auto again = hubauth::api_key::parse(key);
  fuzz::check(again && again->key == parsed->key && again->model_id.empty(), "a key's own text is another key");
  if (!key.starts_with("ul")) {  // "ul" and "_" make a Platform key
    const auto joined = hubauth::api_key::parse(key + "_" + parsed->model_id);
    fuzz::check(joined && joined->key == parsed->key && joined->model_id == parsed->model_id,
                "joined again, it differs");
  }

  const hubauth::credential credential({.key = again->key.clone()}, {"x-api-key", ""});
  fuzz::check(credential.header().expose_line() == "x-api-key: " + key, "the header is not the name and the key");
  for (char c : credential.header().expose_line())
    fuzz::check(c >= ' ' && c <= '~', "the header has another character");
  return 0;
}
