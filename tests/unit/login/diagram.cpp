// SPDX-License-Identifier: BSL-1.0
//
// docs/state_machine.md and docs/state_machine.svg show the table of login/transitions.hpp. This test compares them
// with it, and writes them if HUBAUTH_WRITE_DOCS is set.

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/fsm/mermaid.hpp"
#include "hubauth/login/transitions.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;
using login::table;

const std::string page_path = HUBAUTH_DOCS "/state_machine.md";
const std::string picture_path = HUBAUTH_DOCS "/state_machine.svg";
const std::string table_path = HUBAUTH_DOCS "/../include/hubauth/login/transitions.hpp";
const std::string how_to_write =
    "differs from the table; to update it: HUBAUTH_WRITE_DOCS=1 ctest --preset gcc -R unit_core";

std::string join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (auto part : parts) text += part;
  return text;
}

constexpr auto success = fsm::name_of<login::signed_in>();
constexpr auto failure = fsm::name_of<login::failed>();

bool is_final(std::string_view state) { return state == success || state == failure; }

/// The comment above a state in the table's header.
std::string comment_above(std::string_view state) {
  const auto header = read_text(table_path);
  const auto end = header.find(join({"\nstruct ", state, " "}));
  if (end == std::string::npos) return {};
  const auto start = header.rfind('\n', end - 1) + 1;
  return header.compare(start, 4, "/// ") == 0 ? header.substr(start + 4, end - start - 4) : std::string();
}

std::string diagram_block() {
  return join({"```mermaid\n", fsm::mermaid<table>(),
               "  classDef good fill:#c8ecd0,stroke:#3f8f55,color:#000\n"
               "  classDef bad fill:#f8d0cc,stroke:#b4483c,color:#000\n"
               "  class ",
               success, " good\n  class ", failure, " bad\n```\n"});
}

std::string states_block() {
  std::string text = "| state | question |\n|---|---|\n";
  for (const auto& [state, is_final] : fsm::named_states<table>)
    text += join({"| `", state, "` | ", is_final ? "none: it is final" : comment_above(state), " |\n"});
  return text;
}

std::string transitions_block() {
  std::string text = "| state | outcome | next state |\n|---|---|---|\n";
  for (const auto& [from, outcome, to] : fsm::named_transitions<table>)
    text += join({"| `", from, "` | `", outcome, "` | `", to, "` |\n"});
  return text;
}

/// The table in the language of Graphviz. Each state has its own copy of a final state, which avoids long arrows.
std::string picture_source() {
  std::string text =
      "digraph login {\n"
      "  graph [bgcolor=white pad=0.2 nodesep=0.2 ranksep=0.5]\n"
      "  node [shape=box style=\"rounded,filled\" color=\"#5b6b7f\" fillcolor=\"#eef2f7\"\n"
      "        fontname=\"Helvetica,Arial,sans-serif\" fontsize=13 height=0.4]\n"
      "  edge [color=\"#5b6b7f\" fontcolor=\"#33404d\" arrowsize=0.7\n"
      "        fontname=\"Helvetica,Arial,sans-serif\" fontsize=11]\n"
      "  \"[*]\" [shape=circle style=filled color=\"#33404d\" fillcolor=\"#33404d\" label=\"\" width=0.2 height=0.2]\n";
  text += join({"  \"[*]\" -> ", fsm::name_of<table::initial>(), "\n"});
  for (const auto& [from, outcomes, to] : fsm::arrows<table>()) {
    auto node = std::string(to);
    if (is_final(to)) {
      node = join({"\"", from, " ", to, "\""});
      const auto fill = to == success ? "#c8ecd0" : "#f8d0cc";
      text += join({"  ", node, " [label=", to, " fillcolor=\"", fill, "\"]\n"});
    }
    text += join({"  ", from, " -> ", node, " [label=\""});
    // Without spaces, a label touches its arrow.
    for (auto outcome : outcomes) text += join({"&#160;&#160;", outcome, "&#160;\\l"});
    text += "\"]\n";
  }
  return text + "}\n";
}

/// The source as it is in the picture that was drawn from it.
std::string source_comment() { return join({"<!--\n", picture_source(), "-->\n"}); }

/// The words in order, one in a line.
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
    for (std::string_view space : {"&#160;", "\xc2\xa0"})
      for (auto i = word.find(space); i != std::string::npos; i = word.find(space)) word.erase(i, space.size());
    words.push_back(word);
  }
  return sorted(words);
}

std::string words_to_show() {
  std::vector<std::string> words;
  for (const auto& state : fsm::named_states<table>)
    if (!state.is_final) words.emplace_back(state.name);
  for (const auto& [from, outcomes, to] : fsm::arrows<table>()) {
    words.insert(words.end(), outcomes.begin(), outcomes.end());
    if (is_final(to)) words.emplace_back(to);
  }
  return sorted(words);
}

/// Where a generated block of the page starts and ends; both are 0 if there is no such block.
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
  return {{"diagram", diagram_block()}, {"states", states_block()}, {"transitions", transitions_block()}};
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
  const auto source = directory.write("login.dot", picture_source());
  REQUIRE_MESSAGE(std::system(("dot -Tsvg -o '" + picture_path + "' '" + source + "'").c_str()) == 0,
                  "the picture is drawn by dot of Graphviz");
  auto picture = read_text(picture_path);
  write_text(picture_path, picture.insert(picture.find("<svg"), source_comment()));
}

TEST_CASE("diagram: docs/state_machine.md shows the table") {
  if (writing()) write_page();
  const auto page = read_text(page_path);
  for (const auto& block : blocks()) {
    const auto at = find_block(page, block.name);
    const auto text = page.substr(at.start, at.end - at.start);
    CHECK_MESSAGE(text == block.text, block.name, " in docs/state_machine.md ", how_to_write);
  }
}

TEST_CASE("diagram: in the table's header, each state that is not final has a question above it") {
  for (const auto& state : fsm::named_states<table>)
    if (!state.is_final) CHECK_MESSAGE(comment_above(state.name).ends_with('?'), std::string(state.name));
}

TEST_CASE("diagram: docs/state_machine.svg shows the table") {
  if (writing()) write_picture();
  const auto picture = read_text(picture_path);
  CHECK_MESSAGE(picture.find(source_comment()) != std::string::npos, "docs/state_machine.svg ", how_to_write);
  CHECK_MESSAGE(words_shown(picture) == words_to_show(), "docs/state_machine.svg ", how_to_write);
}

}  // namespace
