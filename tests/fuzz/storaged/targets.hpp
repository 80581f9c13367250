// What a node reads back from its own disk, in whatever state that disk is: functions that must come back for
// any input, and abort on what must not be.
#pragma once

#include <string_view>

namespace tandem::fuzz {

// node.toml: what is taken must survive being written and read again.
void node_toml(std::string_view input);
// Attributes of objects and directories, lists of names, lists of checksums; the first byte chooses. Nothing
// counts that does not match its checksum, and what counts comes back as it was written.
void disk_records(std::string_view input);

}  // namespace tandem::fuzz
