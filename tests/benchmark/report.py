# SPDX-License-Identifier: BSL-1.0
"""Writes the figures of a run into docs/performance.md, with how they grow, and random_source docs/performance.svg."""

import datetime
import html
import json
import re

import cold_login
import compile_time
import measure
from measure import counted, program, run

PAGE = measure.ROOT / "docs" / "performance.md"
CHART = measure.ROOT / "docs" / "performance.svg"


def short(value):
    return "" if value is None else f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def table(head, lines):
    rule = ["---"] * len(head)
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in [head, rule, *lines])


HEAD = ["", "ours / the yardstick", "ours", "yardstick", "figure", "at most", "aim", "verdict"]


def cells(row):
    figures = short(row.yardstick), short(row.figure), short(row.at_most), short(row.aim)
    return [row.id, row.what, f"{short(row.ours)} {row.unit}", *figures, row.verdict]


def verdicts(rows):
    notes = [f"- {row.id}: {row.note}." for row in rows if row.note]
    return table(HEAD, map(cells, rows)) + "\n\n" + "\n".join(notes)


def flow_of(rows):
    """A flow of so many rows: each state ends in the next one, or in the end."""
    count = rows // 2
    outcomes = "".join(f"struct on_{n} {{}};\n" for n in range(count))
    states = "".join(f"struct state_{n} {{ using outcomes = outcomes_list<on_{n}, stop>; }};\n" for n in range(count))
    lines = []
    for n in range(count):
        lines.append(f"row<state_{n}, on_{n}, {f'state_{n + 1}' if n + 1 < count else 'over'}>{{}}")
        lines.append(f"row<state_{n}, stop, over>{{}}")
    return (
        "#include <hubauth/flow/sound.hpp>\nusing namespace hubauth::flow;\nstruct stop {};\nstruct over {};\n"
        f"{outcomes}{states}struct flow {{ using first = state_0;\n"
        f"static constexpr auto rows = hana::make_tuple({', '.join(lines)}); }};\nstatic_assert(sound<flow>());\n"
    )


def growth():
    def seconds(*sources):
        taken = measure.in_turn(5, lambda source: compile_time.seconds("g++", source), compile_time.YARDSTICK, *sources)
        return [f"{each / taken[0]:.2f}" for each in taken[1:]]

    sets, rows = (1, 2, 4, 8, 16), (8, 16, 32, 64, 128)
    sizes = {"0.6 KB": "", "10 KB": " 10 KB", "100 KB": " 100 KB", "1 MB": " 1 MB"}
    splices = [counted("splice", f"ours{size}", 10) for size in sizes.values()]
    trees = [counted("splice", f"nlohmann{size}", 10) for size in sizes.values()]
    read = json.loads(run([program("shared_read")]))
    return "\n\n".join(
        [
            "Compiling a login with so many sets of policies, includes and all, over string and vector (g++, -O0):",
            table(["sets", *sets], [["cost", *seconds(*map(compile_time.with_sets, sets))]]),
            "Compiling and proving a table of so many rows, includes and all, over string and vector (g++, -O0):",
            table(["rows", *rows], [["cost", *seconds(*map(flow_of, rows))]]),
            "Nanoseconds of reading the shared header, on a machine of 2 cores:",
            table(
                ["threads", 1, 2],
                [["`shared_auth`", read["alone"][0], read["beside another"][0]],
                 ["`atomic<shared_ptr>`", read["alone"][1], read["beside another"][1]]],
            ),  # fmt: skip
            "Instructions of putting another key into settings of so many bytes, 200 fields at most:",
            table(
                ["settings", *sizes],
                [["spliced", *map(short, splices)], ["nlohmann", *map(short, trees)]],
            ),
        ]
    )


def fleet():
    runs = json.loads(run([program("fleet")]))
    parts = []
    for restart, title in (0, "Who is refused for good gives up:"), (60, "Who is refused for good begins anew after 60 s:"):
        lines = [
            [one["service"], one["policy"], *(f"{one[figure]:,}" for figure in ("in", "requests", "peak_per_s", "last_in_s"))]
            for one in runs
            if one["restart_s"] == restart
        ]
        parts += [title, table(["service", "policy", "in", "requests", "most in a second", "last one in after, s"], lines)]
    return "\n\n".join(parts)


def slow():
    """The verdicts with the slow variants of ours."""
    command = ["python3", measure.HERE / "run.py", "--slow", "--json", "--only", "P1,P2,P4,P8,P12,P13,P14"]
    rows = json.loads(run(command, may_fail=True))
    lines = [[row["id"], short(row["figure"]), short(row["at_most"]), row["verdict"]] for row in rows]
    return table(["", "figure", "at most", "verdict"], lines)


def bars(title, unit, figures, top):
    """A title, and a bar for each figure, as SVG."""
    most = max(figures.values())
    out = [f'<text x="0" y="{top}" font-weight="bold">{title}, {unit}</text>']
    for n, (name, figure) in enumerate(figures.items()):
        y, width = top + 12 + 24 * n, 420 * figure / most
        colour = "#2f6f9f" if "hubauth" in name else "#b8c4cc"
        out.append(f'<text x="190" y="{y + 13}" text-anchor="end">{html.escape(name)}</text>')
        out.append(f'<rect x="200" y="{y}" width="{width:.0f}" height="18" fill="{colour}"/>')
        out.append(f'<text x="{206 + width:.0f}" y="{y + 13}">{figure:.0f}</text>')
    return out, top + 12 + 24 * len(figures) + 30


def chart():
    sources = {
        "string and vector": compile_time.YARDSTICK,
        "hubauth's core": compile_time.CORE,
        "hubauth, with a login": compile_time.with_sets(1),
        "fmt/format.h": "#include <fmt/format.h>\n",
        "regex": "#include <regex>\n",
        "nlohmann/json.hpp": "#include <nlohmann/json.hpp>\n",
    }
    taken = measure.in_turn(5, lambda source: compile_time.seconds("g++", source) * 1000, *sources.values())
    first, below = bars("Compiling an include with g++ -O0", "ms of processor time", dict(zip(sources, taken)), 16)
    logins = {name: seconds * 1000 for name, seconds in cold_login.seconds_of_each().items()}
    second, height = bars("A cold login, from start to end of the process", "ms", logins, below)
    style = 'font-family="sans-serif" font-size="13"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="700" height="{height}" {style}>', *first, *second, "</svg>"]
    CHART.write_text("\n".join(lines) + "\n")


def write(rows):
    chart()
    parts = {"table": verdicts(rows), "slow": slow(), "growth": growth(), "fleet": fleet()}
    page = PAGE.read_text()
    for name, text in parts.items():
        marks = f"<!-- {name} -->", f"<!-- end of {name} -->"
        start, end = (page.index(mark) for mark in marks)
        page = page[: start + len(marks[0])] + "\n" + text + "\n" + page[end:]
    page = re.sub(r"(?<=Taken on )\S+", str(datetime.date.today()), page)
    PAGE.write_text(page)
