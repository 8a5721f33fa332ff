using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>One edit of one asset: what is wrong with it, and what it changes.</summary>
/// <param name="moment">What of the custom fields may be written, and which must have a value afterwards.</param>
internal sealed class AssetCheck(PanoramaDbContext db, Asset asset, AssetValues wanted, bool isNew, CustomFieldMoment moment = CustomFieldMoment.Edit)
{
    private readonly List<AssetRefusal> _refusals = [];
    private readonly List<AssetChange> _changes = [];
    private readonly Dictionary<string, (string? Before, string? After)> _names = [];
    private readonly List<(CustomField Field, JsonNode? Value)> _written = [];
    private readonly JsonObject _stored = (JsonObject)JsonNode.Parse(asset.CustomFields)!;
    private List<CustomField> _fields = [];
    private List<CustomValue> _values = [];
    private StatusLabel? _label;
    private string? _currency;

    public IReadOnlyList<AssetRefusal> Refusals => _refusals;

    public IReadOnlyList<AssetChange> Changes => _changes;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await CheckModelAsync(cancellationToken);
        await CheckAsync("locationId", asset.LocationId, wanted.LocationId, db.Locations.Where(l => l.ArchivedAt == null), db.Locations, cancellationToken);
        await CheckAsync("supplierId", asset.SupplierId, wanted.SupplierId, db.Suppliers.Where(s => s.ArchivedAt == null), db.Suppliers, cancellationToken);
        await CheckAsync("companyId", asset.CompanyId, wanted.CompanyId, db.Companies.Where(c => c.ArchivedAt == null), db.Companies, cancellationToken);
        await CheckLabelAsync(cancellationToken);
        if (wanted.Tag is null && !isNew)
        {
            _refusals.Add(new AssetRefusal(AssetRefusal.Required, "tag"));
        }

        await CheckMoneyAsync(cancellationToken);
        await CheckCustomFieldsAsync(cancellationToken);
        if (_refusals.Count == 0)
        {
            await CheckUniqueAsync(cancellationToken);
        }
    }

    /// <summary>Puts the values on the row, and lists what differs.</summary>
    public void Apply(DateTimeOffset now)
    {
        _changes.Clear();
        if (!isNew)
        {
            Change("tag", asset.Tag, wanted.Tag, v => asset.Tag = v!);
            Change("name", asset.Name, wanted.Name ?? wanted.Tag, v => asset.Name = v!);
        }

        Change("serial", asset.Serial, wanted.Serial, v => asset.Serial = v);
        Change("bookable", asset.Bookable, wanted.Bookable, v => asset.Bookable = v);
        Refer("modelId", isNew ? null : asset.ModelId, wanted.ModelId, v => asset.ModelId = v!.Value);
        Refer("statusLabelId", asset.StatusLabelId, wanted.StatusLabelId, v => asset.StatusLabelId = v);
        Refer("locationId", asset.LocationId, wanted.LocationId, v => asset.LocationId = v);
        Refer("supplierId", asset.SupplierId, wanted.SupplierId, v => asset.SupplierId = v);
        Refer("companyId", asset.CompanyId, wanted.CompanyId, v => asset.CompanyId = v);
        Change("purchaseDate", asset.PurchaseDate, wanted.PurchaseDate, v => asset.PurchaseDate = v);
        Change("purchaseCost", asset.PurchaseCost, wanted.PurchaseCost, v => asset.PurchaseCost = v);
        Change("currency", asset.Currency, _currency, v => asset.Currency = v);
        Change("orderNumber", asset.OrderNumber, wanted.OrderNumber, v => asset.OrderNumber = v);
        Change("warrantyMonths", asset.WarrantyMonths, wanted.WarrantyMonths, v => asset.WarrantyMonths = v);
        Change("eolDate", asset.EolDate, wanted.EolDate, v => asset.EolDate = v);
        Change("notes", asset.Notes, wanted.Notes, v => asset.Notes = v);
        if (isNew && _label is not null)
        {
            asset.Status = _label.MapsTo;
        }

        ApplyCustomFields();
        asset.SearchText = SearchText.Fold(
        [
            asset.Tag, asset.Name, asset.Serial,
            .. _fields.Where(f => f.Searchable).Select(f => CustomFieldValue.Text(_stored[f.Id.ToString()])).Where(t => t.Length > 0),
        ]);
    }

    /// <summary>The unique custom value that another asset has.</summary>
    public async Task<AssetRefusal?> FindTakenAsync(CancellationToken cancellationToken)
    {
        foreach (var (field, value) in _written.Where(w => w is { Field.IsUnique: true, Value: not null }))
        {
            var key = CustomFieldValue.Key(value!);
            if (await db.CustomValues.AnyAsync(v => v.FieldId == field.Id && v.ValueKey == key && v.IsUnique && v.AssetId != asset.Id, cancellationToken))
            {
                return AssetRefusal.Custom(field.Id, field.Name, "taken");
            }
        }

        return null;
    }

    private async Task CheckModelAsync(CancellationToken cancellationToken)
    {
        if (!isNew && wanted.ModelId == asset.ModelId)
        {
            return;
        }

        var names = await db.AssetModels.Where(m => m.Id == wanted.ModelId || m.Id == asset.ModelId).Select(m => new { m.Id, m.Name, m.ArchivedAt }).ToListAsync(cancellationToken);
        var after = names.Find(m => m.Id == wanted.ModelId && m.ArchivedAt is null);
        if (after is null)
        {
            _refusals.Add(new AssetRefusal(AssetRefusal.NotFound, "modelId"));
        }

        _names["modelId"] = (isNew ? null : names.Find(m => m.Id == asset.ModelId)?.Name, after?.Name);
    }

    private async Task CheckAsync<T>(string member, Guid? before, Guid? after, IQueryable<T> choices, IQueryable<T> all, CancellationToken cancellationToken)
        where T : class
    {
        if (before == after)
        {
            return;
        }

        var name = after is { } id ? await choices.Where(c => EF.Property<Guid>(c, "Id") == id).Select(c => EF.Property<string>(c, "Name")).FirstOrDefaultAsync(cancellationToken) : null;
        if (after is not null && name is null)
        {
            _refusals.Add(new AssetRefusal(AssetRefusal.NotFound, member));
        }

        var old = before is { } was ? await all.Where(c => EF.Property<Guid>(c, "Id") == was).Select(c => EF.Property<string>(c, "Name")).FirstOrDefaultAsync(cancellationToken) : null;
        _names[member] = (old, name);
    }

    private async Task CheckLabelAsync(CancellationToken cancellationToken)
    {
        if (wanted.StatusLabelId == asset.StatusLabelId)
        {
            return;
        }

        await CheckAsync("statusLabelId", asset.StatusLabelId, wanted.StatusLabelId, db.StatusLabels.Where(l => l.ArchivedAt == null), db.StatusLabels, cancellationToken);
        _label = wanted.StatusLabelId is { } id ? await db.StatusLabels.AsNoTracking().FirstOrDefaultAsync(l => l.Id == id, cancellationToken) : null;
        var fits = isNew ? _label?.MapsTo is AssetStatus.Ready or AssetStatus.Maintenance or AssetStatus.Retired : _label?.MapsTo == asset.Status;
        if (_label is not null && !fits)
        {
            _refusals.Add(new AssetRefusal(AssetRefusal.LabelMismatch, Args: new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["status"] = WireNames.Of(asset.Status),
                ["mapsTo"] = WireNames.Of(_label.MapsTo),
            }));
        }
    }

    private async Task CheckMoneyAsync(CancellationToken cancellationToken)
    {
        _currency = wanted.PurchaseCost is null ? null
            : wanted.Currency ?? await db.Tenants.Where(t => t.Id == asset.TenantId).Select(t => t.Currency).SingleAsync(cancellationToken);
        if (wanted.PurchaseCost is not null && _currency is null)
        {
            _refusals.Add(new AssetRefusal(AssetRefusal.Required, "currency"));
        }
    }

    private async Task CheckCustomFieldsAsync(CancellationToken cancellationToken)
    {
        var sent = wanted.CustomFields ?? new Dictionary<Guid, JsonElement>();
        var isAsked = sent.Count > 0 || isNew || wanted.ModelId != asset.ModelId || moment != CustomFieldMoment.Edit;
        if (!isAsked && _stored.Count == 0)
        {
            return;
        }

        _fields = await db.CustomFields.AsNoTracking().OrderBy(f => f.Name).ToListAsync(cancellationToken);
        var asked = isAsked ? await ReadAskedAsync(cancellationToken) : [];
        foreach (var (id, value) in sent)
        {
            var field = _fields.Find(f => f.Id == id);
            if (field is null || (field.ArchivedAt is not null && value.ValueKind != JsonValueKind.Null))
            {
                _refusals.Add(AssetRefusal.Custom(id, field?.Name, "unknown"));
            }
            else if (field.Encrypted || field.Type == CustomFieldType.File)
            {
                _refusals.Add(AssetRefusal.Custom(id, field.Name, "not_settable"));
            }
            else if (moment != CustomFieldMoment.Edit && !asked.Contains(id))
            {
                // Who lends may be nobody who edits.
                _refusals.Add(AssetRefusal.Custom(id, field.Name, "not_asked"));
            }
            else if (!CustomFieldValue.TryRead(field, value, out var stored))
            {
                _refusals.Add(AssetRefusal.Custom(id, field.Name, "wrong_form"));
            }
            else if (!JsonNode.DeepEquals(stored, _stored[id.ToString()]))
            {
                _written.Add((field, stored));
            }
        }

        CheckRequired(asked);
    }

    /// <summary>
    /// What is asked for: what is in the model's set. A model without a set asks for nothing in an edit, and for all that is displayed when its assets are
    /// lent or taken back.
    /// </summary>
    private async Task<HashSet<Guid>> ReadAskedAsync(CancellationToken cancellationToken)
    {
        var fields = _fields.Where(f => f.ArchivedAt is null && f.IsAskedAt(moment)).ToList();
        if (fields.Count == 0)
        {
            return [];
        }

        var model = await db.AssetModels.Where(m => m.Id == wanted.ModelId).Select(m => new
        {
            m.FieldsetId,
            Fields = db.FieldsetFields.Where(f => f.FieldsetId == m.FieldsetId).Select(f => f.FieldId).ToList(),
        }).FirstOrDefaultAsync(cancellationToken);
        var isAny = model is { FieldsetId: null } && moment != CustomFieldMoment.Edit;
        return [.. fields.Where(f => isAny || model?.Fields.Contains(f.Id) == true).Select(f => f.Id)];
    }

    private void CheckRequired(HashSet<Guid> asked)
    {
        foreach (var field in _fields.Where(f => f is { Required: true, Encrypted: false } && f.Type != CustomFieldType.File && asked.Contains(f.Id)))
        {
            var written = _written.FindIndex(w => w.Field.Id == field.Id);
            if ((written >= 0 ? _written[written].Value : _stored[field.Id.ToString()]) is null
                && !_refusals.Exists(r => r.Args?["fieldId"] is Guid id && id == field.Id))
            {
                _refusals.Add(AssetRefusal.Custom(field.Id, field.Name, "required"));
            }
        }
    }

    private async Task CheckUniqueAsync(CancellationToken cancellationToken)
    {
        if (await FindTakenAsync(cancellationToken) is { } taken)
        {
            _refusals.Add(taken);
        }

        if (wanted.Serial is not null && wanted.Serial != asset.Serial && await AssetSerials.IsTakenAsync(db, asset, wanted.Serial, cancellationToken))
        {
            _refusals.Add(new AssetRefusal(AssetRefusal.SerialTaken));
        }

        if (!isNew && _written.Count > 0)
        {
            _values = await db.CustomValues.Where(v => v.AssetId == asset.Id).ToListAsync(cancellationToken);
        }
    }

    private void ApplyCustomFields()
    {
        foreach (var (field, value) in _written)
        {
            var key = field.Id.ToString();
            _changes.Add(new AssetChange(
                $"customFields.{key}", AssetChange.Short(Told(_stored[key])), AssetChange.Short(Told(value)), field.Name));
            if (value is null)
            {
                _stored.Remove(key);
            }
            else
            {
                _stored[key] = value.DeepClone();
            }

            WriteSideRow(field, value);
        }

        if (_written.Count > 0)
        {
            asset.CustomFields = _stored.ToJsonString();
        }

        static string? Told(JsonNode? value) => value is null ? null : CustomFieldValue.Text(value);
    }

    private void WriteSideRow(CustomField field, JsonNode? value)
    {
        var row = _values.Find(v => v.FieldId == field.Id);
        if (value is null || !(field.IsUnique || field.Searchable))
        {
            if (row is not null)
            {
                db.Remove(row);
            }
        }
        else if (row is null)
        {
            db.Add(new CustomValue
            {
                TenantId = asset.TenantId,
                FieldId = field.Id,
                AssetId = asset.Id,
                ValueKey = CustomFieldValue.Key(value),
                IsUnique = field.IsUnique,
            });
        }
        else
        {
            row.ValueKey = CustomFieldValue.Key(value);
            row.IsUnique = field.IsUnique;
        }
    }

    private void Change<T>(string key, T before, T after, Action<T> set)
    {
        if (!EqualityComparer<T>.Default.Equals(before, after))
        {
            _changes.Add(new AssetChange(key, AssetChange.Short(before), AssetChange.Short(after)));
            set(after);
        }
    }

    private void Refer(string key, Guid? before, Guid? after, Action<Guid?> set)
    {
        if (before != after)
        {
            var (old, name) = _names.GetValueOrDefault(key);
            _changes.Add(new AssetChange(key, old, name));
            set(after);
        }
    }
}
