// SPDX-License-Identifier: BSL-1.0
#pragma once

/// The laws of the policies as contract tests, for stores, prompters and environments. Run them on a type of your own.
/// Those of a transport are in `testing/laws/transport.hpp`, since they need a server.

#include "hubauth/testing/laws/environment.hpp"
#include "hubauth/testing/laws/prompter.hpp"
#include "hubauth/testing/laws/store.hpp"
