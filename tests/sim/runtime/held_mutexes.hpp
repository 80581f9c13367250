// Enforces the locking discipline of protocol/contract/runtime.hpp: a std::mutex is never held across a call
// that may wait. The program's pthread_mutex_lock and its kin count what the calling thread holds; the
// scheduler asserts that nothing is held whenever a fiber gives way.
#pragma once

namespace tandem::sim {

int mutexes_held_by_this_thread();

}  // namespace tandem::sim
