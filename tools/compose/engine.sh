# A part of without-registry.sh: starts the Docker engine where it is to, and takes away what was made.

ensure_engine() {
  need ip iproute2
  if ! command -v docker >/dev/null; then install_packages docker.io iptables; fi
  if engine_answers; then return; fi
  if ! command -v dockerd >/dev/null; then install_packages docker.io iptables; fi
  local socket=${DOCKER_HOST:-unix:///var/run/docker.sock} own=()
  [[ $socket == unix://* ]] || fail "no Docker engine answers at $socket"
  local free
  free=$(df --output=avail -m "${engine:-/var/lib}" | tail -n 1)
  ((free >= free_mb)) || fail "$((free)) MB are free on the disk of ${engine:-/var/lib}, and $free_mb MB are wanted"
  if [[ -n $engine ]]; then
    pgrep -x dockerd >/dev/null &&
      say 'another dockerd runs: its rules that keep its networks apart are emptied as this one starts, until it is restarted'
    own=(--data-root "$engine/data" --exec-root "$engine/exec" --pidfile "$engine/docker.pid" --bridge "$(own_bridge)")
  fi
  say "starting dockerd on $socket (its log: $state/dockerd.log)"
  (
    # It outlives this script, and must hold nobody's lock or pipe open: of what it inherits nothing stays.
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      if ((fd > 2)); then eval "exec $fd>&-"; fi
    done
    exec setsid dockerd --host "$socket" "${own[@]}"
  ) >"$state/dockerd.log" 2>&1 </dev/null &
  local pid=$!
  printf '%s\n' "$pid" >"$state/dockerd.pid"
  for _ in $(seq 120); do
    if engine_answers; then return; fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.5
  done
  tail -n 5 "$state/dockerd.log" >&2
  fail "dockerd does not answer ($state/dockerd.log)"
}

bridge_name() { printf 'ssp%s' "$(printf '%s' "$engine" | cksum | cut -d' ' -f1)" | cut -c1-14; }

# Two engines cannot share a bridge, and dockerd makes none but its usual one.
own_bridge() {
  local name at
  name=$(bridge_name)
  if ! ip link show "$name" >/dev/null 2>&1; then
    for at in $(seq 240 -1 200); do
      ip -4 route | grep -q "192\.168\.$at\." || break
    done
    ip link add name "$name" type bridge
    ip address add "192.168.$at.1/24" dev "$name"
    ip link set "$name" up
  fi
  printf '%s' "$name"
}

# Ends the dockerd that this script started, and nobody else's.
stop_engine() {
  local pid
  pid=$(cat "$state/dockerd.pid" 2>/dev/null) || return 0
  [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") == "dockerd --host ${DOCKER_HOST:-unix:///var/run/docker.sock} "* ]] || return 0
  say 'ending dockerd'
  kill "$pid"
  for _ in $(seq 120); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.5
  done
  kill -9 "$pid"
}

# dockerd leaves its rules behind.
remove_bridge() {
  local name table rule subnet
  name=$(bridge_name)
  subnet=$(ip -4 -o address show "$name" 2>/dev/null | sed -n 's/.*inet \([0-9.]*\)\.1\/24.*/\1.0\/24/p')
  subnet=${subnet:-none}
  for table in filter nat; do
    iptables -t "$table" -S 2>/dev/null | sed -nE "\\#-[io] $name |-s ${subnet//./\\.} #s/^-A/-D/p" | while read -r rule; do
      # shellcheck disable=SC2086 -- a rule is many words
      iptables -t "$table" $rule || true
    done
  done
  ip link delete "$name" 2>/dev/null || true
}

clean_up() {
  local images plugin
  if engine_answers; then
    if [[ -n $engine ]]; then
      docker ps --all --quiet | xargs --no-run-if-empty docker rm --force --volumes >/dev/null
      docker network prune --force >/dev/null
    else
      images=$(docker images --filter "label=$label" --format '{{.Repository}}:{{.Tag}}' | sort -u)
      # shellcheck disable=SC2086 -- names of images have no spaces
      [[ -z $images ]] || docker rmi $images >/dev/null || fail 'images are in use still: docker compose down'
      say "removed ${images//$'\n'/, }"
    fi
  fi
  stop_engine
  for plugin in $(sort -u "$state/plugin" 2>/dev/null); do rm -f "$plugin"; done
  if [[ -s $state/packages ]]; then
    say "packages stay that were installed; away with them: apt-get purge $(sort -u "$state/packages" | tr '\n' ' ')"
  fi
  say "downloads stay that other starts share; away with them: rm -r $cache"
  if [[ -n $engine ]]; then
    remove_bridge
    awk -v at="$engine/" 'index($2, at) == 1 { print $2 }' /proc/mounts | sort -r | xargs --no-run-if-empty umount --lazy
    rm -rf --one-file-system "$engine"
    say "removed $engine"
  else
    rm -rf "$state"
  fi
}
