# Installs hubauth and uses it from another project.
#
#   cmake -DMETHOD=... -DHUBAUTH=source -DDIRECTORY=scratch -DCOMPILER=c++ -DFLAGS=... -P check.cmake
#
# METHOD: find_package, add_subdirectory, FetchContent, pkg-config, wrong_component, missing_dependency, install_only.

# Runs a command, which must succeed. Sets `output`.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGV}\n${out}${err}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

# Runs a command, which must fail with this text in its error message.
function(must_fail_with text)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
  string(REGEX REPLACE "[ \n]+" " " err "${err}")
  string(FIND "${err}" "${text}" position)
  if(code EQUAL 0 OR position EQUAL -1)
    message(FATAL_ERROR "${ARGN}\nended with ${code}, and its error message does not contain: ${text}\n${out}${err}")
  endif()
endfunction()

file(REMOVE_RECURSE ${DIRECTORY})
set(tools -G Ninja -DCMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_FLAGS=${FLAGS}")
set(consumer ${HUBAUTH}/tests/package)
set(configure ${CMAKE_COMMAND} -S ${consumer} -B ${DIRECTORY}/consumer ${tools})

# Installs with --prefix, which CMAKE_INSTALL_PREFIX does not know.
if(NOT METHOD MATCHES "^(add_subdirectory|FetchContent)$")
  set(options -DHUBAUTH_BUILD_TESTS=OFF -DHUBAUTH_BUILD_EXAMPLES=OFF -DHUBAUTH_BUILD_FUZZERS=OFF)
  if(METHOD STREQUAL "install_only")
    foreach(package IN ITEMS CLI11 CURL Catch2 Doxygen GTest OpenSSL PkgConfig Python3 Threads doctest fmt nlohmann_json
                             trompeloeil)
      list(APPEND options -DCMAKE_DISABLE_FIND_PACKAGE_${package}=ON)
    endforeach()
  endif()
  run(${CMAKE_COMMAND} -S ${HUBAUTH} -B ${DIRECTORY}/build ${tools} ${options})
  run(${CMAKE_COMMAND} --install ${DIRECTORY}/build --prefix ${DIRECTORY}/installed)
  list(APPEND configure -DMETHOD=find_package -DCMAKE_PREFIX_PATH=${DIRECTORY}/installed)
endif()

if(METHOD STREQUAL "wrong_component")
  must_fail_with("hubauth has no component \"crul\"; it has: core, posix, curl, hubauth, testing"
                 ${configure} -DCOMPONENTS=crul)
elseif(METHOD STREQUAL "missing_dependency")
  must_fail_with("hubauth needs curl: libcurl4-openssl-dev in Debian, curl in vcpkg, libcurl in Conan"
                 ${configure} -DCMAKE_DISABLE_FIND_PACKAGE_CURL=ON)
  must_fail_with("hubauth needs rapidjson: rapidjson-dev in Debian, rapidjson in vcpkg, rapidjson in Conan"
                 ${configure} -DCMAKE_DISABLE_FIND_PACKAGE_RapidJSON=ON)
elseif(METHOD STREQUAL "pkg-config" OR METHOD STREQUAL "install_only")
  file(RENAME ${DIRECTORY}/installed ${DIRECTORY}/moved)
  set(ENV{PKG_CONFIG_PATH} ${DIRECTORY}/moved/share/pkgconfig)
  run(pkg-config --cflags --libs hubauth-posix)
  separate_arguments(flags UNIX_COMMAND "${FLAGS} ${output}")
  run(${COMPILER} -std=c++20 ${consumer}/core.cpp -o ${DIRECTORY}/core ${flags})
  run(${DIRECTORY}/core)
  if(METHOD STREQUAL "pkg-config")
    run(pkg-config --cflags --libs hubauth hubauth-testing)
    separate_arguments(flags UNIX_COMMAND "${FLAGS} ${output}")
    run(${COMPILER} -std=c++20 ${consumer}/main.cpp ${consumer}/other.cpp -o ${DIRECTORY}/program ${flags})
    run(${DIRECTORY}/program)
  endif()
else()
  run(${configure} -DMETHOD=${METHOD} -DHUBAUTH=${HUBAUTH} "-DCOMPONENTS=hubauth\;testing")
  run(${CMAKE_COMMAND} --build ${DIRECTORY}/consumer)
  run(${DIRECTORY}/consumer/core_only)
  run(${DIRECTORY}/consumer/consumer)
endif()
