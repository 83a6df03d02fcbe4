# Checks that an invalid program does not compile, that the compiler's messages are the expected ones, and that the fixed
# program compiles.
#
#   cmake -DFILE=... -DCOMPILER=... -DCOMPILER_ID=... -DFLAGS=... -DINCLUDES=... -DIMPLICIT_INCLUDES=... -P check.cmake
#
# The same file is the fixed program if FIXED is defined. Its comments specify the expected messages:
#
#   // says: TEXT            anywhere
#   CODE  // says: TEXT      in an error in this line
#   // says first: TEXT      up to the end of the first error, within the first ten lines; there may then be no more errors
#                            than such comments, and one for the assertion that led to them
#   // says(g++): TEXT       only by this compiler, g++ or clang
#
# A line of the program must not end in a backslash or leave a bracket open.
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

function(report text)
  string(SUBSTRING "${output}" 0 4000 start)
  message("${start}")
  message(FATAL_ERROR "${name}: ${text}")
endfunction()

if(failed STREQUAL "0")
  report("compiles")
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
set(expected 0)
set(all_expected FALSE)
file(STRINGS "${FILE}" lines)
foreach(line IN LISTS lines)
  math(EXPR number "${number} + 1")
  if(NOT line MATCHES "^(.*)// says( first)?(\\((g\\+\\+|clang)\\))?: (.+)$")
    continue()
  endif()
  set(code "${CMAKE_MATCH_1}")
  set(first "${CMAKE_MATCH_2}")
  set(only "${CMAKE_MATCH_4}")
  set(text "${CMAKE_MATCH_5}")
  if(only AND NOT only STREQUAL compiler_name)
    continue()
  endif()
  math(EXPR expected "${expected} + 1")

  if(NOT code STREQUAL "")
    string(REGEX REPLACE "([][+.*()^$?|\\\\])" "\\\\\\1" pattern "${text}")
    if(NOT output MATCHES "${name}:${number}:[0-9]+: error: [^\n]*${pattern}")
      report("no error in line ${number} contains: ${text}")
    endif()
  elseif(first)
    set(all_expected TRUE)
    string(FIND "${head}" "${text}" at)
    if(at EQUAL -1 OR lines_before GREATER 9)
      report("the first error does not contain, or not in the first ten lines: ${text}")
    endif()
  else()
    string(FIND "${output}" "${text}" at)
    if(at EQUAL -1)
      report("no message contains: ${text}")
    endif()
  endif()
endforeach()

if(expected EQUAL 0)
  report("expects no message")
endif()
math(EXPR max_errors "${expected} + 1")
if(all_expected AND errors GREATER max_errors)
  report("${errors} errors, where at most ${max_errors} are expected")
endif()

execute_process(COMMAND ${compile} -DFIXED "${FILE}" ERROR_VARIABLE output RESULT_VARIABLE failed)
if(NOT failed STREQUAL "0")
  report("the fixed program does not compile")
endif()
