# The libraries the project stands on. Each is linked only by the folder that may use it
# (docs/ARCHITECTURE.md); tests/tidy holds the #includes against the same table.

find_package(Boost 1.81 REQUIRED COMPONENTS filesystem)
find_package(CLI11 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBEDIT REQUIRED IMPORTED_TARGET libedit)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)

# xmlrpc-c ships neither a .pc file nor a CMake package.
find_path(XMLRPC_INCLUDE_DIR xmlrpc-c/registry.hpp REQUIRED)
add_library(xmlrpc_c INTERFACE)
target_include_directories(xmlrpc_c SYSTEM INTERFACE ${XMLRPC_INCLUDE_DIR})
foreach(part xmlrpc_server++ xmlrpc_server xmlrpc++ xmlrpc xmlrpc_xmlparse xmlrpc_xmltok xmlrpc_util)
  find_library(XMLRPC_LIBRARY_${part} NAMES ${part} REQUIRED)
  target_link_libraries(xmlrpc_c INTERFACE ${XMLRPC_LIBRARY_${part}})
endforeach()

if(TANDEM_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
  find_package(Boost 1.81 REQUIRED COMPONENTS context filesystem)
endif()
