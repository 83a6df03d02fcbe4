// SPDX-License-Identifier: BSL-1.0
//
// A sign-in in memory while other objects are alive, each with a key.

#include <cstddef>
#include <memory>
#include <vector>

#include "hubauth/basic_auth.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/store/memory_store.hpp"
#include "policies.hpp"
#include "subjects.hpp"

namespace {

auto make_auth() {
  return std::make_unique<
      hubauth::basic_auth<in_memory::transport, hubauth::memory_store, in_memory::prompter, in_memory::environment>>(
      hubauth::hub);
}

/// Objects that are signed in.
auto alive(std::size_t count) {
  std::vector<decltype(make_auth())> objects;
  for (std::size_t i = 0; i != count; ++i) {
    objects.push_back(make_auth());
    must(objects.back()->login(in_memory::right_key).has_value(), "the login fails");
  }
  return objects;
}

void sign_in() {
  auto session = make_auth()->login(in_memory::right_key);
  benchmark::DoNotOptimize(session);
}

}  // namespace

int main(int argc, char** argv) {
  // Objects are made for the subject that runs, and not for the others.
  std::vector<decltype(make_auth())> objects;
  const auto with = [&objects](std::size_t count) {
    return [&objects, count] {
      if (objects.size() != count) objects = alive(count);
      sign_in();
    };
  };
  return subjects().add("20 objects", with(20)).add("1000 objects", with(1000)).run(argc, argv);
}
