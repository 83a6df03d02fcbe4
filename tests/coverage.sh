#!/bin/sh
# Prints line and branch coverage of include/: by the tests, then by the fuzz targets' corpora alone. Fails when the
# tests leave a line or more than 5 % of the branches of the core untaken; the core is all headers but those that talk to
# the network, the terminal, the system and the disk, and those that are for tests. Works from any folder.
#
# A branch counts by its place in the source, not once for each instantiation of its template: each way that it can go is
# one, taken when any instantiation takes it. llvm-cov's own report takes the best single instantiation of a template for
# all of them, so that two tests of two halves make one half.
#
# What only the compiler runs has no count and is left out: consteval functions (llvm-cov does that), the initialisers of
# inline constexpr variables and the block behind std::is_constant_evaluated(). A template that nothing instantiates has
# no count either.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."

sh tests/packages.sh
sh tests/packages.sh clang-19 libclang-rt-19-dev llvm-19
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER="${CMAKE_CXX_COMPILER_LAUNCHER-ccache}"; fi

build=build/coverage
cmake --preset coverage
cmake --build --preset coverage

# run NAME CTEST-OPTIONS... leaves the headers in $build/NAME.txt, each line and branch with its count.
run() {
  name=$1
  shift
  rm -rf "$build/$name"
  # %c counts in the file itself, so that a process that is killed or leaves by _exit counts too.
  LLVM_PROFILE_FILE="$PWD/$build/$name/%c%m.profraw" ctest --preset coverage "$@"
  llvm-profdata-19 merge -o "$build/$name.profdata" "$build/$name"/*.profraw
  set --
  for program in $(find "$build" -type f -perm -u+x ! -path '*/CMakeFiles/*'); do set -- "$@" -object "$program"; done
  llvm-cov-19 show "$@" -instr-profile="$build/$name.profdata" -show-branches=count -show-instantiations=false \
    -use-color=false -sources include/hubauth >"$build/$name.txt"
}

# table NAME prints a line for each header and lists what is missing from the core; fails when that is too much.
table() {
  awk '
    function row(what, lines, run, ways, taken) {
      printf "%-32s %6d %6d %6.1f %% %9d %6d %6.1f %%\n", what, lines, run, lines ? 100 * run / lines : 100,
             ways, taken, ways ? 100 * taken / ways : 100
    }
    function depth(text) { return gsub(/[({]/, "", text) - gsub(/[)}]/, "", text) }

    /^\/.*:$/ { file = $0; sub(/.*\/include\/hubauth\//, "", file); sub(/:$/, "", file); files[++count] = file }

    /^ *[0-9]+\|/ {
      split($0, cell, "|"); number = cell[1] + 0; runs = cell[2]; gsub(/ /, "", runs)
      text = substr($0, length(cell[1]) + length(cell[2]) + 3); sub(/ *\/\/.*/, "", text)
      indent = match(text, /[^ ]/)
      if (until && indent == until && text ~ /^ *}/) until = 0
      if (text ~ /^ *inline constexpr [^(]*=/) { constant = 1; open = 0 }
      by_compiler = until || constant
      if (constant) { open += depth(text); if (open <= 0 && text ~ /;$/) constant = 0 }
      if (text ~ /std::is_constant_evaluated\(\)\) {$/) until = indent
      if (runs == "" || by_compiler) next
      ++lines[file]
      if (runs == "0") missing[file] = missing[file] "  " file ":" number ": not run\n"; else ++run[file]
    }

    /Branch \([0-9]+:[0-9]+\): \[True: / {
      if (by_compiler) next
      split($0, part, /[():]|\[True: |, False: |\]/)
      at = file ":" part[2] ":" part[3]
      if (!((at, 1) in way)) { way[at, 1] = way[at, 2] = 0; branches[++branch_count] = at; of[at] = file }
      if ($0 !~ /True: 0,/) way[at, 1] = 1
      if ($0 !~ /False: 0\]/) way[at, 2] = 1
    }

    END {
      for (i = 1; i <= branch_count; ++i) {
        at = branches[i]; file = of[at]
        ways[file] += 2; taken[file] += way[at, 1] + way[at, 2]
        if (!way[at, 1]) missing[file] = missing[file] "  " at ": never true\n"
        if (!way[at, 2]) missing[file] = missing[file] "  " at ": never false\n"
      }
      printf "%-32s %6s %6s %8s %9s %6s\n", "include/hubauth/", "lines", "run", "", "branches", "taken"
      for (i = 1; i <= count; ++i) {
        file = files[i]
        group = file ~ /^(testing|transport|prompter|environment)\/|^store\/(file|replace_file|settings_update)/ ? "others" : "core"
        row(file, lines[file], run[file], ways[file], taken[file])
        l[group] += lines[file]; r[group] += run[file]; w[group] += ways[file]; t[group] += taken[file]
        if (group == "core") list = list missing[file]
      }
      row("the core", l["core"], r["core"], w["core"], t["core"])
      row("all", l["core"] + l["others"], r["core"] + r["others"], w["core"] + w["others"], t["core"] + t["others"])
      if (list != "") printf "missing from the core:\n%s", list
      exit l["core"] == 0 || r["core"] < l["core"] || t["core"] < 0.95 * w["core"]
    }' "$build/$1.txt"
}

run by-tests -E '^fuzz\.'
run by-corpora -R '^fuzz\.'
printf '\nBy the fuzz corpora alone:\n'
table by-corpora || true
printf '\nBy the tests:\n'
table by-tests || { echo 'The core is not covered: every line and 95 % of the branches are wanted.' >&2; exit 1; }
