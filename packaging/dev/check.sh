# shellcheck shell=bash
# Part of ./dev: the checks. Each can be asked for by name; several go on to the end, whatever fails on the way.

own_sources() {
  find protocol storaged gateway shell tests bench -name '*.[ch]pp' | sort
}

check_format() {
  own_sources | xargs clang-format --dry-run --Werror
}

# Every source file; what has been found clean is looked at again when something it rests on has changed.
check_tidy() {
  configure bench
  python3 packaging/dev/tidy.py build/release "$jobs"
}

# A program that is killed takes its exit status with it, so what a sanitizer finds is written to files: one is
# enough for the check to fail.
check_sanitizer() {
  local preset=$1 reports=$source_dir/build/$1/reports status=0 common
  build_targets "$preset"
  rm -rf "$reports"
  mkdir "$reports"
  common=log_path=$reports/report:print_stacktrace=1
  ASAN_OPTIONS=$common:detect_leaks=1 UBSAN_OPTIONS=$common TSAN_OPTIONS=$common:second_deadlock_stack=1 \
    run_suite "$preset" '^(quick|cluster)$' 3600 || status=$?
  if [[ -n $(ls "$reports") ]]; then
    head -n 60 "$reports"/*
    die "$preset: $(ls "$reports" | wc -l) programs were reported by the sanitizer; all of it is in $reports"
  fi
  return "$status"
}

# The report is made whatever the suite says. Programs lock the files of counts that they share while they end:
# writers that a test freezes may hold such a lock, and all others would wait for them.
check_coverage() {
  local status=0
  build_targets coverage
  find build/coverage -name '*.gcda' -delete
  run_suite coverage '^(quick|cluster)$' 3600 --exclude-regex FrozenWriters || status=$?
  gcovr --root . --object-directory build/coverage --filter '(protocol|storaged|gateway|shell)/' \
    --exclude-throw-branches --print-summary --output build/coverage/summary.txt
  say "coverage by file: build/coverage/summary.txt"
  return "$status"
}

# Each in a process of its own, which alone decides by its exit status.
check_all() {
  local name begun result verdicts=() failed=()
  for name in "$@"; do
    say "check $name"
    begun=$SECONDS
    result=passed
    ./dev check "$name" || { result="FAILED ($?)"; failed+=("$name"); }
    verdicts+=("$(printf '%-10s %-12s %5d s' "$name" "$result" $((SECONDS - begun)))")
  done
  for name in "${verdicts[@]}"; do say "$name"; done
  if ((${#failed[@]})); then die "failed: ${failed[*]}"; fi
}

check() {
  local name
  if ((!$#)); then set -- format tidy asan tsan coverage; fi
  for name in "$@"; do
    [[ $name =~ ^(format|tidy|asan|tsan|coverage)$ ]] || usage_error "check: unknown check $name"
  done
  if (($# > 1)); then
    check_all "$@"
    return
  fi
  setup build test check
  case $1 in
    tidy) setup bench; check_tidy ;;
    asan | tsan) check_sanitizer "$1" ;;
    *) "check_$1" ;;
  esac
  say "check $1: passed"
}
