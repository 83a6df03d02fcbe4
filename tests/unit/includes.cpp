// SPDX-License-Identifier: BSL-1.0
//
// What the core header costs is what it includes: none of these.
#include "hubauth/basic_auth.hpp"

#if defined(_GLIBCXX_IOSTREAM) || defined(_GLIBCXX_OSTREAM) || defined(_GLIBCXX_REGEX) ||       \
    defined(_GLIBCXX_FILESYSTEM) || defined(_GLIBCXX_CHRONO) || defined(_GLIBCXX_FUNCTIONAL) || \
    defined(_GLIBCXX_MEMORY)
#error "basic_auth.hpp includes a part of the standard library that makes it expensive"
#endif
#if defined(CURLINC_CURL_H) || defined(RAPIDJSON_READER_H_) || defined(FMT_CORE_H_) || defined(BOOST_HANA_MAP_HPP)
#error "basic_auth.hpp includes a library that only a part of its users need"
#endif
