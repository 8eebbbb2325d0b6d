#!/usr/bin/env python3
"""Calls a provider through the Spine Secure Proxy with Python 3.8 or newer and its standard library: one search (GET)
and one record (POST).

Usage: python3 call_provider.py

Settings, all from the environment:
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
"""

import base64
import http.client
import json
import os
import random
import ssl
import sys
import time
import uuid
from urllib.parse import urlsplit

INTERACTIONS = "urn:nhs:names:services:gpconnect:fhir"
NUMBER_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"
RETRIES_MAX = 3
WORTH_RETRYING = {429, 502, 503, 504, 599}


def setting(name, by_default=None):
    value = os.environ.get(name) or by_default
    if value is None:
        print(f"{name} is not set; --help lists the settings", file=sys.stderr)
        sys.exit(2)
    return value


def connect():
    proxy = urlsplit(setting("SSP_URL"))
    context = ssl.create_default_context(cafile=setting("SSP_CA_FILE"))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(setting("SSP_CERT_FILE"), setting("SSP_KEY_FILE"))
    return http.client.HTTPSConnection(proxy.hostname, proxy.port or 443, context=context, timeout=60)


def fresh_token(endpoint):
    """The unsigned token: two parts in base64url without padding, and the dot after which no signature comes."""
    iat = int(time.time())
    practitioner = "practitioner-1"
    claims = {
        "iss": f"https://{setting('SSP_FQDN')}/",
        "sub": practitioner,
        "aud": endpoint,
        "exp": iat + 300,
        "iat": iat,
        "reason_for_request": "directcare",
        "requested_scope": "patient/*.read",
        "requesting_device": {
            "resourceType": "Device",
            "identifier": [{"system": "https://consumer.example/device", "value": "device-1"}],
            "model": "Example system",
            "version": "1.0",
        },
        "requesting_organization": {
            "resourceType": "Organization",
            "name": "Example organisation",
            "identifier": [
                {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": setting("SSP_ODS_CODE")}
            ],
        },
        "requesting_practitioner": {
            "resourceType": "Practitioner",
            "id": practitioner,
            "name": [{"family": "Example", "given": ["Erin"], "prefix": ["Dr"]}],
            "identifier": [
                {"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "111122223333"},
                {"system": "https://fhir.nhs.uk/Id/sds-role-profile-id", "value": "UNK"},
                {"system": "https://consumer.example/user", "value": "user-1"},
            ],
        },
    }

    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def send(connection, method, interaction, endpoint, rest, body=None):
    """One attempt. http.client sends the request target as it is given; requests and urllib3 would rewrite it."""
    headers = {
        "Ssp-TraceID": str(uuid.uuid4()),
        "Ssp-From": setting("SSP_FROM"),
        "Ssp-To": setting("SSP_TO"),
        "Ssp-InteractionID": interaction,
        "Authorization": f"Bearer {fresh_token(endpoint)}",
        "Accept": "application/fhir+json",
    }
    if body is not None:
        headers["Content-Type"] = "application/fhir+json"
    connection.request(method, f"/{endpoint}{rest}", body=body, headers=headers)
    response = connection.getresponse()
    return response.status, response.headers, response.read()


def call(connection, method, *rest):
    """Sends, and repeats what may be repeated: each time with a trace id and a token of its own."""
    backoff = int(setting("SSP_BACKOFF_MS", "1000")) / 1000
    for retry in range(RETRIES_MAX + 1):
        status, headers, body = send(connection, method, *rest)
        if method != "GET" or status not in WORTH_RETRYING or retry == RETRIES_MAX:
            return status, headers, body
        told = headers.get("Retry-After", "")
        # Never sooner than told; the random part keeps consumers from coming back all at once.
        wait = max(int(told) if told.isdigit() else 0, backoff * 2**retry) * (1 + random.random() / 2)
        print(f"{method} {status}, retry {retry + 1} in {round(wait * 1000)} ms", file=sys.stderr)
        time.sleep(wait)


def report(method, status, headers, body):
    """Prints one line and tells whether the call succeeded. An outcome whose id is ours was made by the proxy."""
    internal_id = headers.get("X-Ssp-InternalID")
    try:
        resource = json.loads(body)
    except ValueError:
        resource = {}
    if status < 400:
        print(f"{method} {status} {resource.get('resourceType')} {internal_id}")
        return True
    said = "no OperationOutcome"
    if resource.get("resourceType") == "OperationOutcome":
        issue = resource["issue"][0]
        said = issue.get("diagnostics") or issue["details"]["coding"][0]["display"]
    author = "proxy" if internal_id and resource.get("id") == internal_id else "provider"
    print(f"{method} {status} {author}: {said} {internal_id}", file=sys.stderr)
    return False


def main():
    if "--help" in sys.argv:
        print(__doc__)
        return 0
    connection = connect()
    nhs_number = setting("SSP_NHS_NUMBER", "9690937278")
    identifier = {"system": NUMBER_SYSTEM, "value": nhs_number}
    parameters = {
        "resourceType": "Parameters",
        "parameter": [{"name": "patientNHSNumber", "valueIdentifier": identifier}],
    }
    found = call(
        connection,
        "GET",
        f"{INTERACTIONS}:rest:search:patient-1",
        setting("SSP_SEARCH_ENDPOINT"),
        f"/Patient?identifier={NUMBER_SYSTEM}%7C{nhs_number}",
    )
    read = call(
        connection,
        "POST",
        f"{INTERACTIONS}:operation:gpc.getstructuredrecord-1",
        setting("SSP_RECORD_ENDPOINT"),
        "/Patient/$gpc.getstructuredrecord",
        json.dumps(parameters).encode(),
    )
    succeeded = [report("GET", *found), report("POST", *read)]
    return 0 if all(succeeded) else 1


if __name__ == "__main__":
    sys.exit(main())
