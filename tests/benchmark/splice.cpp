// SPDX-License-Identifier: BSL-1.0
//
// Another key in the text of a settings file: spliced, or by parsing the text into a tree and dumping that. (The tree keeps
// the order, but neither the layout nor how numbers are written.)

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "hubauth/settings/settings_text.hpp"
#include "subjects.hpp"

namespace {

constexpr std::string_view key = "0123456789abcdef0123456789abcdef01234567";

/// Settings as the Python package writes them, with `more` fields of `length` bytes.
std::string settings(std::size_t more, std::size_t length) {
  nlohmann::ordered_json all{{"settings_version", "0.0.6"},
                             {"datasets_dir", "/home/user/datasets"},
                             {"weights_dir", "/home/user/weights"},
                             {"runs_dir", "/home/user/runs"},
                             {"uuid", "5f0e4a3e91a1f4d0b7ad3e5a31c1d9c2a4b3c2d1e0f9"},
                             {"sync", true},
                             {"api_key", "fedcba9876543210fedcba9876543210fedcba98"},
                             {"openai_api_key", ""},
                             {"clearml", true},
                             {"comet", true},
                             {"dvc", true},
                             {"hub", true},
                             {"mlflow", true},
                             {"neptune", true},
                             {"raytune", true},
                             {"tensorboard", false},
                             {"wandb", false}};
  for (std::size_t i = 0; i != more; ++i) all["field_" + std::to_string(i)] = std::string(length, 'v') + "\"quoted\"";
  return all.dump(2);
}

std::string by_splice(std::string_view text) {
  const auto found = hubauth::detail::find_api_key(text);
  must(found.has_value(), "there is no key");
  return hubauth::detail::splice(text, *found, key).with_exposed([](std::string_view bytes) { return std::string(bytes); });
}

std::string by_tree(std::string_view text) {
  auto all = nlohmann::ordered_json::parse(text);
  all["api_key"] = key;
  return all.dump(2);
}

}  // namespace

int main(int argc, char** argv) {
  subjects all;
  const auto add = [&](const char* ours, const char* tree, std::size_t more, std::size_t length) {
    const auto text = settings(more, length);
    must(by_splice(text) == by_tree(text), "they give different texts");
    all.add(ours, [text] {
      auto other = by_splice(text);
      benchmark::DoNotOptimize(other);
    });
    all.add(tree, [text] {
      auto other = by_tree(text);
      benchmark::DoNotOptimize(other);
    });
  };
  add("ours", "nlohmann", 0, 0);
  add("ours 10 KB", "nlohmann 10 KB", 100, 64);
  add("ours 100 KB", "nlohmann 100 KB", 200, 480);
  add("ours 1 MB", "nlohmann 1 MB", 200, 5000);
  return all.run(argc, argv);
}
