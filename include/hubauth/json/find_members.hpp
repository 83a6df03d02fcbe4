// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth::detail {

enum class json_type : std::uint8_t { missing, null, boolean, number, string, object, array };

/// The value of an object's member, and where it is in the JSON text.
struct json_value {
  json_type type = json_type::missing;
  bool boolean = false;   ///< if it is a boolean
  secret string;          ///< decoded, if it is a string
  std::size_t begin = 0;  ///< offset of its first byte: of the opening quote if it is a string
  std::size_t end = 0;    ///< offset past its last byte
};

/// Why a text is refused.
enum class json_errc : std::uint8_t {
  too_large,            ///< it has more bytes than `json_limits::max_size`
  contains_nul,         ///< it has a NUL byte
  invalid_utf8,         ///< it is not UTF-8 (RFC 3629)
  syntax_error,         ///< it is not JSON (RFC 8259), or not a complete JSON text
  not_an_object,        ///< it is another JSON value
  too_deep,             ///< objects and arrays are nested deeper than `json_limits::max_depth`
  duplicate_member,     ///< a requested name occurs twice in its object
  number_out_of_range,  ///< a number's integer part is beyond a double, or its exponent is above 308 (1e309, 0e309)
};

struct json_error {
  json_errc kind;
  std::size_t offset;  ///< of the byte at which the error was detected; the size of the text if more was expected

  friend constexpr bool operator==(const json_error&, const json_error&) = default;
};

struct json_limits {
  std::size_t max_size;  ///< bytes of the text
  int max_depth;         ///< levels of objects and arrays, the outermost object included
};

/// Finds members of a JSON object, and of the objects in it.
///
/// The whole text is validated. The escape of an unpaired surrogate is valid (RFC 8259 section 8.2; Python writes it
/// for a path that is not UTF-8) and decodes to U+FFFD. No memory that is freed holds a decoded string or a copy of the
/// text.
///
/// \pre `pointers` are distinct JSON Pointers of object members, such as "/data/idToken", without `~` escapes;
///      `limits.max_size` is at most 1 GiB; `limits.max_depth` is at most 512, because parsing is recursive
/// \returns the values in the order of `pointers`; `json_type::missing` if there is no such member. A member of an
///          object that is an array's element has no such pointer.
/// \retval json_error the kind of the first error and its offset
/// \throws std::bad_alloc if memory is exhausted
/// \see RFC 8259 (JSON), RFC 6901 (JSON Pointer)
result<std::vector<json_value>, json_error> find_members(std::string_view text,
                                                         std::initializer_list<std::string_view> pointers,
                                                         json_limits limits);

}  // namespace hubauth::detail

#include "hubauth/json/find_members.ipp"
