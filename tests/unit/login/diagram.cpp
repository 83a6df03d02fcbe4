// SPDX-License-Identifier: BSL-1.0
#include "hubauth/flow/diagram.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/flow/login.hpp"
#include "hubauth/flow/sound.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace hubauth::flow;

// A door: it opens when it is knocked at, unless nobody is at home.

struct knocked {};
struct nobody_there {};
struct out_of_patience {};
struct opened {};
struct slammed {};

struct waiting {
  using outcomes = outcomes_list<nobody_there, knocked, out_of_patience>;
};
struct opening {
  using outcomes = outcomes_list<opened, slammed, nobody_there>;
};
struct inside {};
struct outside {};

struct door {
  using first = waiting;
  static constexpr auto rows = hana::make_tuple(row<waiting, nobody_there, waiting>{},     //
                                                row<waiting, knocked, opening>{},          //
                                                row<waiting, out_of_patience, outside>{},  //
                                                row<opening, slammed, outside>{},          //
                                                row<opening, opened, inside>{},            //
                                                row<opening, nobody_there, outside>{});
};
static_assert(sound<door>());
static_assert(named_rows<door>.size() == 6);
static_assert(named_rows<door>[4].in == "opening" && named_rows<door>[4].ending == "opened" &&
              named_rows<door>[4].to == "inside");

TEST_CASE("diagram: a table is drawn from its first state to its ends, one arrow from a state to another") {
  CHECK(mermaid<door>() ==
        "stateDiagram-v2\n"
        "  [*] --> waiting\n"
        "  waiting --> opening : knocked\n"
        "  waiting --> outside : out_of_patience\n"
        "  opening --> outside : slammed<br/>nobody_there\n"
        "  opening --> inside : opened\n"
        "  waiting --> waiting : nobody_there\n"
        "  outside --> [*]\n"
        "  inside --> [*]\n");
}

// What the documentation has of the table: docs/state_machine.md, docs/state_machine.svg.

const std::string page_path = HUBAUTH_DOCS "/flow.md";
const std::string picture_path = HUBAUTH_DOCS "/flow.svg";
const std::string table_path = HUBAUTH_DOCS "/../include/hubauth/flow/login.hpp";
const std::string how_to_write =
    "the table says otherwise; to write it anew: HUBAUTH_WRITE_DOCS=1 ctest --preset gcc -R core";

std::string join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (auto part : parts) text += part;
  return text;
}

template <class States>
std::vector<std::string_view> names(const States& states) {
  return hana::unpack(states, []<class... S>(hana::basic_type<S>...) { return std::vector{name_of<S>()...}; });
}

const auto asking_states = names(detail::states_with_rows<login>);
const auto ends = names(detail::final_states<login>);

bool is_end(std::string_view state) { return std::find(ends.begin(), ends.end(), state) != ends.end(); }

/// The comment above a state in the table's header.
std::string prompt_request(std::string_view state) {
  const auto header = read_text(table_path);
  const auto end = header.find(join({"\nstruct ", state, " "}));
  if (end == std::string::npos) return {};
  const auto start = header.rfind('\n', end - 1) + 1;
  return header.compare(start, 4, "/// ") == 0 ? header.substr(start + 4, end - start - 4) : std::string();
}

std::string diagram_block() {
  return join({"```mermaid\n", mermaid<login>(),
               "  classDef good fill:#c8ecd0,stroke:#3f8f55,color:#000\n"
               "  classDef bad fill:#f8d0cc,stroke:#b4483c,color:#000\n"
               "  class ",
               name_of<signed_in>(), " good\n  class ", name_of<failed>(), " bad\n```\n"});
}

std::string states_block() {
  std::string text = "| state | prompts |\n|---|---|\n";
  for (auto state : asking_states) text += join({"| `", state, "` | ", prompt_request(state), " |\n"});
  for (auto state : ends) text += join({"| `", state, "` | nothing: it is an end |\n"});
  return text;
}

std::string rows_block() {
  std::string text = "| state | ends in | goes to |\n|---|---|---|\n";
  for (const auto& [in, ending, to] : named_rows<login>)
    text += join({"| `", in, "` | `", ending, "` | `", to, "` |\n"});
  return text;
}

/// The table for Graphviz. An end is drawn beside each state that leads to it, which spares long arrows.
std::string picture_source() {
  std::string text =
      "digraph login {\n"
      "  graph [bgcolor=white pad=0.2 nodesep=0.2 ranksep=0.5]\n"
      "  node [shape=box style=\"rounded,filled\" color=\"#5b6b7f\" fillcolor=\"#eef2f7\"\n"
      "        fontname=\"Helvetica,Arial,sans-serif\" fontsize=13 height=0.4]\n"
      "  edge [color=\"#5b6b7f\" fontcolor=\"#33404d\" arrowsize=0.7\n"
      "        fontname=\"Helvetica,Arial,sans-serif\" fontsize=11]\n"
      "  \"[*]\" [shape=circle style=filled color=\"#33404d\" fillcolor=\"#33404d\" label=\"\" width=0.2 height=0.2]\n";
  text += join({"  \"[*]\" -> ", name_of<login::first>(), "\n"});
  for (const auto& [in, endings, to] : arrows<login>()) {
    auto node = std::string(to);
    if (is_end(to)) {
      node = join({"\"", in, " ", to, "\""});
      const auto fill = to == name_of<signed_in>() ? "#c8ecd0" : "#f8d0cc";
      text += join({"  ", node, " [label=", to, " fillcolor=\"", fill, "\"]\n"});
    }
    text += join({"  ", in, " -> ", node, " [label=\""});
    // Without whitespace a label touches its arrow.
    for (auto ending : endings) text += join({"&#160;&#160;", ending, "&#160;\\l"});
    text += "\"]\n";
  }
  return text + "}\n";
}

/// The source as it stands in the picture that was made of it.
std::string source_comment() { return join({"<!--\n", picture_source(), "-->\n"}); }

/// Words in order, one a line.
std::string sorted(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  std::string lines;
  for (const auto& word : words) lines += word + '\n';
  return lines;
}

std::string words_shown(const std::string& picture) {
  std::vector<std::string> words;
  for (auto at = picture.find("<text"); at != std::string::npos; at = picture.find("<text", at)) {
    at = picture.find('>', at) + 1;
    auto word = picture.substr(at, picture.find('<', at) - at);
    for (std::string_view whitespace : {"&#160;", "\xc2\xa0"})
      for (auto i = word.find(whitespace); i != std::string::npos; i = word.find(whitespace)) word.erase(i, whitespace.size());
    words.push_back(word);
  }
  return sorted(words);
}

std::string words_to_show() {
  std::vector<std::string> words(asking_states.begin(), asking_states.end());
  for (const auto& [in, endings, to] : arrows<login>()) {
    words.insert(words.end(), endings.begin(), endings.end());
    if (is_end(to)) words.emplace_back(to);
  }
  return sorted(words);
}

/// Where a generated block of the page starts and ends; both are 0 when it has no such block.
struct span {
  std::size_t start;
  std::size_t end;
};

span find_block(const std::string& page, std::string_view name) {
  const auto begin = join({"<!-- ", name, ": generated -->\n"});
  const auto start = page.find(begin);
  const auto end = page.find(join({"<!-- end of ", name, " -->\n"}));
  if (start == std::string::npos || end == std::string::npos) return {0, 0};
  return {start + begin.size(), end};
}

struct block {
  std::string name;
  std::string text;
};

std::vector<block> blocks() {
  return {{"diagram", diagram_block()}, {"states", states_block()}, {"rows", rows_block()}};
}

bool writing() { return std::getenv("HUBAUTH_WRITE_DOCS") != nullptr; }

void write_page() {
  auto page = read_text(page_path);
  for (const auto& block : blocks()) {
    const auto at = find_block(page, block.name);
    if (at.end != 0) page.replace(at.start, at.end - at.start, block.text);
  }
  write_text(page_path, page);
}

void write_picture() {
  const temporary_directory directory;
  const auto source = directory.write("flow.dot", picture_source());
  REQUIRE_MESSAGE(std::system(("dot -Tsvg -o '" + picture_path + "' '" + source + "'").c_str()) == 0,
                  "the picture is drawn by dot, of Graphviz");
  auto picture = read_text(picture_path);
  write_text(picture_path, picture.insert(picture.find("<svg"), source_comment()));
}

TEST_CASE("diagram: docs/state_machine.md says what the table says") {
  if (writing()) write_page();
  const auto page = read_text(page_path);
  for (const auto& block : blocks()) {
    const auto at = find_block(page, block.name);
    const auto text = page.substr(at.start, at.end - at.start);
    CHECK_MESSAGE(text == block.text, block.name, " in docs/state_machine.md: ", how_to_write);
  }
}

TEST_CASE("diagram: every state that can end in something has a prompt_request above it in the table's header") {
  for (auto state : asking_states)
    CHECK_MESSAGE(prompt_request(state).ends_with('?'), std::string(state), " has none in flow/login.hpp");
}

TEST_CASE("diagram: docs/state_machine.svg is drawn from the table and shows all of it") {
  if (writing()) write_picture();
  const auto picture = read_text(picture_path);
  CHECK_MESSAGE(picture.find(source_comment()) != std::string::npos, "docs/state_machine.svg: ", how_to_write);
  CHECK_MESSAGE(words_shown(picture) == words_to_show(), "docs/state_machine.svg: ", how_to_write);
}

}  // namespace
