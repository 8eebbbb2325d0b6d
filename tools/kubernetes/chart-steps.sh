# A part of try-chart.sh: its steps, in their order.

# The namespaces, the secrets, and what is somebody else's.
lay_ground() {
  say 'laying the ground: namespaces, secrets, Postgres, Redis, Kafka, directory, sample provider'
  helm uninstall ssp --namespace spine --wait >/dev/null 2>&1 || true
  kubectl delete namespace spine backing --ignore-not-found --wait >/dev/null
  kubectl delete pv --all --wait >/dev/null
  kubectl apply -f "$here/dns.yml" >/dev/null
  kubectl create namespace spine >/dev/null
  # Pods that want more than the chart's may have are refused.
  kubectl label namespace spine pod-security.kubernetes.io/enforce=restricted >/dev/null
  kubectl apply -f - <<<"{ apiVersion: v1, kind: Namespace, metadata: { name: backing } }" >/dev/null
  SETUP_FOLDER=$setup "$node" "$root/tools/platform/src/kubernetes-setup.main.ts" >"$seen/setup.log"
  kubectl apply -f "$setup/objects.json" >/dev/null
  kubectl --namespace backing create configmap kafka-start --from-file "$root/infra/kafka" >/dev/null
  kubectl --namespace backing create configmap redis-start --from-file "$root/infra/redis" >/dev/null
  local load
  for load in rules limits tariffs; do
    kubectl --namespace spine create configmap "ssp-$load" --from-file "$load.yaml=$root/infra/$load.sample.yaml" >/dev/null
  done
  # Brokers name themselves kafka:9092.
  kubectl --namespace spine create service externalname kafka --external-name kafka.backing.svc.cluster.local >/dev/null
  disks | kubectl apply -f - >/dev/null
  kubectl apply -f "$here/backing.yml" >/dev/null
  kubectl --namespace kube-system rollout status deployment coredns --timeout 180s >/dev/null
  kubectl --namespace backing wait --for=condition=Available deployment --all --timeout 300s >/dev/null ||
    { kubectl --namespace backing get pods; fail 'what the chart leaves to others did not start'; }
  make_logins
}

# Disks for the edges' spools, of a folder each, as a cluster without a provisioner has them.
disks() {
  local number folder
  printf '{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"here"},"provisioner":"kubernetes.io/no-provisioner","volumeBindingMode":"WaitForFirstConsumer"}\n'
  for number in 1 2 3; do
    folder=$at/node/volumes/disk-$number
    rm -rf "$folder"
    mkdir -p "$folder"
    cat <<YAML
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk-$number }
spec:
  capacity: { storage: 256Mi }
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: here
  local: { path: $folder }
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [node-1] }] }] } }
YAML
  done
}

# The very lines of docs/kubernetes.md, with passwords in the order in which logins stand there.
make_logins() {
  local owner login
  owner=$(cat "$setup/secrets/postgres-owner-password")
  login=$(cat "$setup/secrets/postgres-ssp-password")
  sed -n '/^```sql$/,/^```$/p' "$root/docs/kubernetes.md" | sed '/^```/d' |
    sed -e "/role ssp_owner /s/'…'/'$owner'/" -e "/role ssp login/s/'…'/'$login'/" |
    kubectl --namespace backing exec --stdin deployment/postgres -- sh -c \
      'PGPASSWORD=$(cat /run/secrets/ssp/password) exec psql -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -U postgres -d postgres' >"$seen/logins.log" 2>&1 ||
    fail "the logins could not be made ($seen/logins.log)"
}

install_chart() {
  say 'installing the chart'
  local from=$SECONDS
  helm install ssp "$root/infra/helm/ssp" --namespace spine --values "$here/values.yml" --timeout 15m >"$seen/install.log" 2>&1 || {
    tail -n 5 "$seen/install.log" >&2
    kubectl --namespace spine get pods,jobs >&2
    fail "helm install failed ($seen/install.log)"
  }
  say "helm install: $((SECONDS - from)) s"
}

services=app.kubernetes.io/instance=ssp,app.kubernetes.io/component!=job

look_at_pods() {
  local from=$SECONDS pods
  ready spine 300 "$services" || kubectl --namespace spine get pods
  say "all pods ready: $((SECONDS - from)) s after the install"
  pods=$(kubectl --namespace spine get pods --selector "$services" --output 'jsonpath={range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}')
  found 'pods of services that are ready' 12 "$(grep -c True <<<"$pods")"
  kubectl --namespace spine wait --for=condition=Complete job --all --timeout 180s >/dev/null 2>&1 || true
  found 'jobs that are complete' 8 "$(kubectl --namespace spine get jobs --no-headers | grep -c ' Complete ')"
}

# The command line, from within the cluster's network.
ssp() { in_cluster "$node" "$root/tools/ssp/src/ssp.main.ts" "$@"; }
edge_port() { kubectl --namespace spine get service ssp-edge --output 'jsonpath={.spec.ports[?(@.name=="https")].nodePort}'; }
through_edge() { # <command> <further…>
  local command=$1
  shift
  ssp "$command" B82617 search:patient-1 '/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9690937278' \
    --card "$setup/card.json" --edge "https://127.0.0.1:$(edge_port)" --ldap ldaps://127.0.0.1:30636 \
    --ldap-ca "$setup/platform/ca.pem" --ldap-cert "$setup/platform/ssp-directory-client.pem" \
    --ldap-key "$setup/platform/ssp-directory-client.key.pem" "$@"
}

# Asks until the first answer of that status: rules, limits and the directory reach the services some seconds after their start.
status_of_call() { # <further…>
  local status=none
  for _ in $(seq 30); do
    through_edge call --json "$@" >"$seen/call.json" 2>"$seen/call.log" || true
    status=$(sed -n 's/^ *"status": \([0-9]*\).*/\1/p' "$seen/call.json" | head -n 1)
    [[ $status != 200 ]] || break
    [[ ${wanted:-200} != "$status" ]] || break
    sleep 2
  done
  printf '%s' "$status"
}

look_at_requests() {
  found 'a request with a certificate of a consumer' 200 "$(status_of_call)"
  found 'the same with a revoked certificate' 495 "$(wanted=495 status_of_call --as revoked)"
}

# Requests at a steady pace while something is done; found well where none of them failed.
under_load() { # <what> <seconds> <command…>
  local what=$1 seconds=$2 name=${3} loading
  shift 2
  through_edge load --yes --rate 5 --for "$seconds" --json >"$seen/load-$name.json" 2>"$seen/load-$name.log" &
  loading=$!
  "$@"
  wait "$loading" || true
  say "$what: $("$node" -e '
    const { begun, answers } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    console.log(`${begun} requests: ${answers.map(({ answer, requests, max }) => `${requests} × ${answer}, the slowest ${Math.round(max)} ms`).join("; ")}`);' "$seen/load-$name.json")"
  found "requests that failed during $what" 0 "$("$node" -e '
    const { answers } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    console.log(answers.filter(({ answer }) => answer !== "200").reduce((sum, { requests }) => sum + requests, 0));' "$seen/load-$name.json")"
}

upgrade() { # as docs/kubernetes.md says: all but the edges, then these
  local from=$SECONDS
  upgrade_once --set edge.heldBack=true
  found 'pods of the new version while edges are held back' 10 "$(upgraded)"
  upgrade_once
  say "helm upgrade, twice: $((SECONDS - from)) s"
  found 'pods of the new version after the upgrade' 12 "$(upgraded)"
}
upgrade_once() { # <further arguments>
  helm upgrade ssp "$root/infra/helm/ssp" --namespace spine --values "$here/values.yml" --set podLabels.upgraded=yes --wait --timeout 15m "$@" \
    >"$seen/upgrade.log" 2>&1 || { tail -n 5 "$seen/upgrade.log" >&2; failed=$((failed + 1)); }
}
upgraded() {
  kubectl --namespace spine get pods --selector "$services,upgraded=yes" --no-headers | grep -c ' Running '
}
upgrade_under_load() {
  say 'upgrading under load: every pod is replaced'
  under_load 'an upgrade that replaces every pod' 240 upgrade
}

take_pods() {
  local service
  for service in authz throttle edge; do
    kubectl --namespace spine delete "$(kubectl --namespace spine get pods --selector "app.kubernetes.io/component=$service" --output name | head -n 1)" --wait >/dev/null
    ready spine 120 "app.kubernetes.io/component=$service"
  done
}
empty_node() {
  local left
  # As for work on the machine; it has nowhere to go, so the budgets let one copy of each go and no more.
  kubectl drain node-1 --pod-selector "$services" --delete-emptydir-data --timeout 40s >"$seen/drain.log" 2>&1 || true
  left=$(kubectl --namespace spine get pods --selector "app.kubernetes.io/component=authz" --no-headers | grep -c ' Running ')
  kubectl uncordon node-1 >/dev/null
  found 'copies of authz that stay while its machine is emptied' 1 "$left"
  ready spine 180 "$services" || true
}
disrupt_under_load() {
  say 'deleting a pod each of authz, throttle and edge under load'
  under_load 'the deletion of a pod each of authz, throttle and edge' 90 take_pods
  say 'emptying the machine under load'
  under_load 'the emptying of a machine' 90 empty_node
}

uninstall_chart() {
  say 'uninstalling'
  helm uninstall ssp --namespace spine --wait --timeout 5m >"$seen/uninstall.log" 2>&1 || failed=$((failed + 1))
  kubectl --namespace spine wait --for=delete pod --selector "$services" --timeout 120s >/dev/null 2>&1 || true
  found 'pods, services, sets and policies after the uninstall' 0 \
    "$(kubectl --namespace spine get deployments,statefulsets,services,networkpolicies,poddisruptionbudgets,cronjobs,pods --selector "$services" --no-headers 2>/dev/null | wc -l)"
  say "what stays: $(kubectl --namespace spine get jobs,networkpolicies,configmaps,serviceaccounts,secrets,persistentvolumeclaims --selector app.kubernetes.io/instance=ssp --output name | tr '\n' ' ')"
  found 'disks of edges that stay' 2 "$(kubectl --namespace spine get persistentvolumeclaims --no-headers | grep -c state-ssp-edge)"
}
