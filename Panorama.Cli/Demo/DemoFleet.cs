using System.Globalization;
using System.Text;

namespace Panorama.Cli.Demo;

/// <summary>The assets of a demo organisation as a file for the import: always the same rows.</summary>
internal static class DemoFleet
{
    private const string Header =
        "Asset Tag,Name,Category,Manufacturer,Model,Model Number,Model Notes,Serial,VIN,Supplier,Company,Location,Order Number,Purchase Date,Purchase Cost,Warranty,"
        + "Asset EOL Date,Status,Requestable,Odometer,Asset Notes,Checkout Type,Checked Out To: Username,Checked Out To: First Name,Checked Out To: Last Name,"
        + "Checked Out To: Email,Checked Out To: Location";

    private static readonly Kind[] Kinds =
    [
        new("Vans", "Ford", "Transit Custom", "TC-320", "Load floor 2.5 m; payload 1,080 kg.", "Van", 9, 38_900m, 36),
        new("Vans", "Mercedes-Benz", "Sprinter 314", "906-314", null, "Van", 6, 51_200m, 36),
        new("Cars", "Toyota", "Corolla Hybrid", "E210", null, "Car", 7, 27_450m, 60),
        new("Cars", "Volkswagen", "ID.3 Pro", "E113", "Charge at the depot; 11 kW.", "Car", 4, 39_990m, 36),
        new("Trucks", "Isuzu", "NPR 75", "N75.190", "Driving licence class C1.", "Truck", 6, 68_500m, 24),
        new("Laptops", "Lenovo", "ThinkPad T14", "21ML", null, "Laptop", 12, 1_389.90m, 36),
        new("Laptops", "Dell", "Latitude 7450", "L7450", null, "Laptop", 8, 1_649.00m, 36),
        new("Laptops", "Apple", "MacBook Pro 14", "M3", "Encrypted disk is mandatory.", "MacBook", 5, 2_199.00m, 12),
        new("Tablets", "Samsung", "Galaxy Tab Active", "SM-X306", "Goes with a vehicle kit.", "Tablet", 5, 612.50m, 24),
    ];

    private sealed record Kind(string Category, string Maker, string Model, string Number, string? Notes, string Noun, int Count, decimal Price, int Warranty)
    {
        public bool IsVehicle => Category is "Vans" or "Cars" or "Trucks";
    }

    /// <summary>62 rows.</summary>
    public static byte[] Csv(DemoTenant tenant)
    {
        var csv = new StringBuilder(Header).Append('\n');
        var number = 0;
        foreach (var kind in Kinds)
        {
            for (var i = 1; i <= kind.Count; i++)
            {
                number++;
                csv.AppendJoin(',', Row(tenant, kind, number, i).Select(Quote)).Append('\n');
            }
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static string?[] Row(DemoTenant tenant, Kind kind, int number, int ordinal)
    {
        // Spread without chance: the same demo every time, and no two neighbours alike.
        var spread = (number * 37) % 101;
        var bought = new DateOnly(2021, 3, 1).AddDays(spread * 18);
        var price = kind.Price + ((spread % 9) - 4) * Math.Round(kind.Price * 0.01m, 2);
        var status = spread % 17 == 3 ? "Out for repair" : spread % 23 == 7 ? "Retired" : null;
        var isHeld = status is null && spread % 5 is 0 or 2 && (!kind.IsVehicle || spread % 3 == 0);
        var tag = string.Create(CultureInfo.InvariantCulture, $"{tenant.Prefix}-{(kind.IsVehicle ? "V" : "L")}{number:000}");
        string?[] asset =
        [
            tag, $"{kind.Noun} {ordinal.ToString("00", CultureInfo.InvariantCulture)}", kind.Category, kind.Maker, kind.Model, kind.Number, ordinal == 1 ? kind.Notes : null,
            kind.IsVehicle ? null : $"{kind.Number.Replace("-", "", StringComparison.Ordinal)}{Letters(number * 7919, 6)}",
            kind.IsVehicle ? Vin(tenant.Wmi, number) : null,
            kind.IsVehicle ? tenant.Suppliers[spread % 2 * 2] : tenant.Suppliers[1], tenant.Name, tenant.Locations[spread % tenant.Locations.Count],
            string.Create(CultureInfo.InvariantCulture, $"PO-{bought.Year}-{100 + spread}"), Day(bought), price.ToString("0.00", CultureInfo.InvariantCulture),
            kind.Warranty.ToString(CultureInfo.InvariantCulture), Day(bought.AddYears(kind.IsVehicle ? 8 : 4)), status,
            status is null && (kind.IsVehicle || kind.Category == "Tablets") ? "yes" : "no",
            kind.IsVehicle ? (4_200 + spread * 1_137.4m).ToString("0.0", CultureInfo.InvariantCulture) : null,
            status == "Out for repair" ? "Waiting for a part." : spread % 11 == 1 ? "Spare key in the office safe." : null,
        ];
        return [.. asset, .. Holder(tenant, spread, isHeld, kind.IsVehicle)];
    }

    private static string?[] Holder(DemoTenant tenant, int spread, bool isHeld, bool isVehicle)
    {
        if (!isHeld)
        {
            return [null, null, null, null, null, null];
        }

        if (spread % 4 == 0)
        {
            return ["Location", null, null, null, null, tenant.Locations[(spread + 1) % tenant.Locations.Count]];
        }

        if (isVehicle && spread % 2 == 1)
        {
            return ["User", null, null, null, tenant.People[3].Email, null];
        }

        var (username, first, last) = tenant.Holders[spread % tenant.Holders.Count];
        return ["User", username, first, last, null, null];
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Quote(string? cell) => cell is null ? "" : cell.AsSpan().IndexOfAny(",\"\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Letters(int seed, int count)
    {
        const string Alphabet = "ABCDEFGHJKLMNPRSTUVWXYZ23456789";
        var text = new char[count];
        for (var i = 0; i < count; i++)
        {
            text[i] = Alphabet[(seed + i * 13) % Alphabet.Length];
            seed = (seed * 31 + 7) % 65_521;
        }

        return new string(text);
    }

    /// <summary>17 characters with the check digit of ISO 3779 as North America uses it (49 CFR 565.15).</summary>
    private static string Vin(string wmi, int number)
    {
        var vin = string.Create(CultureInfo.InvariantCulture, $"{wmi}{Letters(number * 613, 5).Replace('2', 'A')}0PK{200_000 + number * 541:000000}").ToCharArray();
        const string Letters1 = "ABCDEFGH.JKLMN.P.R..STUVWXYZ";
        int[] values = [1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 0, 0, 2, 3, 4, 5, 6, 7, 8, 9];
        int[] weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
        var sum = vin.Select((c, i) => weights[i] * (char.IsAsciiDigit(c) ? c - '0' : values[Letters1.IndexOf(c, StringComparison.Ordinal)])).Sum();
        vin[8] = sum % 11 == 10 ? 'X' : (char)('0' + sum % 11);
        return new string(vin);
    }
}
