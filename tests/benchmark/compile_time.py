# SPDX-License-Identifier: BSL-1.0
"""What including hubauth costs a compiler, and what each further set of policies does: processor time, -O0."""

import functools
import pathlib
import tempfile

import measure
from measure import Row

COMPILERS = {"g++": "g++", "clang 19": "clang++-19"}

YARDSTICK = "#include <string>\n#include <vector>\n"
CORE = "#include <hubauth/basic_auth.hpp>\n"
if measure.SLOW:
    CORE += "#define FMT_HEADER_ONLY\n#include <fmt/format.h>\n#include <nlohmann/json.hpp>\n"

CORE_AT_MOST, CORE_AIM = 2.5, 2.0  # times string and vector
SET_AT_MOST, SET_AIM = 0.10, 0.06

SETS = 32  # so many that a busy machine's noise, divided by them, is no figure

POLICIES = """#include <hubauth/basic_auth.hpp>
#include <hubauth/service/hub.hpp>
template <int> struct transport {
  hubauth::result<hubauth::response> send(const hubauth::request&) { return hubauth::response{200}; }
  bool has_cookies() const { return false; }
};
template <int> struct store {
  hubauth::result<std::optional<hubauth::secret>> load() { return std::nullopt; }
  hubauth::result<void> save(const hubauth::api_key&) { return {}; }
  hubauth::result<void> erase() { return {}; }
};
template <int> struct prompter {
  hubauth::result<hubauth::secret> ask(const hubauth::prompt_request&) { return hubauth::secret("key"); }
};
template <int> struct environment {
  std::optional<std::string_view> variable(const char*) const { return std::nullopt; }
  bool has_browser_session() const { return false; }
  std::int64_t now() const { return 0; }
};
template <int N> bool login() {
  hubauth::basic_auth auth(hubauth::hub, transport<N>(), store<N>(), prompter<N>(), environment<N>());
  return auth.login().has_value();
}
"""


def with_sets(count):
    return POLICIES + f"bool all() {{ return {' && '.join(f'login<{n}>()' for n in range(count))}; }}\n"


def seconds(compiler, source):
    """The processor time of compiling a text to an object file."""
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "source.cpp"
        file.write_text(source)
        command = [compiler, "-std=c++20", "-O0", f"-I{measure.ROOT / 'include'}", "-c", file, "-o", file.with_suffix(".o")]
        return measure.cpu_seconds(command)


def each_further(one, more):
    return (more - one) / SETS


@functools.cache
def figures(compiler):
    """The yardstick, the core, and a login with one set of policies and with some more."""

    def convinced(least):
        yardstick, core, one, more = least
        return core <= CORE_AT_MOST * yardstick and each_further(one, more) <= SET_AT_MOST * yardstick

    subjects = YARDSTICK, CORE, with_sets(1), with_sets(1 + SETS)
    return measure.in_turn(5, functools.partial(seconds, compiler), *subjects, convinced=convinced)


def rows(wanted):
    for name, compiler in COMPILERS.items():
        if wanted(f"P1 {name}"):
            yardstick, core, *_ = figures(compiler)
            yield Row(f"P1 {name}", f"including the core / string and vector, {name}", "s", core, yardstick, CORE_AT_MOST, CORE_AIM)
    if wanted("P2"):
        yardstick, core, *_ = figures("g++")
        note = "jwt-cpp as measured once, 5.0 times string and vector, which are measured here"
        yield Row("P2", "including the core / jwt-cpp", "s", core, 5.0 * yardstick, 0.5, 0.4, note)
    for name, compiler in COMPILERS.items():
        if wanted(f"P3 {name}"):
            yardstick, _, one, more = figures(compiler)
            what = f"each further set of policies / string and vector, {name}"
            note = f"the first set, with the includes: {one / yardstick:.1f}x"
            yield Row(f"P3 {name}", what, "s", each_further(one, more), yardstick, SET_AT_MOST, SET_AIM, note)
