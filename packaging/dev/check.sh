# shellcheck shell=bash
# Part of ./dev: the checks that are not tests.

own_sources() {
  find protocol storaged gateway shell tests bench -name '*.[ch]pp' | sort
}

check_format() {
  own_sources | xargs clang-format --dry-run --Werror
  say "format: clean"
}

# clang-tidy over the files that differ from the last commit of the main line, over all if there are none.
check_tidy() {
  local files
  configure release
  files=$(git diff --name-only --diff-filter=d HEAD -- '*.cpp' 2>/dev/null || true)
  if [[ -z $files ]]; then files=$(own_sources | grep '\.cpp$'); fi
  printf '%s\n' "$files" | xargs -P "$jobs" -n 1 clang-tidy --quiet -p build/release
  say "tidy: clean"
}

check_sanitizer() {
  local preset=$1
  build_targets "$preset"
  ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1 \
    TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1 \
    run_suite "$preset" '^(quick|cluster)$' 3600
}

check_coverage() {
  build_targets coverage
  find build/coverage -name '*.gcda' -delete
  run_suite coverage '^(quick|cluster)$' 3600
  gcovr --root . --object-directory build/coverage --filter '(protocol|storaged|gateway|shell)/' \
    --exclude-throw-branches --print-summary --output build/coverage/summary.txt
  say "coverage by file: build/coverage/summary.txt"
}

check() {
  local name
  if ((!$#)); then set -- format tidy asan tsan coverage; fi
  for name in "$@"; do
    [[ $name =~ ^(format|tidy|asan|tsan|coverage)$ ]] || usage_error "check: unknown check $name"
  done
  setup build test check
  for name in "$@"; do
    case $name in
      format | tidy | coverage) "check_$name" ;;
      asan | tsan) check_sanitizer "$name" ;;
    esac
  done
}
