// Writer processes that are killed at random moments, and what must hold whenever one was.
#pragma once

namespace tandem::gateway {

void kill_writers(int rounds, unsigned seed);

}  // namespace tandem::gateway
