#!/usr/bin/env bash
# A part of without-registry.sh: the one node of the cluster, process 1 of namespaces of its own (mounts, processes, network), so that all
# of it goes when this process does. It has no way out of its network.
#   node.sh <folder> <kubernetes> <etcd>
set -euo pipefail
folder=$1
kube=$2
etcd=$3
address=10.77.0.1
pods=10.244.0.0/24
services=10.96.0.0/16
pki=$folder/pki
log=$folder/log

# ── What the machine must not see of it ─────────────────────────────────────────────────────────────────────────────
mount --make-rshared /
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p "$folder"/{var,var-work,kubelet,pods,containerd,etcd,log,cni,volumes} /run/lock
mount -t overlay -o "lowerdir=/var,upperdir=$folder/var,workdir=$folder/var-work" overlay /var
# What the kubelet would set for the whole machine, it sets in these files.
for it in kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes vm/overcommit_memory vm/panic_on_oom; do
  mkdir -p "/run/sysctl/${it%/*}"
  cat "/proc/sys/$it" >"/run/sysctl/$it"
  mount --bind "/run/sysctl/$it" "/proc/sys/$it"
done
for controller in /sys/fs/cgroup/*/; do
  mkdir -p "$controller/ssp-node"
done
if [[ -d /sys/fs/cgroup/cpuset/ssp-node ]]; then
  for it in cpus mems; do cat "/sys/fs/cgroup/cpuset/cpuset.$it" >"/sys/fs/cgroup/cpuset/ssp-node/cpuset.$it"; done
fi

# ── A network of its own ────────────────────────────────────────────────────────────────────────────────────────────
hostname node-1
ip link set lo up
ip link add node0 type veth peer name node1
ip link set node1 up
ip address add "$address/24" dev node0
ip link set node0 up
ip route add default dev node0
sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1

cat >"$folder/cni/10-bridge.conflist" <<JSON
{
  "cniVersion": "0.4.0",
  "name": "pods",
  "plugins": [
    { "type": "bridge", "bridge": "pods0", "isGateway": true, "hairpinMode": true,
      "ipam": { "type": "host-local", "ranges": [[{ "subnet": "$pods" }]], "routes": [{ "dst": "0.0.0.0/0" }] } },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
JSON
cat >"$folder/containerd.toml" <<TOML
version = 2
root = "$folder/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "ssp.example/pause:1"
  # Some machines let nobody spare a process from being killed for its memory.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$folder/cni"
TOML
cat >"$folder/kubelet.yml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /ssp-node
failCgroupV1: false
failSwapOn: false
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
resolvConf: $folder/resolv.conf
podLogsDir: $folder/pods
readOnlyPort: 0
authentication:
  anonymous: { enabled: false }
  webhook: { enabled: false }
  x509: { clientCAFile: $pki/ca.crt }
authorization: { mode: AlwaysAllow }
tlsCertFile: $pki/node.crt
tlsPrivateKeyFile: $pki/node.key
evictionHard: { memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1% }
imageGCHighThresholdPercent: 99
imageGCLowThresholdPercent: 98
YAML
cat >"$folder/proxy.yml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: { kubeconfig: $folder/kubeconfig }
hostnameOverride: node-1
mode: iptables
clusterCIDR: $pods
conntrack: { maxPerCore: 0, min: 0 }
YAML
echo 'search .' >"$folder/resolv.conf"

# ── Its processes ───────────────────────────────────────────────────────────────────────────────────────────────────
start() { # <name> <command…>
  local name=$1
  shift
  "$@" >"$log/$name.log" 2>&1 </dev/null &
}
start containerd containerd --config "$folder/containerd.toml"
start etcd "$etcd" --data-dir "$folder/etcd"
start kube-apiserver "$kube" kube-apiserver --etcd-servers http://127.0.0.1:2379 --advertise-address "$address" \
  --service-cluster-ip-range "$services" --allow-privileged --feature-gates SizeBasedListCostEstimate=false --authorization-mode Node,RBAC \
  --tls-cert-file "$pki/node.crt" --tls-private-key-file "$pki/node.key" --client-ca-file "$pki/ca.crt" \
  --kubelet-client-certificate "$pki/admin.crt" --kubelet-client-key "$pki/admin.key" --kubelet-preferred-address-types InternalIP \
  --kubelet-certificate-authority "$pki/ca.crt" \
  --service-account-issuer https://kubernetes.default.svc.cluster.local \
  --service-account-key-file "$pki/accounts.key" --service-account-signing-key-file "$pki/accounts.key"
for _ in $(seq 240); do
  if curl --silent --fail --cacert "$pki/ca.crt" --cert "$pki/admin.crt" --key "$pki/admin.key" "https://$address:6443/readyz" >/dev/null; then break; fi
  sleep 0.5
done
start kube-controller-manager "$kube" kube-controller-manager --kubeconfig "$folder/kubeconfig" --leader-elect=false \
  --root-ca-file "$pki/ca.crt" --service-account-private-key-file "$pki/accounts.key"
start kube-scheduler "$kube" kube-scheduler --kubeconfig "$folder/kubeconfig" --leader-elect=false
start kubelet "$kube" kubelet --config "$folder/kubelet.yml" --kubeconfig "$folder/kubeconfig" --root-dir "$folder/kubelet" \
  --hostname-override node-1 --node-ip "$address" --node-labels topology.kubernetes.io/zone=here
start kube-proxy "$kube" kube-proxy --config "$folder/proxy.yml"
trap 'exit 0' TERM INT
while :; do
  wait -n || true
  sleep 1
done
