/** What `--help` prints. */
export const help = `A sample FHIR provider behind mutual TLS 1.2, with synthetic STU3 answers under any base path.

  node tools/sample-provider/src/main.ts

Environment
  PROVIDER_HOST       address to listen on (127.0.0.1)
  PROVIDER_PORT       port to listen on (9443; 0 takes a free one)
  PROVIDER_CERT_FILE  the provider's certificate and its issuer, PEM
  PROVIDER_KEY_FILE   its private key, PEM
  PROVIDER_CA_FILE    the authorities that the caller's certificate must come from, PEM
  PROVIDER_SSP_FQDN   if given, only a certificate of this name is let in (else 403 ACCESS DENIED)

Answers
  GET  metadata, Patient?identifier=..., Patient/{id}, Patient/{id}/Appointment, Patient/{id}/DocumentReference,
       Practitioner?identifier=..., Practitioner/1, Organization?identifier=..., Organization/1, Location/1,
       Slot?start=ge2026-01-05, Appointment/{id}, Binary/1
  POST Appointment, Patient/$gpc.getstructuredrecord, Patient/$gpc.migratestructuredrecord,
       Patient/$gpc.getcarerecord, Patient/$gpc.registerpatient
  PUT  Appointment/{id} with If-Match: W/"<version>"
  The four Ssp headers and a bearer token must be there (else 400 BAD_REQUEST).
  Patients: any valid NHS number except 9999999999.

Size of a record, a list or a Binary: by patient, or by the header X-Sample-Size or the query parameter _size
  2k    about 2 kB   9690937278, Patient/1, and every patient not named here
  30k   about 30 kB  9690937286, Patient/2
  1m    about 1 MB   9690937294, Patient/3

Faults: by the header X-Sample-Fault or the query parameter _fault, a comma-separated list of
  delay=<ms>      wait before the head
  drip=<ms>       spread the body, chunked, over this time
  status=<code>   answer 400 to 599 with an OperationOutcome of the provider's vocabulary
  reset           close the connection before the head
  die             close it after half of the body
  hang            never answer
`;
