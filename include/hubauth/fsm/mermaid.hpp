// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "hubauth/fsm/transition.hpp"

/// Draws a table.
namespace hubauth::fsm {

/// An arrow of a diagram: all transitions from one state to another.
struct arrow {
  std::string_view from;
  std::vector<std::string_view> outcomes;
  std::string_view to;
};

/// The arrows that draw a table, in its order.
template <class Table>
std::vector<arrow> arrows() {
  std::vector<arrow> all;
  for (const auto& row : named_transitions<Table>) {
    auto it =
        std::find_if(all.begin(), all.end(), [&](const arrow& a) { return a.from == row.from && a.to == row.to; });
    if (it == all.end()) it = all.insert(it, {row.from, {}, row.to});
    it->outcomes.push_back(row.outcome);
  }
  return all;
}

/// \returns a Mermaid state diagram of the table, with one arrow from a state to another.
template <class Table>
std::string mermaid() {
  std::string text = "stateDiagram-v2\n";
  const auto draw = [&](std::string_view from, std::string_view to, std::string_view label) {
    text.append("  ").append(from).append(" --> ").append(to).append(label).append("\n");
  };

  draw("[*]", name_of<typename Table::initial>(), "");
  const auto all = arrows<Table>();
  for (const bool to_itself : {false, true}) {  // Mermaid draws later labels over those of an arrow to the same state
    for (const arrow& a : all) {
      if ((a.from == a.to) != to_itself) continue;
      std::string label;
      for (auto outcome : a.outcomes) label.append(label.empty() ? " : " : "<br/>").append(outcome);
      draw(a.from, a.to, label);
    }
  }
  for (const auto& state : named_states<Table>)
    if (state.is_final) draw(state.name, "[*]", "");
  return text;
}

}  // namespace hubauth::fsm
