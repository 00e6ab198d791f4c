#!/usr/bin/env bash
# Runs the findings beside it: all of them, or those named. README.md tells what they are.
set -euo pipefail
cd "$(dirname "$0")"

main() {
  local known name changed=0
  known=$(for name in *.sh; do [[ $name == run.sh ]] || echo "${name%.sh}"; done)
  for name in "$@"; do
    grep -qxF -e "$name" <<<"$known" || unknown "$name" "$known"
  done
  for name in ${*:-$known}; do
    run "$name" || changed=1
  done
  return "$changed"
}

unknown() {
  printf 'there is no finding "%s"; there are:\n%s\n' "$1" "$2" >&2
  exit 2
}

# One line for a finding; what it printed follows only if it is not as before.
run() {
  local begun=$SECONDS output code=0 outcome
  output=$(bash "$1.sh" 2>&1) || code=$?
  case $code in
    0) outcome=ok ;;
    1) outcome=CHANGED ;;
    *) outcome="NOT RUN ($code)" ;;
  esac
  printf '%-30s %-8s %4d s\n' "$1" "$outcome" $((SECONDS - begun))
  ((code == 0)) || printf '%s\n' "$output"
  return "$code"
}

main "$@"
