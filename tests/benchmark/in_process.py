# SPDX-License-Identifier: BSL-1.0
"""What runs inside a process: instructions by callgrind, the heap by counting, and reads by threads in time."""

import json

from measure import Row, counted, program, run


def pair(row_id, what, name, yardstick, at_most, aim, note="", ours="ours", times=1000):
    figures = counted(name, ours, times), counted(name, yardstick, times)
    return Row(row_id, what, "instructions", *figures, at_most, aim, note)


def heap():
    return map(int, run([program("heap")]).split())


def rows(wanted):
    if wanted("P4"):
        yield pair("P4", "header for a request / from a virtual provider", "header", "provider", 0.03, 0.02)
    if wanted("P4 allocations"):
        _, _, for_headers = heap()
        yield Row("P4 allocations", "allocations for a header", "allocations", for_headers / 1000, None, 0)
    if wanted("P5 memchr"):
        note = "the yardstick checks nothing"
        yield pair("P5 memchr", "parsing a key of 40 bytes / dividing it by memchr", "key", "memchr", 3, 2.5, note)
    if wanted("P5 regex"):
        yield pair("P5 regex", "parsing a key of 40 bytes / by std::regex", "key", "regex", 0.05, None)
    if wanted("P6 hand"):
        yield pair("P6 hand", "login in memory / by hand, without templates", "login", "by hand", 1.10, 1.05)
    if wanted("P6 virtual"):
        what = "login in memory / virtual collaborators in shared pointers"
        yield pair("P6 virtual", what, "login", "interfaces", 0.90, None)
    if wanted("P7"):
        yield pair("P7", "following a table / a switch by hand", "dispatch", "switch", 1.10, 1.0)
    if wanted("P8"):
        note = "0.6 KB of settings; the tree keeps neither layout nor how numbers were written"
        yield pair("P8", "settings spliced / nlohmann parse and dump", "splice", "nlohmann", 0.30, 0.15, note)
    if wanted("P14 threads") or wanted("P14 atomic"):
        read = json.loads(run([program("shared_read")]))
        (one, _), (two, atomic) = read["alone"], read["beside another"]
        if wanted("P14 threads"):
            yield Row("P14 threads", "shared header read by 2 threads / by 1, a refresher beside them", "ns", two, one, 1.1)
        if wanted("P14 atomic"):
            yield Row("P14 atomic", "shared header read / atomic<shared_ptr>", "ns", two, atomic, 0.25, 0.1)
    if wanted("P15 allocations") or wanted("P15 peak"):
        allocations, peak, _ = heap()
        note = "secrets besides: 64 KiB of pages of their own, once in a process"
        if wanted("P15 allocations"):
            yield Row("P15 allocations", "allocations of a login in memory", "allocations", allocations, None, 12, 6)
        if wanted("P15 peak"):
            yield Row("P15 peak", "heap of a login in memory at its peak", "bytes", peak, None, 8192, 4096, note)
