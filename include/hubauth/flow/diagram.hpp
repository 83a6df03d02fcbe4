// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <initializer_list>
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
  const auto draw = [&](std::string_view in, std::string_view to, std::string_view label) {
    text.append("  ").append(in).append(" --> ").append(to).append(label).append("\n");
  };

  draw("[*]", name_of<typename Flow::first>(), "");
  const auto all = arrows<Flow>();
  for (const bool back : {false, true}) {  // Mermaid puts labels that come later over that of an arrow back
    for (const arrow& a : all) {
      if ((a.in == a.to) != back) continue;
      std::string label;
      for (auto ending : a.endings) label.append(label.empty() ? " : " : "<br/>").append(ending);
      draw(a.in, a.to, label);
    }
  }
  hana::for_each(detail::final_states<Flow>,
                 [&]<class State>(hana::basic_type<State>) { draw(name_of<State>(), "[*]", ""); });
  return text;
}

}  // namespace hubauth::flow
