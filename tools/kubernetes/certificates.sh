# A part of without-registry.sh: the certificates of the cluster itself. Its programs are all one administrator: rights within the
# cluster's own machinery are not what is tried here.

make_certificates() { # <folder>
  local pki=$1
  [[ -e $pki/done ]] && return
  mkdir -p "$pki"
  chmod 700 "$pki"
  openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=cluster -keyout "$pki/ca.key" -out "$pki/ca.crt" 2>/dev/null
  leaf "$pki" node /CN=node-1 \
    'DNS:node-1,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,IP:10.77.0.1,IP:10.96.0.1,IP:127.0.0.1'
  leaf "$pki" admin /O=system:masters/CN=admin DNS:admin
  openssl genrsa -out "$pki/accounts.key" 2048 2>/dev/null
  touch "$pki/done"
}

leaf() { # <folder> <name> <subject> <alternative names>
  openssl req -newkey rsa:2048 -nodes -subj "$3" -keyout "$1/$2.key" -out "$1/$2.csr" 2>/dev/null
  openssl x509 -req -in "$1/$2.csr" -CA "$1/ca.crt" -CAkey "$1/ca.key" -CAcreateserial -days 365 -out "$1/$2.crt" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$4") 2>/dev/null
}

kubeconfig() { # <folder>
  cat <<YAML
apiVersion: v1
kind: Config
clusters: [{ name: here, cluster: { server: 'https://10.77.0.1:6443', certificate-authority: $1/ca.crt } }]
users: [{ name: admin, user: { client-certificate: $1/admin.crt, client-key: $1/admin.key } }]
contexts: [{ name: here, context: { cluster: here, user: admin } }]
current-context: here
YAML
}
