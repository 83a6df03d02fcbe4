// SPDX-License-Identifier: BSL-1.0
// says: the value of a result must be void, or an object whose move constructor does not throw
#include "hubauth/result.hpp"

#ifdef FIXED
hubauth::result<int*> find();
#else
hubauth::result<int&> find();
#endif

bool found() { return find().has_value(); }
