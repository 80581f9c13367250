#include "tests/sim/runtime/held_mutexes.hpp"

#include <dlfcn.h>
#include <pthread.h>

namespace tandem::sim {
namespace {

thread_local int held = 0;

using MutexCall = int (*)(pthread_mutex_t*);

MutexCall next_definition_of(const char* name) {
  return reinterpret_cast<MutexCall>(dlsym(RTLD_NEXT, name));
}

}  // namespace

int mutexes_held_by_this_thread() {
  return held;
}

}  // namespace tandem::sim

// These stand in front of the system's in programs that link the simulation.
extern "C" {

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  static const auto system_call = tandem::sim::next_definition_of("pthread_mutex_lock");
  const int result = system_call(mutex);
  if (result == 0) ++tandem::sim::held;
  return result;
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  static const auto system_call = tandem::sim::next_definition_of("pthread_mutex_trylock");
  const int result = system_call(mutex);
  if (result == 0) ++tandem::sim::held;
  return result;
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  static const auto system_call = tandem::sim::next_definition_of("pthread_mutex_unlock");
  const int result = system_call(mutex);
  if (result == 0) --tandem::sim::held;
  return result;
}
}
