// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <boost/hana/for_each.hpp>
#include <boost/hana/type.hpp>
#include <boost/hana/unpack.hpp>

#include "hubauth/flow/run.hpp"

namespace hubauth::flow {

/// The rows of a table by their names, in its order.
template <class Flow>
inline constexpr auto named_rows = hana::unpack(Flow::rows, []<class... Rows>(Rows...) {
  return std::array<taken, sizeof...(Rows)>{
      taken{name_of<typename Rows::in>(), name_of<typename Rows::ending>(), name_of<typename Rows::to>()}...};
});

/// An arrow in a diagram: all rows that lead from one state to one other.
struct arrow {
  std::string_view in;
  std::vector<std::string_view> endings;
  std::string_view to;
};

/// The arrows that draw a table, in its order.
template <class Flow>
std::vector<arrow> arrows() {
  std::vector<arrow> all;
  for (const taken& row : named_rows<Flow>) {
    auto it = std::find_if(all.begin(), all.end(), [&](const arrow& a) { return a.in == row.in && a.to == row.to; });
    if (it == all.end()) it = all.insert(it, {row.in, {}, row.to});
    it->endings.push_back(row.ending);
  }
  return all;
}

/// The table as a Mermaid state diagram.
///
/// Gives:   its text, in lines; an arrow's endings stand below one another
template <class Flow>
std::string mermaid() {
  std::string text = "stateDiagram-v2\n";
  const auto draw = [&](std::string_view in, std::string_view to) -> std::string& {
    return text.append("  ").append(in).append(" --> ").append(to);
  };

  draw("[*]", name_of<typename Flow::first>()) += '\n';
  auto all = arrows<Flow>();
  // Mermaid puts later labels over that of an arrow back to its own state.
  std::stable_partition(all.begin(), all.end(), [](const arrow& a) { return a.in != a.to; });
  for (const auto& [in, endings, to] : all) {
    draw(in, to);
    std::string_view before = " : ";
    for (auto ending : endings) {
      text.append(before).append(ending);
      before = "<br/>";
    }
    text += '\n';
  }
  hana::for_each(detail::final_states<Flow>,
                 [&]<class State>(hana::basic_type<State>) { draw(name_of<State>(), "[*]") += '\n'; });
  return text;
}

}  // namespace hubauth::flow
