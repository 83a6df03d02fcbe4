// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>
#include <system_error>

#include "hubauth/result.hpp"
#include "hubauth/text/sanitize.hpp"

namespace hubauth::detail {

/// An error whose detail is `path: reason`.
inline unexpected<error_info> file_error(errc code, std::string_view path, std::string_view reason) {
  return fail(code, sanitize(path).append(": ").append(reason));
}

/// As above; the reason is the system's text for an `errno`.
inline unexpected<error_info> file_error(errc code, std::string_view path, int error_number) {
  return file_error(code, path, std::generic_category().message(error_number));
}

}  // namespace hubauth::detail
