// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>  // core.h declares formatter<std::string_view>::format, and does not define it

#include "hubauth/credential.hpp"
#include "hubauth/session.hpp"

/// What {fmt} may print, and what it may not. Include it where you print; nothing else in hubauth needs {fmt}.

namespace hubauth::detail {

inline std::string_view in_words(errc kind) { return name(kind); }
inline std::string_view in_words(source from) { return name(from); }
inline std::string_view in_words(finding what) { return describe(what); }
inline std::string in_words(const failure& why) { return why.message(); }
inline std::string in_words(const login_error& why) { return why.message(); }

/// Formats a thing by its words.
template <class T>
struct text_formatter : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const T& what, Context& context) const {
    return fmt::formatter<std::string_view>::format(in_words(what), context);
  }
};

/// Fails where somebody formats a secret, at compile time.
template <class T>
struct secret_formatter {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }

  template <class Context>
  typename Context::iterator format(const T&, Context& context) const {
    static_assert(sizeof(Context) == 0,
                  "a secret can't be formatted; expose it on purpose (with_exposed, expose_value)");
    return context.out();
  }
};

}  // namespace hubauth::detail

template <>
struct fmt::formatter<hubauth::errc> : hubauth::detail::text_formatter<hubauth::errc> {};
template <>
struct fmt::formatter<hubauth::source> : hubauth::detail::text_formatter<hubauth::source> {};
template <>
struct fmt::formatter<hubauth::finding> : hubauth::detail::text_formatter<hubauth::finding> {};
template <>
struct fmt::formatter<hubauth::failure> : hubauth::detail::text_formatter<hubauth::failure> {};
template <>
struct fmt::formatter<hubauth::login_error> : hubauth::detail::text_formatter<hubauth::login_error> {};

template <>
struct fmt::formatter<hubauth::secret> : hubauth::detail::secret_formatter<hubauth::secret> {};
template <>
struct fmt::formatter<hubauth::api_key> : hubauth::detail::secret_formatter<hubauth::api_key> {};
template <>
struct fmt::formatter<hubauth::id_token> : hubauth::detail::secret_formatter<hubauth::id_token> {};
template <>
struct fmt::formatter<hubauth::credential> : hubauth::detail::secret_formatter<hubauth::credential> {};
template <>
struct fmt::formatter<hubauth::header_view> : hubauth::detail::secret_formatter<hubauth::header_view> {};
