// Disks of real daemons that fail on command: calls on their files answer what the test wants (preload.cpp).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tandem::test {

// What a daemon has to be started with, so that disks below `folder` can fail it.
std::vector<std::string> environment_of_failing_disks(const std::filesystem::path& folder);

// From now on, on the files below `disk`, these calls fail with that errno.
void fail_calls(const std::filesystem::path& disk, const std::vector<std::string>& calls, int number);
void mend_calls(const std::filesystem::path& disk);

// Everything that changes a disk; and what brings its bytes back.
std::vector<std::string> changing_calls();
std::vector<std::string> reading_calls();

}  // namespace tandem::test
