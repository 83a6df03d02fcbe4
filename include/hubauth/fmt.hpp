// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>  // core.h does not define formatter<std::string_view>::format

#include "hubauth/credential/credential.hpp"
#include "hubauth/session.hpp"

/// Formatters for {fmt}. Include this header where you print; nothing else in hubauth needs {fmt}.

namespace hubauth::detail {

inline std::string_view format_as_text(errc code) { return to_string(code); }
inline std::string_view format_as_text(source source) { return to_string(source); }
inline std::string_view format_as_text(source_status status) { return to_string(status); }
inline std::string format_as_text(const error_info& error) { return error.message(); }
inline std::string format_as_text(const login_error& error) { return error.message(); }

template <class T>
struct text_formatter : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const T& value, Context& context) const {
    return fmt::formatter<std::string_view>::format(format_as_text(value), context);
  }
};

/// Does not compile where a secret is formatted.
template <class T>
struct secret_formatter {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }

  template <class Context>
  typename Context::iterator format(const T&, Context& context) const {
    static_assert(sizeof(Context) == 0,
                  "a secret cannot be formatted; expose it on purpose (with_exposed, expose_value)");
    return context.out();
  }
};

}  // namespace hubauth::detail

/// \cond Doxygen finds no scope for specializations in other namespaces.
template <>
struct fmt::formatter<hubauth::errc> : hubauth::detail::text_formatter<hubauth::errc> {};
template <>
struct fmt::formatter<hubauth::source> : hubauth::detail::text_formatter<hubauth::source> {};
template <>
struct fmt::formatter<hubauth::source_status> : hubauth::detail::text_formatter<hubauth::source_status> {};
template <>
struct fmt::formatter<hubauth::error_info> : hubauth::detail::text_formatter<hubauth::error_info> {};
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
struct fmt::formatter<hubauth::auth_header_view> : hubauth::detail::secret_formatter<hubauth::auth_header_view> {};
/// \endcond
