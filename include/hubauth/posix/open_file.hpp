// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

#include <fcntl.h>
#include <sys/types.h>

#include "hubauth/posix/retry_on_eintr.hpp"
#include "hubauth/posix/unique_fd.hpp"

namespace hubauth::detail {

/// Opens a file by `open`, with O_CLOEXEC in addition to `flags`. A file that it creates has the mode 0600.
/// \returns no descriptor, with `errno`, if the file cannot be opened
inline unique_fd open_file(const std::string& path, int flags) {
  constexpr mode_t owner_only = 0600;
  return unique_fd(retry_on_eintr([&] { return ::open(path.c_str(), flags | O_CLOEXEC, owner_only); }));
}

}  // namespace hubauth::detail
