// What holds everywhere in this project, as functions from the project to what breaks it.
#pragma once

#include "tests/tidy/project.hpp"

namespace tandem::tidy {

// Who may include whom, and where the headers of other projects may be: the tables are in include_rules.cpp
// and explained in docs/ARCHITECTURE.md.
Violations check_includes(const Project& project);

// Sources and scripts stay short enough to be read in one go.
Violations check_lengths(const Project& project);

// No names that say nothing, no macros of our own, a guard in every header.
Violations check_names(const Project& project);
Violations check_macros(const Project& project);

// A source that no CMakeLists.txt names is never compiled: decoration.
Violations check_built(const Project& project);

// What is built everywhere needs what cmake/ looks for and nothing else: that is what `./dev setup` installs.
// The benchmarks and the fuzzers, built on demand, may need more.
Violations check_dependencies(const Project& project);

// No unfinished corners, no paths of one developer's machine.
Violations check_words(const Project& project);

// Links between documents, and documents that code points to, exist.
Violations check_links(const Project& project);

}  // namespace tandem::tidy
