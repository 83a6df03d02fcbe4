# Checks that a wrong program does not compile, that the compiler says why, and that the mended one compiles.
#
#   cmake -DFILE=... -DCOMPILER=... -DCOMPILER_ID=... -DFLAGS=... -DINCLUDES=... -DIMPLICIT_INCLUDES=... -P check.cmake
#
# A program is its own mended twin when FIXED is defined. In comments it tells what the compiler is to say of it:
#
#   // says: WORDS            somewhere
#   CODE  // says: WORDS      in an error in this line
#   // says first: WORDS      before the first error ends, in the first ten lines; then each error must be expected:
#                             there are no more than such comments, and one of the assertion that led to them
#   // says(g++): WORDS       so does this compiler, or clang; the other may say what it likes
#
# (A line of the program that leaves a bracket open, or ends in a backslash, is not understood.)
cmake_minimum_required(VERSION 3.25)

set(ENV{LC_ALL} C)  # plain quotes
separate_arguments(flags UNIX_COMMAND "${FLAGS}")
list(REMOVE_ITEM INCLUDES "" ${IMPLICIT_INCLUDES})
list(TRANSFORM INCLUDES PREPEND -isystem)
set(compile "${COMPILER}" -std=c++20 ${flags} -Werror=unused-result -fdiagnostics-color=never -fsyntax-only ${INCLUDES})
set(compiler_name clang)
if(COMPILER_ID STREQUAL GNU)
  set(compiler_name g++)
endif()
get_filename_component(name "${FILE}" NAME)

execute_process(COMMAND ${compile} "${FILE}" ERROR_VARIABLE output RESULT_VARIABLE failed)
string(REGEX REPLACE "// says[^\n]*" "" output "${output}")  # the compiler quotes the program

function(complain words)
  string(SUBSTRING "${output}" 0 4000 start)
  message("${start}")
  message(FATAL_ERROR "${name}: ${words}")
endfunction()

if(failed STREQUAL "0")
  complain("compiles")
endif()

# Up to the end of the line with the first error.
string(REGEX MATCHALL ": error: " errors "${output}")
list(LENGTH errors errors)
string(FIND "${output}" ": error: " at)
string(SUBSTRING "${output}" 0 ${at} head)
string(REGEX MATCHALL "\n" lines_before "${head}")
list(LENGTH lines_before lines_before)
string(SUBSTRING "${output}" ${at} -1 rest)
string(REGEX MATCH "^[^\n]*" first_error "${rest}")
string(APPEND head "${first_error}")

set(number 0)
set(said 0)
set(only_those FALSE)
file(STRINGS "${FILE}" lines)
foreach(line IN LISTS lines)
  math(EXPR number "${number} + 1")
  if(NOT line MATCHES "^(.*)// says( first)?(\\((g\\+\\+|clang)\\))?: (.+)$")
    continue()
  endif()
  set(code "${CMAKE_MATCH_1}")
  set(first "${CMAKE_MATCH_2}")
  set(only "${CMAKE_MATCH_4}")
  set(words "${CMAKE_MATCH_5}")
  if(only AND NOT only STREQUAL compiler_name)
    continue()
  endif()
  math(EXPR said "${said} + 1")

  if(NOT code STREQUAL "")
    string(REGEX REPLACE "([][+.*()^$?|\\\\])" "\\\\\\1" pattern "${words}")
    if(NOT output MATCHES "${name}:${number}:[0-9]+: error: [^\n]*${pattern}")
      complain("no error in line ${number} says: ${words}")
    endif()
  elseif(first)
    set(only_those TRUE)
    string(FIND "${head}" "${words}" at)
    if(at EQUAL -1 OR lines_before GREATER 9)
      complain("the first error does not say, or not in the first ten lines: ${words}")
    endif()
  else()
    string(FIND "${output}" "${words}" at)
    if(at EQUAL -1)
      complain("the compiler does not say: ${words}")
    endif()
  endif()
endforeach()

if(said EQUAL 0)
  complain("expects no words")
endif()
math(EXPR most "${said} + 1")
if(only_those AND errors GREATER most)
  complain("${errors} errors, where ${most} say it")
endif()

execute_process(COMMAND ${compile} -DFIXED "${FILE}" ERROR_VARIABLE output RESULT_VARIABLE failed)
if(NOT failed STREQUAL "0")
  complain("the mended program does not compile")
endif()
