// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hubauth::testing {

/// Settings files as two releases of a program may write them; `value` is the JSON of `api_key`.
struct sample_settings {
  static std::string with_18_keys(std::string_view value) {
    return std::string(start) + std::string(value) + std::string(end) + "\n}";
  }
  static std::string with_19_keys(std::string_view value) {
    return std::string(start) + std::string(value) + std::string(end) + ",\n  \"assistant_msg\": false\n}";
  }

  /// The same in other layouts: one line, CRLF, tabs, surrounding whitespace, escaped names, nested `api_key` members.
  static std::vector<std::string> all(std::string_view value) {
    const std::string v(value);
    return {
        with_18_keys(value),
        with_19_keys(value),
        "{\"api_key\":" + v + "}",
        "\n\t {\r\n\t\"api_key\"\t:\r\n " + v + " \r\n}\r\n ",
        "{\"a\":{\"api_key\":1},\"b\":[{\"api_key\":\"inner\"}],\"api_key\":" + v + ",\"c\":{\"api_key\":null}}",
        "{\"api\\u005fkey\": " + v + "}",
        "{\"\\u0061pi_key\" :" + v + ", \"api_key\\u0000\": 0, \"API_KEY\": 1, \"api_key \": 2}",
        "{\"quote\\\"api_key\\\":\": \"\\\\\", \"path\\\\\": \"C:\\\\\", \"api_key\": " + v +
            ", \"last\\\"\": \"\\\"\"}",
        "{\"n\": -0.5e+300, \"big\": 123456789012345678901234567890, \"api_key\": " + v + ", \"\": [], \"o\": {}}",
        "{\"\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80\": \"\xEF\xBF\xBD\", \"api_key\": " + v +
            ", \"\\ud83d\\ude00\": \"\\/\"}",
        "{\"directory\": \"/home/\\udce4\", \"api_key\": " + v + ", \"half\": \"\\uD83D\\n\\uD83D and \\\\ud800\"}",
    };
  }

 private:
  static constexpr std::string_view start = R"({
  "layout": "0.0.7",
  "data_folder": "/home/someone/d\u00e4ta sets",
  "model_folder": "/home/someone/models",
  "output_folder": "C:\\Users\\someone\\runs \"old\"",
  "installation": "5f6b2c0e9d",
  "share_statistics": true,
  "api_key": )";
  static constexpr std::string_view end = R"(,
  "second_api_key": "not-ours",
  "board_a": true,
  "board_b": false,
  "board_c":   true,
  "tracker_a": null,
  "tracker_b": [1, 2.50, 3e0],
  "tracker_c": {"api_key": "somebody else's", "deep": {"api_key": 5}},
  "tuner": true,
  "notebook": true,
  "hub": true,
  "editor_msg": true)";
};

}  // namespace hubauth::testing
