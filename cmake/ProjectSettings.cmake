# What every target of the project shares, and the two functions the folders use.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

# Assertions stay on in every build: a broken invariant must stop the program, not spread.
foreach(configuration RELEASE RELWITHDEBINFO MINSIZEREL)
  string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_${configuration} "${CMAKE_CXX_FLAGS_${configuration}}")
endforeach()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(project_flags INTERFACE)
target_include_directories(project_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(project_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough)
target_compile_definitions(project_flags INTERFACE _FILE_OFFSET_BITS=64)
find_package(Threads REQUIRED)
target_link_libraries(project_flags INTERFACE Threads::Threads)

# tandem_library(NAME SOURCES a.cpp b.cpp LINKS other_target ...): one static library a folder.
function(tandem_library name)
  cmake_parse_arguments(PARSE_ARGV 1 library "" "" "SOURCES;LINKS")
  add_library(${name} STATIC ${library_SOURCES})
  target_link_libraries(${name} PUBLIC project_flags ${library_LINKS})
endfunction()

# tandem_test(NAME LABEL quick|cluster|slow SOURCES ... LINKS ... [TIMEOUT seconds]): one GoogleTest
# program; each of its cases becomes a ctest test. Labels decide what runs when: see docs/TESTING.md.
# Every time limit is multiplied by TANDEM_TEST_PATIENCE, for builds that run slower than the release.
set(TANDEM_TEST_PATIENCE 1 CACHE STRING "By how much the time limits of tests are multiplied")
function(tandem_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "LABEL;TIMEOUT" "SOURCES;LINKS")
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 120)
  endif()
  math(EXPR time_limit "${test_TIMEOUT} * ${TANDEM_TEST_PATIENCE}")
  add_executable(${name} ${test_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/tests)
  target_link_libraries(${name} PRIVATE project_flags ${test_LINKS} GTest::gtest GTest::gtest_main)
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${test_LABEL} TIMEOUT ${time_limit}
    ENVIRONMENT "TANDEM_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}"
    ENVIRONMENT_MODIFICATION "TANDEM_SOURCE=set:${PROJECT_SOURCE_DIR}")
endfunction()
