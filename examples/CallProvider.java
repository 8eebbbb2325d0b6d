import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * Calls a provider through the Spine Secure Proxy with Java 17 or newer and nothing else: one search (GET) and one
 * record (POST). Run it as it is: {@code java CallProvider.java}.
 */
public final class CallProvider {
  private static final String HELP = """
      Usage: java CallProvider.java
      Calls a provider through the proxy: a search and a record. Settings, all from the environment:
        SSP_URL              the proxy, for example https://proxy.example.nhs.uk
        SSP_CA_FILE          the authorities that the proxy's certificate must come from, PEM
        SSP_CERT_FILE        your certificate, then the authority that issued it, PEM
        SSP_KEY_FILE         its private key, PEM (PKCS #8: BEGIN PRIVATE KEY)
        SSP_FQDN             the name in your certificate
        SSP_FROM             your ASID, twelve digits
        SSP_ODS_CODE         the organisation you call for
        SSP_TO               the provider's ASID
        SSP_SEARCH_ENDPOINT  the provider's service root URL for the patient search, exactly as in SDS
        SSP_RECORD_ENDPOINT  the same for the structured record
        SSP_NHS_NUMBER       the patient (9690937278)
        SSP_BACKOFF_MS       the first wait before a retry (1000)""";

  private static final String INTERACTIONS = "urn:nhs:names:services:gpconnect:fhir";
  private static final String NUMBER_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number";
  private static final int RETRIES_MAX = 3;
  private static final Set<Integer> WORTH_RETRYING = Set.of(429, 502, 503, 504, 599);

  private final HttpClient client;
  private final String proxy = setting("SSP_URL", null);

  private CallProvider() throws IOException, GeneralSecurityException {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    client = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(Duration.ofSeconds(5))
        .sslContext(mutualTls())
        .sslParameters(parameters)
        .build();
  }

  private record Asked(String method, String interaction, String endpoint, String rest, String body) {}

  public static void main(String[] arguments) throws Exception {
    if (Arrays.asList(arguments).contains("--help")) {
      System.out.println(HELP);
      return;
    }
    CallProvider consumer = new CallProvider();
    String nhsNumber = setting("SSP_NHS_NUMBER", "9690937278");
    Asked search = new Asked("GET", INTERACTIONS + ":rest:search:patient-1", setting("SSP_SEARCH_ENDPOINT", null),
        "/Patient?identifier=" + NUMBER_SYSTEM + "%7C" + nhsNumber, null);
    Asked structuredRecord = new Asked("POST", INTERACTIONS + ":operation:gpc.getstructuredrecord-1",
        setting("SSP_RECORD_ENDPOINT", null), "/Patient/$gpc.getstructuredrecord", """
            {"resourceType":"Parameters","parameter":[{"name":"patientNHSNumber",\
            "valueIdentifier":{"system":"%s","value":"%s"}}]}""".formatted(NUMBER_SYSTEM, nhsNumber));
    boolean found = report("GET", consumer.call(search));
    boolean read = report("POST", consumer.call(structuredRecord));
    System.exit(found && read ? 0 : 1);
  }

  private static String setting(String name, String byDefault) {
    String value = System.getenv(name);
    if (value != null && !value.isEmpty()) return value;
    if (byDefault != null) return byDefault;
    System.err.println(name + " is not set; --help lists the settings");
    System.exit(2);
    throw new IllegalStateException();
  }

  /** The key manager shows the whole chain of the file; the trust manager trusts the private authorities alone. */
  private static SSLContext mutualTls() throws IOException, GeneralSecurityException {
    char[] noPassword = new char[0];
    Certificate[] chain = certificates("SSP_CERT_FILE");
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry("own", privateKey(chain[0].getPublicKey().getAlgorithm()), noPassword, chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, noPassword);

    KeyStore authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, null);
    for (Certificate authority : certificates("SSP_CA_FILE")) {
      authorities.setCertificateEntry("ca-" + authorities.size(), authority);
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);

    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static Certificate[] certificates(String fileSetting) throws IOException, GeneralSecurityException {
    byte[] pem = Files.readAllBytes(Path.of(setting(fileSetting, null)));
    return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))
        .toArray(new Certificate[0]);
  }

  private static PrivateKey privateKey(String algorithm) throws IOException, GeneralSecurityException {
    String pem = Files.readString(Path.of(setting("SSP_KEY_FILE", null)));
    Matcher key = Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END", Pattern.DOTALL).matcher(pem);
    if (!key.find()) throw new IOException("SSP_KEY_FILE holds no PKCS #8 key; openssl pkcs8 -topk8 -nocrypt makes one");
    byte[] der = Base64.getMimeDecoder().decode(key.group(1));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  /** The unsigned token: two parts in base64url without padding, and the dot after which no signature comes. */
  private static String freshToken(String endpoint) {
    long iat = Instant.now().getEpochSecond();
    String claims = """
        {
          "iss": "https://%s/",
          "sub": "practitioner-1",
          "aud": "%s",
          "exp": %d,
          "iat": %d,
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
            "identifier": [{ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "%s" }]
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
        }""".formatted(setting("SSP_FQDN", null), endpoint, iat + 300, iat, setting("SSP_ODS_CODE", null));
    return part("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + part(claims) + ".";
  }

  private static String part(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * One attempt. {@code URI.create} keeps what it parses; the constructors of URI with several arguments, and the URI
   * builders of frameworks, encode anew what is encoded already.
   */
  private HttpResponse<String> send(Asked asked) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(proxy + "/" + asked.endpoint() + asked.rest()))
        .timeout(Duration.ofSeconds(60))
        .header("Ssp-TraceID", UUID.randomUUID().toString())
        .header("Ssp-From", setting("SSP_FROM", null))
        .header("Ssp-To", setting("SSP_TO", null))
        .header("Ssp-InteractionID", asked.interaction())
        .header("Authorization", "Bearer " + freshToken(asked.endpoint()))
        .header("Accept", "application/fhir+json");
    if (asked.body() == null) request.method(asked.method(), HttpRequest.BodyPublishers.noBody());
    else {
      request.header("Content-Type", "application/fhir+json");
      request.method(asked.method(), HttpRequest.BodyPublishers.ofString(asked.body()));
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Sends, and repeats what may be repeated: each time with a trace id and a token of its own. */
  private HttpResponse<String> call(Asked asked) throws IOException, InterruptedException {
    long backoffMs = Long.parseLong(setting("SSP_BACKOFF_MS", "1000"));
    for (int retry = 0;; retry++) {
      HttpResponse<String> answer = send(asked);
      int status = answer.statusCode();
      if (!asked.method().equals("GET") || !WORTH_RETRYING.contains(status) || retry == RETRIES_MAX) return answer;
      long toldMs = answer.headers().firstValue("Retry-After").filter((told) -> told.matches("\\d{1,4}"))
          .map(Long::valueOf).orElse(0L) * 1000;
      // Never sooner than told; the random part keeps consumers from coming back all at once.
      double jitter = 1 + ThreadLocalRandom.current().nextDouble() / 2;
      long waitMs = (long) (Math.max(toldMs, backoffMs << retry) * jitter);
      System.err.printf("%s %d, retry %d in %d ms%n", asked.method(), status, retry + 1, waitMs);
      Thread.sleep(waitMs);
    }
  }

  /** Prints one line and tells whether the call succeeded. An outcome whose id is ours was made by the proxy. */
  private static boolean report(String method, HttpResponse<String> answer) {
    String id = answer.headers().firstValue("X-Ssp-InternalID").orElse("");
    String body = answer.body();
    if (answer.statusCode() < 400) {
      System.out.printf("%s %d %s %s%n", method, answer.statusCode(), text(body, "resourceType"), id);
      return true;
    }
    String said = text(body, "diagnostics");
    if (said.isEmpty()) said = text(body, "display");
    String author = !id.isEmpty() && text(body, "id").equals(id) ? "proxy" : "provider";
    if (said.isEmpty()) said = "no OperationOutcome";
    System.err.printf("%s %d %s: %s %s%n", method, answer.statusCode(), author, said, id);
    return false;
  }

  /** The first text of that name. Java has no JSON parser of its own: a program would use its FHIR library. */
  private static String text(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
    return found.find() ? found.group(1) : "";
  }
}
