// SPDX-License-Identifier: BSL-1.0
#pragma once

/// The laws of the policies, as far as they need no server: run them on a type of your own. Those of a transport are in
/// `testing/laws/transport.hpp`.

#include "hubauth/testing/laws/environment.hpp"
#include "hubauth/testing/laws/prompter.hpp"
#include "hubauth/testing/laws/store.hpp"
