// SPDX-License-Identifier: BSL-1.0
//
// Performs one operation on the settings in a directory, for scripts that inject faults:
//
//   settings_writer DIRECTORY load
//   settings_writer DIRECTORY save KEY
//   settings_writer DIRECTORY erase
//
// Prints one line: "done", "no key", "key KEY", or the error's name and message. Exit code: 0; 1 for an error; 2 for
// wrong usage; 3 if memory is exhausted.

#include <cstdio>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include <unistd.h>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/settings/settings_file.hpp"

namespace {

/// Leaves a mark in a trace of system calls.
void mark(const char* name) { static_cast<void>(::access(name, F_OK)); }

/// Calls `f` between two marks.
template <class F>
auto marked(F f) {
  mark("mark: begin");
  auto result = f();
  mark("mark: end");
  return result;
}

int print_error(const hubauth::error_info& error) {
  std::printf("%s %s\n", to_string(static_cast<hubauth::errc>(error.code.value())), error.message().c_str());
  return 1;
}

int print(const hubauth::result<void>& done) { return done ? std::puts("done") == EOF : print_error(done.error()); }

int print(const hubauth::result<std::optional<hubauth::secret>>& loaded) {
  if (!loaded) return print_error(loaded.error());
  if (!*loaded) return std::puts("no key") == EOF;
  return (*loaded)->with_exposed([](std::string_view key) { return std::puts(("key " + std::string(key)).c_str()); }) ==
         EOF;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view operation = argc < 3 ? "" : argv[2];
  const auto key = hubauth::api_key::parse(argc == 4 ? argv[3] : "none");
  if (!key || argc != (operation == "save" ? 4 : 3)) return 2;
  const hubauth::settings_file store{std::string(argv[1])};
  try {
    if (operation == "load") return print(marked([&] { return store.load(); }));
    if (operation == "save") return print(marked([&] { return store.save(key->key); }));
    if (operation == "erase") return print(marked([&] { return store.erase(); }));
  } catch (const std::bad_alloc&) {
    std::puts("out of memory");
    return 3;
  }
  return 2;
}
