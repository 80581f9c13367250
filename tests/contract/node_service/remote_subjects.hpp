// Nodes as a gateway sees them.
#pragma once

#include "tests/contract/node_service/subject.hpp"

namespace tandem::tests {

// The same kind of node, reached through a server and a RemoteNode on loopback.
SubjectKind behind_a_port(const SubjectKind& kind);

}  // namespace tandem::tests
