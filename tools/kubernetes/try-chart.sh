#!/usr/bin/env bash
# Installs the chart on the cluster of without-registry.sh as docs/kubernetes.md says, with what it leaves to others in a namespace beside
# it, and looks whether it works: pods, jobs, requests through the edge, an upgrade and disruptions under load, an uninstall. It ends
# with a card of what was seen; its status is 0 where nothing failed. A second run begins anew.
#
#   tools/kubernetes/try-chart.sh [--at DIR]          the whole of it
#   … --install                                       install, and leave it running
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
at=/tmp/ssp-cluster
install_only=false
began=$SECONDS
failed=0

say() { printf '[%3d s] %s\n' $((SECONDS - began)) "$*"; }
fail() {
  printf 'try-chart: %s\n' "$*" >&2
  exit 1
}
while [[ $# -gt 0 ]]; do
  case $1 in
    --at) [[ -n ${2:-} ]] || fail '--at needs a folder'; at=$2; shift ;;
    --install) install_only=true ;;
    --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit ;;
    *) fail "unknown argument $1 (--help tells all)" ;;
  esac
  shift
done
[[ -e $at/env ]] || fail "no cluster is in $at: tools/kubernetes/without-registry.sh --at $at"
# shellcheck disable=SC1091
source "$at/env"
node=$root/node_modules/.bin/node
setup=$at/setup
seen=$at/seen
rm -rf "$seen"
mkdir -p "$setup" "$seen"
: >"$seen/card"

found() { # <what> <expected> <seen>
  local verdict=well
  if [[ $2 != "$3" ]]; then
    verdict=BADLY
    failed=$((failed + 1))
  fi
  printf '%-6s %s: %s%s\n' "$verdict" "$1" "$3" "$([[ $2 == "$3" ]] || printf ' (expected: %s)' "$2")" | tee -a "$seen/card"
}
ready() { # <namespace> <seconds>
  kubectl --namespace "$1" wait --for=condition=Ready pod --selector "$3" --timeout "${2}s" >"$seen/wait.log" 2>&1
}
source "$here/chart-steps.sh"

lay_ground
install_chart
look_at_pods
look_at_requests
if $install_only; then
  say "it runs: source $at/env && kubectl -n spine get pods"
  exit "$((failed > 0))"
fi
upgrade_under_load
disrupt_under_load
uninstall_chart
say "$failed of $(wc -l <"$seen/card") went badly"
exit "$((failed > 0))"
