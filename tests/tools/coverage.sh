#!/bin/sh
# Prints line and branch coverage of include/: by the corpora of the fuzz targets alone, then by the tests. Fails if the
# tests do not run every line of the core, or take less than 95 % of its branches. The core is all headers except those that
# use the network, the terminal, the system or the disk, and those for tests. Works from any directory.
#
# Places in the source are counted: a line or a branch is covered if any instantiation of its template, in any program,
# covers it. llvm-cov's own report uses the best single instantiation instead, and a program that never calls a function
# hides the calls of the programs listed after it.
#
# Code that only the compiler runs has no count and is left out: consteval functions (llvm-cov leaves them out), the
# initializers of inline constexpr variables, and the block after std::is_constant_evaluated(). A template that is never
# instantiated has no count either.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."

tests/tools/packages.sh
tests/tools/packages.sh clang-19 libclang-rt-19-dev llvm-19
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER="${CMAKE_CXX_COMPILER_LAUNCHER-ccache}"; fi

build=build/coverage
cmake --workflow --preset coverage

# run NAME CTEST-OPTIONS... writes the headers, as each program has them, with the counts of lines and branches, to
# $build/NAME.txt.
run() {
  name=$1
  shift
  rm -rf "$build/${name:?}"
  # %c counts in the file itself, so that a process that is killed or calls _exit counts, too.
  LLVM_PROFILE_FILE="$PWD/$build/$name/%c%m.profraw" ctest --preset coverage "$@"
  llvm-profdata-19 merge -o "$build/$name.profdata" "$build/$name"/*.profraw
  find "$build" -type f -perm -u+x ! -path '*/CMakeFiles/*' -exec llvm-cov-19 show {} \
    -instr-profile="$build/$name.profdata" -show-branches=count -show-instantiations=false -use-color=false \
    -sources include/hubauth \; >"$build/$name.txt" 2>"$build/$name.log"
}

# table NAME [missing-too] prints a line for each header, then what is not covered in the core; fails if that is too much.
table() {
  awk -v missing_too="${2-}" '
    function depth(text) { return gsub(/[({]/, "", text) - gsub(/[)}]/, "", text) }

    function row(what, lines, run, branches, taken) {
      printf "%-32s %6d %6d %6.1f %% %9d %6d %6.1f %%\n", what, lines, run, lines ? 100 * run / lines : 100,
             branches, taken, branches ? 100 * taken / branches : 100
    }

    # A line, or one direction of a branch.
    function add(at) { if (!(at in run)) { run[at] = 0; all[++size] = at; file_of[at] = file } }

    /^\/.*:$/ { file = $0; sub(/.*\/include\/hubauth\//, "", file); sub(/:$/, "", file); evaluated = constant = 0 }

    /^ *[0-9]+\|/ {
      split($0, cell, "|"); number = cell[1] + 0; count = cell[2]; gsub(/ /, "", count)
      text = substr($0, length(cell[1]) + length(cell[2]) + 3); sub(/ *\/\/.*/, "", text)
      indent = match(text, /[^ ]/)
      if (indent == evaluated && text ~ /^ *}/) evaluated = 0
      if (text ~ /^ *inline constexpr [^(]*=/) { constant = 1; open = 0 }
      by_compiler = evaluated || constant
      if (constant) { open += depth(text); if (open <= 0 && text ~ /;$/) constant = 0 }
      if (text ~ /std::is_constant_evaluated\(\)\) \{$/) evaluated = indent
      if (count == "" || by_compiler || !indent) next  # an empty line of an unused function has a count
      at = file ":" number
      add(at)
      if (count != "0") run[at] = 1
    }

    /Branch \([0-9]+:[0-9]+\): \[True: / {
      if (by_compiler) next
      split($0, part, /[():]/)
      at = file ":" part[2] ":" part[3]
      add(at ": never true"); add(at ": never false")
      if ($0 !~ /True: 0,/) run[at ": never true"] = 1
      if ($0 !~ /False: 0\]/) run[at ": never false"] = 1
    }

    END {
      for (i = 1; i <= size; ++i) {
        at = all[i]; file = file_of[at]; kind = at ~ /: never/ ? "branch" : "line"
        core = file !~ /^(testing|curl|posix|terminal|environment)\/|^settings\/settings_(file|update)/
        if (!((file, "line") in of)) {
          for (k = ++file_count; k > 1 && order[k - 1] > file; --k) order[k] = order[k - 1]
          order[k] = file
        }
        of[file, kind]++; done[file, kind] += run[at]
        of["all", kind]++; done["all", kind] += run[at]
        if (core) { of["the core", kind]++; done["the core", kind] += run[at] }
        if (core && !run[at]) missing = missing "  " at (kind == "line" ? ": not run" : "") "\n"
      }
      order[++file_count] = "the core"; order[++file_count] = "all"
      printf "%-32s %6s %6s %8s %9s %6s\n", "include/hubauth/", "lines", "run", "", "branches", "taken"
      for (i = 1; i <= file_count; ++i) {
        file = order[i]
        row(file, of[file, "line"], done[file, "line"], of[file, "branch"], done[file, "branch"])
      }
      if (missing_too && missing != "") printf "not covered in the core:\n%s", missing
      lines = of["the core", "line"]
      exit lines == 0 || done["the core", "line"] < lines ||
           done["the core", "branch"] < 0.95 * of["the core", "branch"]
    }' "$build/$1.txt"
}

run by-tests -E '^fuzz\.'
run by-corpora -R '^fuzz\.'
printf '\nBy the fuzz corpora alone:\n'
table by-corpora || true
printf '\nBy the tests:\n'
table by-tests missing-too || { echo 'The coverage of the core is too low: every line and 95 % of the branches are required.' >&2; exit 1; }
