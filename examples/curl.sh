#!/usr/bin/env bash
# Calls a provider through the Spine Secure Proxy with curl: one search (GET) and one record (POST).
set -euo pipefail

help() {
  cat <<'TEXT'
Usage: curl.sh
Calls a provider through the proxy: a search and a record. Settings, all from the environment:
  SSP_URL              the proxy, for example https://proxy.example.nhs.uk
  SSP_CA_FILE          the authorities that the proxy's certificate must come from, PEM
  SSP_CERT_FILE        your certificate, then the authority that issued it, PEM
  SSP_KEY_FILE         its private key, PEM
  SSP_FQDN             the name in your certificate
  SSP_FROM             your ASID, twelve digits
  SSP_ODS_CODE         the organisation you call for
  SSP_TO               the provider's ASID
  SSP_SEARCH_ENDPOINT  the provider's service root URL for the patient search, exactly as in SDS
  SSP_RECORD_ENDPOINT  the same for the structured record
  SSP_NHS_NUMBER       the patient (9690937278)
  SSP_BACKOFF_MS       the first wait before a retry (1000)
TEXT
}

if [[ ${1:-} == --help ]]; then
  help
  exit 0
fi
for name in URL CA_FILE CERT_FILE KEY_FILE FQDN FROM ODS_CODE TO SEARCH_ENDPOINT RECORD_ENDPOINT; do
  variable=SSP_$name
  if [[ -z ${!variable:-} ]]; then
    echo "$variable is not set; --help lists the settings" >&2
    exit 2
  fi
done
nhs_number=${SSP_NHS_NUMBER:-9690937278}
backoff_ms=${SSP_BACKOFF_MS:-1000}
retries_max=3
interactions=urn:nhs:names:services:gpconnect:fhir
number_system=https://fhir.nhs.uk/Id/nhs-number

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

base64url() { base64 -w0 | tr '+/' '-_' | tr -d '='; }

# The unsigned token: two parts in base64url without padding, and the dot after which no signature comes.
fresh_token() { # <endpoint>
  local iat claims
  iat=$(date +%s)
  claims=$(
    cat <<JSON
{
  "iss": "https://$SSP_FQDN/",
  "sub": "practitioner-1",
  "aud": "$1",
  "exp": $((iat + 300)),
  "iat": $iat,
  "reason_for_request": "directcare",
  "requested_scope": "patient/*.read",
  "requesting_device": {
    "resourceType": "Device",
    "identifier": [{ "system": "https://consumer.example/device", "value": "device-1" }],
    "model": "Example system",
    "version": "1.0"
  },
  "requesting_organization": {
    "resourceType": "Organization",
    "name": "Example organisation",
    "identifier": [{ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "$SSP_ODS_CODE" }]
  },
  "requesting_practitioner": {
    "resourceType": "Practitioner",
    "id": "practitioner-1",
    "name": [{ "family": "Example", "given": ["Erin"], "prefix": ["Dr"] }],
    "identifier": [
      { "system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "111122223333" },
      { "system": "https://fhir.nhs.uk/Id/sds-role-profile-id", "value": "UNK" },
      { "system": "https://consumer.example/user", "value": "user-1" }
    ]
  }
}
JSON
  )
  printf '%s.%s.' "$(printf '{"alg":"none","typ":"JWT"}' | base64url)" "$(printf '%s' "$claims" | base64url)"
}

uuid() { cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen; }

# One attempt: the body goes to $work/body, the head to $work/head; prints the status.
send() { # <method> <interaction> <endpoint> <rest of the URL> [<body>]
  local body=()
  if [[ $# -gt 4 ]]; then body=(-H 'Content-Type: application/fhir+json' --data-binary "$5"); fi
  # --path-as-is keeps dot segments and --globoff brackets; the single quotes of the callers keep $.
  curl --silent --show-error --globoff --path-as-is --http1.1 --tlsv1.2 --connect-timeout 5 --max-time 60 \
    --cacert "$SSP_CA_FILE" --cert "$SSP_CERT_FILE" --key "$SSP_KEY_FILE" \
    --request "$1" \
    -H "Ssp-TraceID: $(uuid)" \
    -H "Ssp-From: $SSP_FROM" -H "Ssp-To: $SSP_TO" \
    -H "Ssp-InteractionID: $2" \
    -H "Authorization: Bearer $(fresh_token "$3")" \
    -H 'Accept: application/fhir+json' "${body[@]}" \
    --dump-header "$work/head" --output "$work/body" --write-out '%{http_code}' \
    "$SSP_URL/$3$4"
}

header() { # <name>: its value in the last answer
  tr -d '\r' <"$work/head" | sed -n "s/^$1: *//Ip" | tail -1
}

json_text() { # <name>: the first text of that name in the last answer; a program would use a JSON parser
  { grep -oE "\"$1\" *: *\"([^\"\\\\]|\\\\.)*\"" "$work/body" || true; } | head -1 | sed -E 's/^[^:]*: *"(.*)"$/\1/'
}

# Sends, and repeats what may be repeated: each time with a trace id and a token of its own.
call() { # <method> <…as for send>
  local retry status told wait_ms
  for ((retry = 0; ; retry++)); do
    status=$(send "$@")
    if [[ $1 != GET || ! $status =~ ^(429|502|503|504|599)$ || $retry -eq $retries_max ]]; then break; fi
    told=$(header Retry-After)
    if [[ ! $told =~ ^[0-9]{1,4}$ ]]; then told=0; fi
    wait_ms=$((backoff_ms << retry))
    if [[ $((told * 1000)) -gt $wait_ms ]]; then wait_ms=$((told * 1000)); fi
    # Never sooner than told; the random part keeps consumers from coming back all at once.
    wait_ms=$((wait_ms + wait_ms * RANDOM / 65536))
    echo "$1 $status, retry $((retry + 1)) in $wait_ms ms" >&2
    sleep "$(printf '%d.%03d' $((wait_ms / 1000)) $((wait_ms % 1000)))"
  done
  report "$1" "$status"
}

# Prints one line and tells whether the call succeeded. An outcome whose id is ours was made by the proxy.
report() { # <method> <status>
  local id said author=provider
  id=$(header X-Ssp-InternalID)
  if [[ $2 -lt 400 ]]; then
    echo "$1 $2 $(json_text resourceType) $id"
    return
  fi
  said=$(json_text diagnostics)
  if [[ -z $said ]]; then said=$(json_text display); fi
  if [[ -n $id && $(json_text id) == "$id" ]]; then author=proxy; fi
  echo "$1 $2 $author: ${said:-no OperationOutcome} $id" >&2
  return 1
}

failed=0
call GET "$interactions:rest:search:patient-1" "$SSP_SEARCH_ENDPOINT" \
  "/Patient?identifier=$number_system%7C$nhs_number" || failed=1
call POST "$interactions:operation:gpc.getstructuredrecord-1" "$SSP_RECORD_ENDPOINT" \
  '/Patient/$gpc.getstructuredrecord' \
  '{"resourceType":"Parameters","parameter":[{"name":"patientNHSNumber","valueIdentifier":{"system":"'"$number_system"'","value":"'"$nhs_number"'"}}]}' ||
  failed=1
exit "$failed"
