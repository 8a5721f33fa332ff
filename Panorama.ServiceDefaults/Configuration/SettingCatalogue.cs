namespace Panorama.ServiceDefaults.Configuration;

/// <summary>Whether an installation can do without a setting.</summary>
internal enum Need
{
    Optional,
    RequiredInProduction,
    Required,
}

/// <summary>One setting as an operator sees it.</summary>
/// <param name="Name">As the environment writes it.</param>
/// <param name="Readers">A = Api, W = Worker, U = Web, C = command line, H = AppHost.</param>
/// <param name="Meaning">Half a sentence, in Markdown.</param>
internal sealed record Setting(string Name, string Readers, string Meaning)
{
    /// <summary>What holds when it is left out; null when nothing does.</summary>
    public string? Default { get; init; }

    public Need Need { get; init; }

    /// <summary>May also come from the file that <c>NAME_FILE</c> names.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What holds otherwise, where that is no value.</summary>
    public string? Note { get; init; }

    /// <summary>Shown in the example file; for a secret it is one that every process refuses.</summary>
    public string? Example { get; init; }

    /// <summary>What the page says in place of a value.</summary>
    public string Otherwise => Note ?? (Default is { } value ? $"`{value}`" : Need switch
    {
        Need.Required => "required",
        Need.RequiredInProduction => "required in production",
        _ => "none",
    });

    /// <summary>Its line in <c>docs/configuration.md</c>.</summary>
    public string Row => $"| `{Name}` | {Readers} | {Otherwise} | {(IsSecret ? Meaning.Length > 0 ? "*secret*; " : "*secret*" : "")}{Meaning} |";
}

/// <summary>Every setting of Panorama: what the page of the settings and the example file are written from.</summary>
internal static class SettingCatalogue
{
    /// <summary>The connection strings, by the process that they are given to.</summary>
    public static readonly IReadOnlyList<Setting> Connections =
    [
        Connection("panorama", "A", "login `panorama_app`; a transaction pooler is fine"),
        Connection("panorama_auth", "A", "login `panorama_auth`"),
        Connection("panorama_privileged", "W C", "login `panorama_super_admin`; never given to Api or Web"),
        Connection("panorama_migrator", "C", "login `panorama_migrator`, by the server's own or a session pooler's address"),
        Connection("panorama_backup", "C", "login `panorama_backup`"),
        Connection("panorama_bootstrap", "C", "the installer, for `bootstrap-db` alone; used once, never stored"),
        new("ConnectionStrings__redis", "A", "shared counts of limits; holds only what may be lost")
        {
            Need = Need.RequiredInProduction, IsSecret = true, Example = "rediss://default:change-me@redis.example.org:6379",
        },
        new("services__api__http__0", "U", "the Api's address on the private network") { Need = Need.Required, Example = "http://api:8080" },
    ];

    /// <summary>The settings by what they are about.</summary>
    public static readonly IReadOnlyList<(string About, IReadOnlyList<Setting> Settings)> Groups =
    [
        ("Addresses",
        [
            new("PANORAMA_WEB_BASE_URL", "A W U C", "the one public address: links, trusted origin; Web starts in production with it alone") { Default = "http://localhost:5080", Example = "https://fleet.example.org" },
            new("WEB_ORIGIN", "A U", "further trusted origins, comma list") { Example = "https://other.example.org" },
            new("TRUSTED_PROXIES", "A U", "addresses or networks whose `X-Forwarded-*` is believed, comma list. The local backing sets it to loopback, since Web is there: any process of the machine can then claim any address for itself, so limits per address protect a local system from nobody on the same machine") { Example = "10.0.0.0/8" },
            new("CSRF_REQUIRE_ORIGIN", "A U", "refuse a changing request that has neither `Origin` nor `Referer` nor `Sec-Fetch-Site`") { Default = "false" },
        ]),
        ("Signing in and secrets",
        [
            new("SESSION_SECRET", "A", "at least 32 bytes, random for each installation") { Need = Need.Required, IsSecret = true, Example = "change-me" },
            new("SESSION_SECRET_PREVIOUS", "A", "the old one, accepted for an overlap") { IsSecret = true, Example = "change-me" },
            new("SESSION_COOKIE_NAME", "A U", "`__Host-` is put in front over HTTPS") { Default = "panorama_session" },
            new("SESSION_MAX_AGE_SECONDS", "A", "a session ends after this, used or not (300 to 2592000)") { Default = "604800" },
            new("SESSION_IDLE_SECONDS", "A", "a session ends after this without use (300 to 2592000)") { Default = "43200" },
            new("DATA_KEY", "A", "`<id>:<base64url of 32 bytes>`; encrypts what must not rest in plain text") { Need = Need.Required, IsSecret = true, Example = "k1:change-me" },
            new("DATA_KEY_PREVIOUS", "A", "comma list of retired keys") { IsSecret = true, Example = "k0:change-me" },
            new("AUDIT_SIGNING_KEY", "W C", "Ed25519 seed with key id; signs audit checkpoints") { Need = Need.RequiredInProduction, IsSecret = true, Example = "k1:change-me" },
            new("PASSWORD_HASH_CONCURRENCY", "A", "passwords hashed at once") { Default = "4" },
        ]),
        ("Features",
        [
            new("FEATURE_INSPECTIONS", "A W C H", "inspections, offered at all; each tenant also has its own switch") { Default = "false" },
            new("FEATURE_MAINTENANCE", "A H", "maintenance, offered at all; each tenant also has its own switch") { Default = "false" },
        ]),
        ("Transport",
        [
            new("ALLOW_INSECURE_POSTGRES_TLS", "A W C", "accept PostgreSQL without a verified certificate outside private networks") { Default = "false" },
            new("ALLOW_PLAINTEXT_REDIS", "A", "accept Redis without TLS outside private networks") { Default = "false" },
        ]),
        ("Mail",
        [
            new("FEATURE_NOTIFICATION_BUS", "W", "`false` stops the dispatcher; messages wait") { Default = "true" },
            new("SMTP_HOST", "W H", "the relay that mail goes to; without it and without `MAIL_FOLDER` nobody is told by mail") { Example = "smtp.example.org" },
            new("SMTP_PORT", "W H", "the port of the relay") { Default = "587" },
            new("SMTP_SECURE", "W H", "`starttls` (refuses a relay without it), `tls` (from the first byte) or `none`") { Default = "starttls" },
            new("SMTP_USER", "W H", "set together with `SMTP_PASSWORD`") { IsSecret = true, Example = "change-me" },
            new("SMTP_PASSWORD", "W H", "set together with `SMTP_USER`") { IsSecret = true, Example = "change-me" },
            new("MAIL_FROM", "W H", "the sender's address; also read from `SMTP_FROM`") { Need = Need.RequiredInProduction, Note = "required in production with `SMTP_HOST`", Example = "fleet@example.org" },
            new("MAIL_FROM_NAME", "W H", "the sender's name") { Default = "Panorama" },
            new("MAIL_FOLDER", "W H", "mail is written there as files, and listed at `/mail` of the management port") { Note = "none; the data folder of a local system" },
            new("MAIL_FEEDBACK_SECRET", "A", "at least 32 bytes; with it a mail provider reports bounces and complaints: `POST /api/mail/reports` with `Authorization: Bearer …` and `{\"events\":[{\"type\":\"bounce\",\"email\":\"…\",\"detail\":\"…\"}]}`; the address then gets no more mail until it is released") { IsSecret = true, Example = "change-me" },
            new("ALLOW_PLAINTEXT_SMTP", "W H", "accept `SMTP_SECURE=none` in production") { Default = "false" },
        ]),
        ("Photos and files",
        [
            new("STORAGE_DRIVER", "A W U C", "`s3` or `filesystem`") { Note = "`s3` where a setting of it is given, `filesystem` where `STORAGE_DIRECTORY` is; neither: nothing can be uploaded", Example = "filesystem" },
            new("STORAGE_DIRECTORY", "A W C H", "folder of the filesystem driver, the same for Api and Worker; whole path") { Note = "none; in the data folder of a local system", Example = "/var/lib/panorama/objects" },
            new("S3_ENDPOINT", "A W U C", "address of the store; for R2 the account's, `https://<account id>.r2.cloudflarestorage.com`, never `r2.dev` or a domain of yours. Private networks and names such as `.local` are refused, in production `http://`, too") { Note = "Amazon's for the region", Example = "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com" },
            new("S3_REGION", "A W U C", "`auto` for R2") { Default = "us-east-1" },
            new("S3_BUCKET_PHOTOS", "A W U C", "the bucket; made at the first start where the key pair may, and refused while strangers can read it") { Note = "required with the driver `s3`", Example = "panorama-photos" },
            new("S3_ACCESS_KEY", "A W C", "a pair for this bucket alone") { IsSecret = true, Note = "required with the driver `s3`", Example = "change-me" },
            new("S3_SECRET_KEY", "A W C", "its other half") { IsSecret = true, Note = "required with the driver `s3`", Example = "change-me" },
            new("S3_FORCE_PATH_STYLE", "A W C", "`true` where buckets have no host name of their own, as with MinIO and Ceph") { Default = "false" },
            new("S3_SERVER_SIDE_ENCRYPTION", "A W C", "`auto` asks for AES256 with each object unless the bucket does it by itself (R2 always does); `off` where the server cannot") { Default = "auto" },
            new("S3_SIGNED_URL_TTL_SECONDS", "A W C", "how long a signed link shows its object (30 to 3600)") { Default = "300" },
            new("S3_PUBLIC_ENDPOINT", "A W U C", "the store as browsers reach it, for signed links") { Note = "`S3_ENDPOINT`", Example = "https://objects.example.org" },
            new("S3_ENDPOINT_ALLOWED_HOSTS", "A W C", "hosts that may be in a private network, without TLS or under a closed name, comma list") { Example = "objects" },
            new("PHOTO_DELIVERY", "A W U", "`proxy` (through the Api) or `redirect` (to a signed link)") { Default = "proxy" },
            new("PHOTO_RATE_USER_HOUR", "A", "photos and documents that one person may upload in any hour (1 to 1000000)") { Default = "120" },
            new("PHOTO_RATE_TENANT_HOUR", "A", "the same for all members of an organisation together") { Default = "1000" },
        ]),
        ("Operation",
        [
            new("PANORAMA_STAGE", "A W U H", "`staging` asks search engines to stay away, marks every page and the subject of every mail") { Example = "staging" },
            new("MANAGEMENT_PORT", "A W U", "a second listener for the operator: details of health, the jobs, and `/metrics` for Prometheus; on loopback, in a container on every address of its network, and published by none of the deployments") { Example = "8090" },
            new("LOG_LEVEL", "A W U C H", "`trace`, `debug`, `info`, `warn`, `error`, `critical`, `none`") { Default = "info" },
            new("LOG_FORMAT", "A W U", "`json` writes one line of JSON a record to the standard output, `text` lines for people") { Note = "`json` in a container, else `text`" },
            new("APP_VERSION", "A W U C", "shown by `/health` and `/api/version`") { Note = "stamped at build" },
            new("APP_COMMIT", "A W U C", "shown by `/health` and `/api/version`; the commit that the source link names") { Note = "stamped at build" },
            new("PANORAMA_SOURCE_URL", "A U", "the repository where your users find the source you run; set it when you change the code") { Note = "this repository", Example = "https://git.example.org/fleet/panorama" },
            new("PANORAMA_POSTGRES_BIN", "H", "folder of PostgreSQL's server programs for the local backing"),
        ]),
    ];

    public static IEnumerable<Setting> Settings => Groups.SelectMany(g => g.Settings);

    /// <summary>What .NET and OpenTelemetry read themselves.</summary>
    public static readonly IReadOnlyList<Setting> Platform =
    [
        new("HTTP_PORTS", "A W U", "the port to listen on") { Default = "8080", Note = "8080 in a container" },
        new("ASPNETCORE_ENVIRONMENT", "A W U C", "`Development` shows more of an error") { Default = "Production" },
        new("OTEL_EXPORTER_OTLP_ENDPOINT", "A W U", "where logs, traces and metrics are sent; the other names of OpenTelemetry work, too"),
    ];

    private static Setting Connection(string name, string readers, string meaning) => new($"ConnectionStrings__{name}", readers, meaning)
    {
        Need = Need.Required,
        IsSecret = true,
        Example = name == "panorama_bootstrap"
            ? "postgresql://postgres:change-me@db.example.org:5432/postgres?sslmode=verify-full"
            : $"postgresql://{(name == "panorama" ? "panorama_app" : name == "panorama_privileged" ? "panorama_super_admin" : name)}:change-me@db.example.org:5432/panorama?sslmode=verify-full",
    };
}
