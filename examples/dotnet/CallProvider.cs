using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;

/// <summary>
/// Calls a provider through the Spine Secure Proxy with .NET 8 or newer and nothing else: one search (GET) and one
/// record (POST).
/// </summary>
public static class CallProvider
{
    private const string Help = @"Usage: dotnet run --project FOLDER
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
  SSP_BACKOFF_MS       the first wait before a retry (1000)";

    private const string Interactions = "urn:nhs:names:services:gpconnect:fhir";
    private const string NumberSystem = "https://fhir.nhs.uk/Id/nhs-number";
    private const int RetriesMax = 3;
    private static readonly HashSet<int> WorthRetrying = new HashSet<int> { 429, 502, 503, 504, 599 };

    private sealed class Asked
    {
        public HttpMethod Method;
        public string Interaction;
        public string Endpoint;
        public string Rest;
        public string Body;
    }

    private sealed class Answer
    {
        public int Status;
        public string InternalId;
        public TimeSpan Told;
        public string Body;
    }

    public static int Main(string[] arguments)
    {
        if (arguments.Contains("--help"))
        {
            Console.WriteLine(Help);
            return 0;
        }
        return Run().GetAwaiter().GetResult();
    }

    private static async Task<int> Run()
    {
        string nhsNumber = Setting("SSP_NHS_NUMBER", "9690937278");
        using (var client = new HttpClient(MutualTls()) { Timeout = TimeSpan.FromSeconds(60) })
        {
            var search = new Asked
            {
                Method = HttpMethod.Get,
                Interaction = Interactions + ":rest:search:patient-1",
                Endpoint = Setting("SSP_SEARCH_ENDPOINT"),
                Rest = "/Patient?identifier=" + NumberSystem + "%7C" + nhsNumber,
            };
            var structuredRecord = new Asked
            {
                Method = HttpMethod.Post,
                Interaction = Interactions + ":operation:gpc.getstructuredrecord-1",
                Endpoint = Setting("SSP_RECORD_ENDPOINT"),
                Rest = "/Patient/$gpc.getstructuredrecord",
                Body = JsonSerializer.Serialize(new
                {
                    resourceType = "Parameters",
                    parameter = new[]
                    {
                        new { name = "patientNHSNumber", valueIdentifier = Identifier(NumberSystem, nhsNumber) },
                    },
                }),
            };
            bool found = Report(search, await Call(client, search));
            bool read = Report(structuredRecord, await Call(client, structuredRecord));
            return found && read ? 0 : 1;
        }
    }

    private static string Setting(string name, string byDefault = null)
    {
        string value = Environment.GetEnvironmentVariable(name);
        if (!string.IsNullOrEmpty(value)) return value;
        if (byDefault != null) return byDefault;
        Console.Error.WriteLine("{0} is not set; --help lists the settings", name);
        Environment.Exit(2);
        return "";
    }

    /// <summary>Shows the whole chain of the certificate's file, and trusts the private authorities alone.</summary>
    private static SocketsHttpHandler MutualTls()
    {
        string certFile = Setting("SSP_CERT_FILE");
        X509Certificate2 own = X509Certificate2.CreateFromPemFile(certFile, Setting("SSP_KEY_FILE"));
        // Windows takes a key only from a store or a PKCS #12: this puts it into one.
        if (OperatingSystem.IsWindows()) own = new X509Certificate2(own.Export(X509ContentType.Pkcs12));
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certFile);
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        trust.CustomTrustStore.ImportFromPemFile(Setting("SSP_CA_FILE"));
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            SslOptions = new SslClientAuthenticationOptions
            {
                // ClientCertificates would send the leaf alone where the machine does not know its issuer.
                ClientCertificateContext = SslStreamCertificateContext.Create(own, chain, offline: true),
                CertificateChainPolicy = trust,
            },
        };
    }

    private static object Identifier(string system, string value)
    {
        return new { system, value };
    }

    /// <summary>The unsigned token: two parts in base64url without padding, and the dot after which no signature comes.</summary>
    private static string FreshToken(string endpoint)
    {
        long iat = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        const string practitioner = "practitioner-1";
        var claims = new
        {
            iss = "https://" + Setting("SSP_FQDN") + "/",
            sub = practitioner,
            aud = endpoint,
            exp = iat + 300,
            iat,
            reason_for_request = "directcare",
            requested_scope = "patient/*.read",
            requesting_device = new
            {
                resourceType = "Device",
                identifier = new[] { Identifier("https://consumer.example/device", "device-1") },
                model = "Example system",
                version = "1.0",
            },
            requesting_organization = new
            {
                resourceType = "Organization",
                name = "Example organisation",
                identifier = new[]
                {
                    Identifier("https://fhir.nhs.uk/Id/ods-organization-code", Setting("SSP_ODS_CODE")),
                },
            },
            requesting_practitioner = new
            {
                resourceType = "Practitioner",
                id = practitioner,
                name = new[] { new { family = "Example", given = new[] { "Erin" }, prefix = new[] { "Dr" } } },
                identifier = new[]
                {
                    Identifier("https://fhir.nhs.uk/Id/sds-user-id", "111122223333"),
                    Identifier("https://fhir.nhs.uk/Id/sds-role-profile-id", "UNK"),
                    Identifier("https://consumer.example/user", "user-1"),
                },
            },
        };
        return Part(new { alg = "none", typ = "JWT" }) + "." + Part(claims) + ".";
    }

    private static string Part(object value)
    {
        byte[] json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value));
        return Convert.ToBase64String(json).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    /// <summary>A URI that is sent as it is written; without this option .NET rewrites path and query.</summary>
    private static Uri RawUri(string text)
    {
        var asWritten = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        return new Uri(text, in asWritten);
    }

    /// <summary>One attempt.</summary>
    private static async Task<Answer> Send(HttpClient client, Asked asked)
    {
        Uri uri = RawUri(Setting("SSP_URL") + "/" + asked.Endpoint + asked.Rest);
        using (var request = new HttpRequestMessage(asked.Method, uri) { Version = HttpVersion.Version11 })
        {
            request.Headers.Add("Ssp-TraceID", Guid.NewGuid().ToString());
            request.Headers.Add("Ssp-From", Setting("SSP_FROM"));
            request.Headers.Add("Ssp-To", Setting("SSP_TO"));
            request.Headers.Add("Ssp-InteractionID", asked.Interaction);
            request.Headers.Add("Authorization", "Bearer " + FreshToken(asked.Endpoint));
            request.Headers.Add("Accept", "application/fhir+json");
            if (asked.Body != null) request.Content = new StringContent(asked.Body, Encoding.UTF8, "application/fhir+json");
            using (HttpResponseMessage response = await client.SendAsync(request))
            {
                IEnumerable<string> ids;
                response.Headers.TryGetValues("X-Ssp-InternalID", out ids);
                TimeSpan? told = response.Headers.RetryAfter == null ? null : response.Headers.RetryAfter.Delta;
                return new Answer
                {
                    Status = (int)response.StatusCode,
                    InternalId = ids == null ? "" : ids.First(),
                    Told = told ?? TimeSpan.Zero,
                    Body = await response.Content.ReadAsStringAsync(),
                };
            }
        }
    }

    /// <summary>Sends, and repeats what may be repeated: each time with a trace id and a token of its own.</summary>
    private static async Task<Answer> Call(HttpClient client, Asked asked)
    {
        double backoffMs = double.Parse(Setting("SSP_BACKOFF_MS", "1000"));
        for (int retry = 0; ; retry++)
        {
            Answer answer = await Send(client, asked);
            if (asked.Method != HttpMethod.Get || !WorthRetrying.Contains(answer.Status) || retry == RetriesMax) return answer;
            // Never sooner than told; the random part keeps consumers from coming back all at once.
            double jitter = 1 + Random.Shared.NextDouble() / 2;
            double waitMs = Math.Max(answer.Told.TotalMilliseconds, backoffMs * Math.Pow(2, retry)) * jitter;
            Console.Error.WriteLine("{0} {1}, retry {2} in {3:F0} ms", asked.Method, answer.Status, retry + 1, waitMs);
            await Task.Delay(TimeSpan.FromMilliseconds(waitMs));
        }
    }

    /// <summary>Prints one line and tells whether the call succeeded. An outcome whose id is ours was made by the proxy.</summary>
    private static bool Report(Asked asked, Answer answer)
    {
        JsonElement resource = Parsed(answer.Body);
        if (answer.Status < 400)
        {
            Console.WriteLine("{0} {1} {2} {3}", asked.Method, answer.Status, Text(resource, "resourceType"), answer.InternalId);
            return true;
        }
        string said = "no OperationOutcome";
        if (Text(resource, "resourceType") == "OperationOutcome")
        {
            JsonElement issue = resource.GetProperty("issue")[0];
            said = Text(issue, "diagnostics");
            if (said == "") said = Text(issue.GetProperty("details").GetProperty("coding")[0], "display");
        }
        string author = answer.InternalId != "" && Text(resource, "id") == answer.InternalId ? "proxy" : "provider";
        Console.Error.WriteLine("{0} {1} {2}: {3} {4}", asked.Method, answer.Status, author, said, answer.InternalId);
        return false;
    }

    private static JsonElement Parsed(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            return JsonSerializer.Deserialize<JsonElement>("{}");
        }
    }

    private static string Text(JsonElement element, string name)
    {
        JsonElement value;
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out value)) return "";
        return value.ValueKind == JsonValueKind.String ? value.GetString() : "";
    }
}
