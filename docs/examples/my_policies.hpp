// SPDX-License-Identifier: BSL-1.0
//
// Policies that googletest.cpp and catch2.cpp test. If MY_POLICIES_ARE_WRONG is set in the environment, each has an
// error, which shows what a failing test prints.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hubauth/curl/curl_transport.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/policy/prompter.hpp>
#include <hubauth/store/memory_store.hpp>

inline const bool wrong = std::getenv("MY_POLICIES_ARE_WRONG") != nullptr;

struct my_store : hubauth::memory_store {
  hubauth::result<void> erase() {
    if (wrong) return {};  // the key stays
    return memory_store::erase();
  }
};

class my_prompter {
 public:
  explicit my_prompter(std::vector<std::string> typed) : typed_(std::move(typed)) {}

  hubauth::result<hubauth::secret> ask(const hubauth::prompt_request&) {
    if (next_ == typed_.size()) return hubauth::fail(hubauth::errc::prompt_canceled);
    return hubauth::secret(typed_[next_++].substr(wrong ? 1 : 0));
  }

 private:
  std::vector<std::string> typed_;
  std::size_t next_ = 0;
};

struct my_environment : hubauth::system_environment {
  std::optional<std::string_view> get_env(const char* name) const {
    const auto value = system_environment::get_env(name);
    return wrong ? value.value_or("") : value;  // wrong: unset and empty are the same
  }
};

struct my_transport : hubauth::curl_transport {
  hubauth::result<hubauth::response> send(const hubauth::request& request) {
    auto response = curl_transport::send(request);
    if (wrong && response && response->status >= 500) return hubauth::fail(hubauth::errc::unreachable);
    return response;
  }
};
