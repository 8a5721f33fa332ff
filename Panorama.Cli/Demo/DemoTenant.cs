namespace Panorama.Cli.Demo;

/// <summary>Someone of the demo who signs in.</summary>
internal sealed record DemoPerson(string Role, string Email, string Name);

/// <summary>One of the two demo organisations.</summary>
/// <param name="Prefix">First letters of its tags.</param>
/// <param name="Wmi">First three characters of its vehicles' VINs, so that the two fleets differ.</param>
internal sealed record DemoTenant(
    string Slug, string Name, string TimeZone, string Currency, string Prefix, string Wmi, IReadOnlyList<DemoPerson> People, IReadOnlyList<string> Locations,
    IReadOnlyList<string> Suppliers, IReadOnlyList<(string Username, string First, string Last)> Holders)
{
    public const string Password = "panorama-demo-2026";

    public static IReadOnlyList<DemoTenant> All { get; } =
    [
        new("northwind", "Northwind Logistics", "America/New_York", "USD", "NW", "1FT",
            [
                new("owner", "owner@northwind.example", "Olivia Norton"), new("fleet_admin", "manager@northwind.example", "Marcus Hale"),
                new("fleet_staff", "staff@northwind.example", "Sofia Reyes"), new("driver", "driver@northwind.example", "Daniel Okafor"),
            ],
            ["Head Office", "Depot North", "Depot South", "Harbor Yard", "Workshop"],
            ["Harbor Motors", "Office Direct", "Atlantic Fleet Sales"],
            [("j.ellis", "Jordan", "Ellis"), ("p.nair", "Priya", "Nair"), ("t.brooks", "Tasha", "Brooks"), ("l.meyer", "Lukas", "Meyer")]),
        new("contoso", "Contoso Serviços", "America/Sao_Paulo", "BRL", "CT", "9BW",
            [
                new("owner", "owner@contoso.example", "Helena Prado"), new("fleet_admin", "manager@contoso.example", "Rafael Nunes"),
                new("fleet_staff", "staff@contoso.example", "Camila Souza"), new("driver", "driver@contoso.example", "João Batista"),
            ],
            ["Matriz São Paulo", "Filial Campinas", "Garagem Zona Sul", "Oficina", "Filial Curitiba"],
            ["Paulista Veículos", "InfoShop Brasil", "Frota Fácil"],
            [("a.lima", "Ana", "Lima"), ("c.rocha", "Caio", "Rocha"), ("m.duarte", "Márcia", "Duarte"), ("v.moraes", "Vítor", "Moraes")]),
    ];
}
