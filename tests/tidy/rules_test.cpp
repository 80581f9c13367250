// The rules can fail: each is shown a small tree that breaks it, and one that does not.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <utility>

#include "tests/tidy/rules.hpp"

namespace tandem::tidy {
namespace {

namespace fs = std::filesystem;

class PlantedTree : public testing::Test {
 protected:
  PlantedTree() {
    auto pattern = (fs::temp_directory_path() / "tandem-tidy.XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~PlantedTree() override { fs::remove_all(root_); }

  void plant(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  Project project() const { return read_project(root_); }

  static std::string lines(int count) {
    std::string text;
    for (int line = 0; line < count; ++line) text += "// a line\n";
    return text;
  }

 private:
  fs::path root_;
};

TEST_F(PlantedTree, IncludesAlongTheArrowsPass) {
  plant("protocol/contract/result.hpp", "#pragma once\n#include <string>\n");
  plant("protocol/wire/value.cpp",
        "#include <xmlrpc-c/base.hpp>\n#include \"protocol/contract/result.hpp\"\n");
  plant("storaged/disk/file.cpp", "#include <sys/stat.h>\n#include <boost/filesystem.hpp>\n");
  plant("shell/commands/serve.cpp", "#include \"protocol/http/server.hpp\"\n");
  plant("protocol/http/server.hpp", "#pragma once\n");
  plant("gateway/store/open.cpp", "#include \"gateway/catalogue/sqlite/engine.hpp\"\n");
  plant("gateway/catalogue/sqlite/engine.hpp", "#pragma once\n");
  EXPECT_EQ(to_string(check_includes(project())), "");
}

TEST_F(PlantedTree, IncludesAgainstTheArrowsAreFound) {
  plant("storaged/disk/objects.hpp", "#pragma once\n");
  plant("protocol/http/server.hpp", "#pragma once\n");
  plant("gateway/catalogue/sqlite/engine.hpp", "#pragma once\n");
  const std::initializer_list<std::pair<const char*, const char*>> cases{
      {"gateway/pair/a.cpp", "#include \"storaged/disk/objects.hpp\"\n"},
      {"protocol/contract/b.cpp", "#include \"protocol/http/server.hpp\"\n"},
      {"shell/commands/read.cpp", "#include \"protocol/http/server.hpp\"\n"},
      {"gateway/heal/c.cpp", "#include \"gateway/catalogue/sqlite/engine.hpp\"\n"},
      {"gateway/pair/d.cpp", "#include \"protocol/http/server.hpp\"\n"},
      {"gateway/pair/e.cpp", "#include \"missing.hpp\"\n"},
  };
  std::size_t expected = 0;
  for (const auto& [path, text] : cases) {
    plant(path, text);
    const auto violations = check_includes(project());
    EXPECT_EQ(violations.size(), ++expected) << path << "\n" << to_string(violations);
  }
}

TEST_F(PlantedTree, LibrariesOutsideTheirFolderAreFound) {
  const std::initializer_list<std::pair<const char*, const char*>> cases{
      {"gateway/store/a.cpp", "#include <xmlrpc-c/base.hpp>\n"},
      {"storaged/service/b.cpp", "#  include <boost/beast/http.hpp>\n"},
      {"gateway/pair/c.cpp", "#include <sqlite3.h>\n"},
      {"storaged/disk/d.cpp", "#include <CLI/CLI.hpp>\n"},
      {"gateway/config/e.cpp", "#include <nlohmann/json.hpp>\n"},
      {"shell/script/f.cpp", "#include <never/heard_of.hpp>\n"},
      {"protocol/contract/g.cpp", "#include <sys/stat.h>\n"},
  };
  std::size_t expected = 0;
  for (const auto& [path, text] : cases) {
    plant(path, text);
    EXPECT_EQ(check_includes(project()).size(), ++expected) << path;
  }
}

TEST_F(PlantedTree, LongFilesAreFound) {
  plant("gateway/pair/short.cpp", lines(350));
  EXPECT_TRUE(check_lengths(project()).empty());
  plant("gateway/pair/long.cpp", lines(351));
  EXPECT_EQ(check_lengths(project()).size(), 1U);
}

TEST_F(PlantedTree, EmptyNamesAreFound) {
  plant("gateway/pair/mirror.cpp", "class Mirror {};\n");
  EXPECT_TRUE(check_names(project()).empty());
  plant("gateway/pair/pair_utils.cpp", std::string("class Node") + "Manager {};\n");
  EXPECT_EQ(check_names(project()).size(), 2U);
}

TEST_F(PlantedTree, MacrosAndUnguardedHeadersAreFound) {
  plant("protocol/contract/a.hpp", "#define TANDEM_TRY(x) x\n");
  EXPECT_EQ(check_macros(project()).size(), 2U);
}

TEST_F(PlantedTree, SourcesNobodyCompilesAreFound) {
  plant("tests/unit/pair/CMakeLists.txt", "tandem_test(unit_pair SOURCES pair_test.cpp)\n");
  plant("tests/unit/pair/pair_test.cpp", "");
  EXPECT_TRUE(check_built(project()).empty());
  plant("tests/unit/pair/forgotten_test.cpp", "");
  plant("tests/unit/orphan/orphan_test.cpp", "");
  EXPECT_EQ(check_built(project()).size(), 2U);
}

TEST_F(PlantedTree, ADependencyOfOneFolderIsFound) {
  plant("cmake/Dependencies.cmake", "find_package(SQLite3 REQUIRED)\n");
  plant("bench/micro/CMakeLists.txt", "find_package(benchmark REQUIRED)\n");
  EXPECT_TRUE(check_dependencies(project()).empty());
  plant("tests/unit/pair/CMakeLists.txt", "find_package(Python3 REQUIRED COMPONENTS Interpreter)\n");
  EXPECT_EQ(check_dependencies(project()).size(), 1U);
}

TEST_F(PlantedTree, UnfinishedCornersAndMachinePathsAreFound) {
  plant("gateway/pair/a.cpp", std::string("// TO") + "DO: later\n");
  plant("docs/a.md", std::string("see /ho") + "me/somebody/notes\n");
  EXPECT_EQ(check_words(project()).size(), 2U);
}

TEST_F(PlantedTree, LinksToNothingAreFound) {
  plant("README.md", "[tests](docs/a.md#part) [web](https://example.org/x) [up](docs)\n");
  plant("docs/a.md", "[back](../README.md)\n");
  EXPECT_EQ(to_string(check_links(project())), "");
  plant("docs/b.md", "[gone](c.md)\n");
  plant("gateway/pair/a.hpp", "// see docs/NOWHERE.md\n");
  EXPECT_EQ(check_links(project()).size(), 2U);
}

TEST_F(PlantedTree, BuildFoldersAreNotLookedAt) {
  plant("build/release/gateway/utils.cpp", std::string("// TO") + "DO\n");
  EXPECT_TRUE(project().files.empty());
}

}  // namespace
}  // namespace tandem::tidy
