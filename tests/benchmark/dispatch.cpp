// SPDX-License-Identifier: BSL-1.0
//
// A step of a flow: the table, followed by `run`, against a switch that does the same. The flow walks over some bytes
// and counts words, so that each state has data and more than one way to go.

#include <cstddef>
#include <string_view>

#include "hubauth/flow/run.hpp"
#include "hubauth/flow/sound.hpp"
#include "subjects.hpp"

namespace {

using namespace hubauth::flow;

struct place {
  const char* at;
  const char* end;
  unsigned words;
};

struct letter : place {};
struct whitespace : place {};
struct text_over : place {};

struct between : place {
  using outcomes = outcomes_list<letter, whitespace, text_over>;
};
struct inside : place {
  using outcomes = outcomes_list<letter, whitespace, text_over>;
};
struct counted : place {};

struct counting {
  using first = between;
  // clang-format off
  static constexpr auto rows = hana::make_tuple(
      row< between,  letter,     inside  >{},
      row< between,  whitespace,      between >{},
      row< between,  text_over,  counted >{},
      row< inside,   letter,     inside  >{},
      row< inside,   whitespace,      between >{},
      row< inside,   text_over,  counted >{}
  );
  // clang-format on
};
static_assert(sound<counting>());

struct steps {
  between::outcomes operator()(between state) {
    if (state.at == state.end) return text_over{state};
    const char read = *state.at++;
    if (read == ' ') return whitespace{state};
    ++state.words;
    return letter{state};
  }
  inside::outcomes operator()(inside state) {
    if (state.at == state.end) return text_over{state};
    const char read = *state.at++;
    if (read == ' ') return whitespace{state};
    return letter{state};
  }
};

unsigned by_table(std::string_view text) {
  steps all;
  const auto end = run<counting>(between{{text.data(), text.data() + text.size(), 0}}, all, null_observer());
  return std::get<counted>(end).words;
}

unsigned by_switch(std::string_view text) {
  enum class state { between, inside, counted };
  place now{text.data(), text.data() + text.size(), 0};
  auto in = state::between;
  for (;;) {
    switch (in) {
      case state::between:
        if (now.at == now.end) {
          in = state::counted;
        } else if (*now.at == ' ') {
          now = {now.at + 1, now.end, now.words};
        } else {
          now = {now.at + 1, now.end, now.words + 1};
          in = state::inside;
        }
        break;
      case state::inside:
        if (now.at == now.end) {
          in = state::counted;
        } else if (*now.at == ' ') {
          now = {now.at + 1, now.end, now.words};
          in = state::between;
        } else {
          now = {now.at + 1, now.end, now.words};
        }
        break;
      case state::counted: return now.words;
    }
  }
}

template <unsigned (*Count)(std::string_view)>
void count() {
  std::string_view text = "every row of this table is taken, and some of them are taken rather more often than others ";
  benchmark::DoNotOptimize(text);
  auto words = Count(text);
  benchmark::DoNotOptimize(words);
}

}  // namespace

int main(int argc, char** argv) {
  for (std::string_view text : {"", " ", "one", " one", "one ", "two  words"})
    must(by_table(text) == by_switch(text), "they count differently");
  return subjects().add("ours", count<by_table>).add("switch", count<by_switch>).run(argc, argv);
}
