using System.Globalization;
using Npgsql;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Importing;

/// <summary>
/// Finds or makes what the rows name: places, makers, categories, models. Names are compared without case; what a run has seen once it
/// does not ask again.
/// </summary>
/// <param name="rowsOfStatus">Rows of the whole file for each status, by its key.</param>
internal sealed class ImportCatalogue(Guid tenantId, AssetColumns columns, AssetImportOptions options, IReadOnlyDictionary<string, int> rowsOfStatus)
{
    private readonly Dictionary<(string Table, string Name), Guid> _names = [];
    private readonly Dictionary<string, StatusLabelInfo> _labels = [];
    private readonly Dictionary<ModelKey, Model> _models = [];

    internal sealed class Model(Guid id, string? notes)
    {
        public Guid Id { get; } = id;

        public string? Notes { get; set; } = notes;
    }

    internal sealed record StatusLabelInfo(Guid Id, AssetStatus MapsTo, StatusLabelType Type);

    internal readonly record struct ModelKey(string Name, string Number, Guid Category, Guid? Manufacturer)
    {
        public static ModelKey Of(string name, string? number, Guid category, Guid? manufacturer) =>
            new(Key(name), number is null ? "" : Key(number), category, manufacturer);
    }

    /// <summary>What a rolled-back batch made does not exist.</summary>
    public void Forget()
    {
        _names.Clear();
        _labels.Clear();
        _models.Clear();
    }

    public Guid? Id(string table, string? name) => name is null ? null : _names[(table, Key(name))];

    public StatusLabelInfo? Label(string? name) => name is null ? null : _labels[Key(name)];

    public string ModelName(AssetRow row) => row[AssetField.Model] ?? options.DefaultModel ?? "Unknown";

    public Model ModelOf(AssetRow row) => _models[KeyOf(row)];

    public async Task PrepareAsync(NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await EnsureNamesAsync(connection, "locations", Names(rows, AssetField.Location).Concat(rows.Select(r => r.Holder?.Location)), now, cancellationToken);
        await EnsureNamesAsync(connection, "suppliers", Names(rows, AssetField.Supplier), now, cancellationToken);
        await EnsureNamesAsync(connection, "companies", Names(rows, AssetField.Company), now, cancellationToken);
        await EnsureNamesAsync(connection, "manufacturers", Names(rows, AssetField.Manufacturer), now, cancellationToken);
        await EnsureCategoriesAsync(connection, rows, now, cancellationToken);
        await EnsureModelsAsync(connection, rows, now, cancellationToken);
        await EnsureLabelsAsync(connection, rows, now, cancellationToken);
    }

    internal static string Key(string name) => name.ToLowerInvariant();

    private static string CategoryName(AssetRow row) => row[AssetField.Category] ?? "Unknown";

    private static IEnumerable<string?> Names(IEnumerable<AssetRow> rows, AssetField field) => rows.Select(row => row[field]);

    private ModelKey KeyOf(AssetRow row) => ModelKey.Of(
        ModelName(row), row[AssetField.ModelNumber], _names[("categories", Key(CategoryName(row)))], Id("manufacturers", row[AssetField.Manufacturer]));

    private List<string> Unseen(string table, IEnumerable<string?> names) =>
        [.. names.OfType<string>().DistinctBy(Key).Where(name => !_names.ContainsKey((table, Key(name))))];

    private async Task EnsureNamesAsync(
        NpgsqlConnection connection, string table, IEnumerable<string?> names, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var unseen = Unseen(table, names);
        if (unseen.Count == 0)
        {
            return;
        }

        await connection.ExecuteAsync(
            $"""
            insert into {table} (id, tenant_id, name, created_at, updated_at)
            select n.id, $1, n.name, $2, $2 from unnest($3, $4) n(name, id)
             where not exists (select 1 from {table} x where x.tenant_id = $1 and lower(x.name) = lower(n.name))
            on conflict do nothing
            """,
            cancellationToken, Uuid(tenantId), Instant(now), Texts(unseen), Uuids(unseen.Select(_ => Guid.CreateVersion7(now))));
        await LoadNamesAsync(connection, table, unseen, "x.name = n.name", cancellationToken);
    }

    private async Task LoadNamesAsync(
        NpgsqlConnection connection, string table, List<string> names, string preferred, CancellationToken cancellationToken, params NpgsqlParameter[] more)
    {
        var found = await connection.QueryAsync(
            $"""
            select distinct on (n.ord) n.ord, x.id from unnest($2) with ordinality n(name, ord)
              join {table} x on x.tenant_id = $1 and lower(x.name) = lower(n.name)
             order by n.ord, ({preferred}) desc, x.created_at, x.id
            """,
            reader => (Name: names[(int)reader.GetInt64(0) - 1], Id: reader.GetGuid(1)),
            cancellationToken, [Uuid(tenantId), Texts(names), .. more]);
        foreach (var (name, id) in found)
        {
            _names[(table, Key(name))] = id;
        }
    }

    private async Task EnsureCategoriesAsync(
        NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var unseen = Unseen("categories", rows.Select(CategoryName));
        if (unseen.Count == 0)
        {
            return;
        }

        var kinds = unseen.ConvertAll(name => WireNames.Of(KindOf(name)));
        await connection.ExecuteAsync(
            """
            insert into categories (id, tenant_id, name, kind, created_at, updated_at)
            select n.id, $1, n.name, n.kind, $2, $2 from unnest($3, $4, $5) n(name, id, kind)
             where not exists (select 1 from categories x where x.tenant_id = $1 and lower(x.name) = lower(n.name))
            on conflict do nothing
            """,
            cancellationToken, Uuid(tenantId), Instant(now), Texts(unseen), Uuids(unseen.Select(_ => Guid.CreateVersion7(now))), Texts(kinds));
        await LoadNamesAsync(connection, "categories", unseen, "x.kind = ($3::text[])[n.ord]", cancellationToken, Texts(kinds));
    }

    /// <summary>The file does not say what a category holds; its name does, or the person did.</summary>
    private CategoryKind KindOf(string category)
    {
        if (category == "Unknown")
        {
            return CategoryKind.Other;
        }

        string[] words = ["vehicle", "vehicles", "car", "cars", "truck", "trucks", "van", "vans", "veh", "veiculo", "veiculos", "vehiculo", "vehiculos",
            "carro", "carros", "caminhao", "caminhoes", "camion", "camiones", "furgao", "furgoes", "furgon"];
        return options.VehicleCategories.Contains(category, StringComparer.OrdinalIgnoreCase)
            || SearchText.Fold(category).Split(' ', '-', '/', '&').Intersect(words).Any() ? CategoryKind.Vehicle : CategoryKind.Hardware;
    }

    private async Task EnsureModelsAsync(
        NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var unseen = rows.DistinctBy(KeyOf).Where(row => !_models.ContainsKey(KeyOf(row))).ToList();
        if (unseen.Count > 0)
        {
            var keys = unseen.ConvertAll(KeyOf);
            NpgsqlParameter[] wanted =
            [
                Uuid(tenantId), Texts(unseen.Select(ModelName)), Texts(unseen.Select(r => r[AssetField.ModelNumber])),
                Uuids(keys.Select(k => k.Category)), Uuids(keys.Select(k => k.Manufacturer)),
            ];
            await connection.ExecuteAsync(
                """
                insert into asset_models (id, tenant_id, category_id, manufacturer_id, name, model_number, created_at, updated_at)
                select n.id, $1, n.category, n.manufacturer, n.name, n.number, $7, $7 from unnest($2, $3, $4, $5, $6) n(name, number, category, manufacturer, id)
                 where not exists (select 1 from asset_models x where x.tenant_id = $1 and lower(x.name) = lower(n.name)
                   and lower(coalesce(x.model_number, '')) = lower(coalesce(n.number, '')) and x.category_id = n.category
                   and x.manufacturer_id is not distinct from n.manufacturer)
                """,
                cancellationToken, [.. wanted.Select(p => p.Clone()), Uuids(unseen.Select(_ => Guid.CreateVersion7(now))), Instant(now)]);
            var found = await connection.QueryAsync(
                """
                select distinct on (n.ord) n.ord, x.id, x.notes from unnest($2, $3, $4, $5) with ordinality n(name, number, category, manufacturer, ord)
                  join asset_models x on x.tenant_id = $1 and lower(x.name) = lower(n.name)
                   and lower(coalesce(x.model_number, '')) = lower(coalesce(n.number, '')) and x.category_id = n.category
                   and x.manufacturer_id is not distinct from n.manufacturer
                 order by n.ord, x.created_at, x.id
                """,
                reader => (Key: keys[(int)reader.GetInt64(0) - 1], Model: new Model(reader.GetGuid(1), reader.TextOrNull(2))), cancellationToken, wanted);
            foreach (var (key, model) in found)
            {
                _models[key] = model;
            }
        }

        await FillNotesAsync(connection, rows, now, cancellationToken);
    }

    /// <summary>The first note of a model that has none becomes its note; others are reported by the caller.</summary>
    private async Task FillNotesAsync(
        NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var filled = new List<Model>();
        foreach (var row in rows)
        {
            if (row[AssetField.ModelNotes] is { } notes && ModelOf(row) is { Notes: null } model)
            {
                model.Notes = notes;
                filled.Add(model);
            }
        }

        if (filled.Count > 0)
        {
            await connection.ExecuteAsync(
                "update asset_models m set notes = n.notes, updated_at = $2 from unnest($3, $4) n(id, notes) where m.tenant_id = $1 and m.id = n.id",
                cancellationToken, Uuid(tenantId), Instant(now), Uuids(filled.Select(m => m.Id)), Texts(filled.Select(m => m.Notes)));
        }
    }

    private async Task EnsureLabelsAsync(
        NpgsqlConnection connection, IReadOnlyList<AssetRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var unseen = rows.Select(r => r[AssetField.Status]).OfType<string>().DistinctBy(Key).Where(name => !_labels.ContainsKey(Key(name))).ToList();
        if (unseen.Count == 0)
        {
            return;
        }

        var stated = rows.Where(r => r.State is not null && r[AssetField.Status] is not null).DistinctBy(r => Key(r[AssetField.Status]!))
            .ToDictionary(r => Key(r[AssetField.Status]!), r => r.State!.Value);
        var meanings = unseen.ConvertAll(name => stated.TryGetValue(Key(name), out var state) ? MeaningOf(name, state) : MeaningOf(name));
        var made = await connection.QueryAsync(
            """
            insert into status_labels (id, tenant_id, name, type, maps_to, created_at, updated_at)
            select n.id, $1, n.name, n.type, n.maps_to, $2, $2 from unnest($3, $4, $5, $6) n(name, id, type, maps_to)
             where not exists (select 1 from status_labels x where x.tenant_id = $1 and lower(x.name) = lower(n.name))
            on conflict do nothing
            returning name
            """,
            reader => reader.GetString(0), cancellationToken, Uuid(tenantId), Instant(now), Texts(unseen), Uuids(unseen.Select(_ => Guid.CreateVersion7(now))),
            Texts(meanings.Select(m => WireNames.Of(m.Type))), Texts(meanings.Select(m => WireNames.Of(m.MapsTo))));
        WarnOfGuesses(rows, made.Where(name => !IsKnown(name) && !stated.ContainsKey(Key(name))));
        var found = await connection.QueryAsync(
            """
            select n.name, x.id, x.maps_to, x.type from unnest($2) n(name)
              join status_labels x on x.tenant_id = $1 and lower(x.name) = lower(n.name)
            """,
            reader => (Name: reader.GetString(0), Label: new StatusLabelInfo(
                reader.GetGuid(1), WireNames.Parse<AssetStatus>(reader.GetString(2)), WireNames.Parse<StatusLabelType>(reader.GetString(3)))),
            cancellationToken, Uuid(tenantId), Texts(unseen));
        foreach (var (name, label) in found)
        {
            _labels[Key(name)] = label;
        }
    }

    /// <summary>Once for each status of the file, on the first row that has it: what it means was decided by nobody.</summary>
    private void WarnOfGuesses(IReadOnlyList<AssetRow> rows, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            var count = rowsOfStatus.GetValueOrDefault(Key(name), 1);
            rows.First(row => row[AssetField.Status] is { } status && Key(status) == Key(name)).Warn(
                columns[AssetField.Status]!.Header, "status_unknown", ("value", name),
                ("count", $"{count.ToString(CultureInfo.InvariantCulture)} {(count == 1 ? "row" : "rows")}"), ("status", WireNames.Of(MeaningOf(name).MapsTo)));
        }
    }

    /// <summary>Whether the meaning of a label is read from its words.</summary>
    private static bool IsKnown(string label)
    {
        var text = SearchText.Fold(label);
        string[] ready = ["ready", "rtd", "deployable", "available", "in stock", "active", "disponivel", "disponible"];
        return MeaningOf(label) != (StatusLabelType.Deployable, AssetStatus.Ready)
            || ready.Any(word => text.Contains(word, StringComparison.Ordinal) && !text.Contains($"un{word}", StringComparison.Ordinal) && !text.Contains($"in{word}", StringComparison.Ordinal)
                && !text.Contains($"not {word}", StringComparison.Ordinal));
    }

    /// <summary>What the file says of the state decides; its words decide how the label is listed.</summary>
    private static (StatusLabelType Type, AssetStatus MapsTo) MeaningOf(string label, AssetStatus state) => MeaningOf(label) is var meant && meant.MapsTo == state ? meant
        : (state switch
        {
            AssetStatus.Maintenance => StatusLabelType.Undeployable,
            AssetStatus.Retired => StatusLabelType.Archived,
            _ => StatusLabelType.Deployable,
        }, state);

    /// <summary>What the labels that Snipe-IT ships and fleets commonly add mean; any other one leaves an asset ready.</summary>
    private static (StatusLabelType Type, AssetStatus MapsTo) MeaningOf(string label)
    {
        var text = SearchText.Fold(label);
        bool Says(params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                if (text.Contains(word, StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        }

        return Says("archived", "retired", "disposed") ? (StatusLabelType.Archived, AssetStatus.Retired)
            : Says("undeployable", "out of service", "out for", "broken", "lost", "stolen", "maintenance", "repair") ? (StatusLabelType.Undeployable, AssetStatus.Maintenance)
            : Says("pending") ? (StatusLabelType.Pending, AssetStatus.Ready)
            : text is "deployed" or "veh-in service" or "in use" ? (StatusLabelType.Deployable, AssetStatus.InUse)
            : Says("reserved") ? (StatusLabelType.Deployable, AssetStatus.Reserved)
            : (StatusLabelType.Deployable, AssetStatus.Ready);
    }
}
