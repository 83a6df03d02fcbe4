// SPDX-License-Identifier: BSL-1.0
//
// Does one thing to the settings in a directory, for a script that makes the system fail meanwhile:
//
//   settings_writer FOLDER load
//   settings_writer FOLDER save KEY
//   settings_writer FOLDER erase
//
// Says in one line what came of it: "done", "no key", "key KEY", or the error's name and words. Exit code: 0; 1 for an
// error; 2 for wrong usage; 3 when there was no memory.

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
void mark(const char* what) { static_cast<void>(::access(what, F_OK)); }

/// Calls `f` between two marks.
template <class F>
auto marked(F f) {
  mark("mark: begin");
  auto result = f();
  mark("mark: end");
  return result;
}

int report(const hubauth::error_info& why) {
  std::printf("%s %s\n", to_string(static_cast<hubauth::errc>(why.code.value())), why.message().c_str());
  return 1;
}

int report(const hubauth::result<void>& done) { return done ? std::puts("done") == EOF : report(done.error()); }

int report(const hubauth::result<std::optional<hubauth::secret>>& loaded) {
  if (!loaded) return report(loaded.error());
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
    if (operation == "load") return report(marked([&] { return store.load(); }));
    if (operation == "save") return report(marked([&] { return store.save(key->key); }));
    if (operation == "erase") return report(marked([&] { return store.erase(); }));
  } catch (const std::bad_alloc&) {
    std::puts("no memory");
    return 3;
  }
  return 2;
}
