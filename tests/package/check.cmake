# Installs hubauth, and uses it from a project of somebody's own.
#
#   cmake -DWAY=... -DHUBAUTH=source -DFOLDER=scratch -DCOMPILER=c++ -DFLAGS=... -P check.cmake
#
# WAY: find_package, add_subdirectory, FetchContent, pkg-config, wrong_component, missing_dependency.

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGV}\n${out}${err}")
  endif()
  set(said "${out}" PARENT_SCOPE)
endfunction()

# Configures the consumer, which must fail and say why.
function(must_say words)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
  string(REGEX REPLACE "[ \n]+" " " err "${err}")
  string(FIND "${err}" "${words}" at)
  if(code EQUAL 0 OR at EQUAL -1)
    message(FATAL_ERROR "${ARGN}\nended with ${code} and does not say: ${words}\n${out}${err}")
  endif()
endfunction()

file(REMOVE_RECURSE ${FOLDER})
set(tools -G Ninja -DCMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_FLAGS=${FLAGS}")
set(consumer ${HUBAUTH}/tests/package)
set(configure ${CMAKE_COMMAND} -S ${consumer} -B ${FOLDER}/consumer ${tools})

if(NOT WAY MATCHES "^(add_subdirectory|FetchContent)$")
  run(${CMAKE_COMMAND} -S ${HUBAUTH} -B ${FOLDER}/build ${tools} -DCMAKE_INSTALL_PREFIX=${FOLDER}/installed
      -DHUBAUTH_BUILD_TESTS=OFF -DHUBAUTH_BUILD_EXAMPLES=OFF -DHUBAUTH_BUILD_FUZZERS=OFF)
  run(${CMAKE_COMMAND} --install ${FOLDER}/build)
  list(APPEND configure -DWAY=find_package -DCMAKE_PREFIX_PATH=${FOLDER}/installed)
endif()

if(WAY STREQUAL "wrong_component")
  must_say("hubauth has no component \"crul\"; it has: curl, testing" ${configure} -DCOMPONENTS=crul)
elseif(WAY STREQUAL "missing_dependency")
  must_say("hubauth needs curl: libcurl4-openssl-dev in Debian, curl in vcpkg, libcurl in Conan"
           ${configure} -DCOMPONENTS=curl -DCMAKE_DISABLE_FIND_PACKAGE_CURL=ON)
  must_say("hubauth needs rapidjson: rapidjson-dev in Debian, rapidjson in vcpkg, rapidjson in Conan"
           ${configure} -DCMAKE_DISABLE_FIND_PACKAGE_RapidJSON=ON)
elseif(WAY STREQUAL "pkg-config")
  set(ENV{PKG_CONFIG_PATH} ${FOLDER}/installed/share/pkgconfig)
  run(pkg-config --cflags --libs hubauth-curl hubauth-testing)
  separate_arguments(flags UNIX_COMMAND "${FLAGS} ${said}")
  run(${COMPILER} -std=c++20 ${consumer}/main.cpp ${consumer}/other.cpp -o ${FOLDER}/program ${flags} -pthread)
  run(${FOLDER}/program)
else()
  run(${configure} -DWAY=${WAY} -DHUBAUTH=${HUBAUTH} "-DCOMPONENTS=curl\;testing")
  run(${CMAKE_COMMAND} --build ${FOLDER}/consumer)
  run(${FOLDER}/consumer/consumer)
endif()
