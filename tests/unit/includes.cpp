// SPDX-License-Identifier: BSL-1.0
//
// basic_auth.hpp must not include headers that are expensive to compile, or libraries that only some programs need.
#include "hubauth/basic_auth.hpp"

#if defined(_GLIBCXX_IOSTREAM) || defined(_GLIBCXX_REGEX) || defined(_GLIBCXX_FILESYSTEM)
#error "basic_auth.hpp includes an expensive part of the standard library"
#endif
#if defined(CURLINC_CURL_H) || defined(RAPIDJSON_READER_H_) || defined(FMT_CORE_H_)
#error "basic_auth.hpp includes a library that only some programs need"
#endif
