using System.Collections.Frozen;

namespace Panorama.Core.Importing;

/// <summary>Headers of files of people and of places: Snipe-IT's, and those of spreadsheets in our languages.</summary>
internal static class OtherColumnNames
{
    public static FrozenDictionary<string, AssetField> People { get; } = AssetColumns.Spellings(
        (AssetField.Username, ["Username", "User Name", "Login", "Usuário", "Usuario"]),
        (AssetField.FirstName, ["First Name", "Given Name", "Primeiro nome", "Nombre"]),
        (AssetField.LastName, ["Last Name", "Surname", "Family Name", "Sobrenome", "Apellido", "Apellidos"]),
        (AssetField.FullName, ["Full Name", "Name", "Display Name", "Nome completo", "Nome", "Nombre completo"]),
        (AssetField.Email, ["Email", "E-mail", "Email Address", "Correo", "Correo electrónico"]),
        (AssetField.Activated, ["Activated", "Active", "Ativo", "Activo"]),
        (AssetField.Vip, ["VIP", "Is VIP"]),
        (AssetField.Remote, ["Remote", "Remoto"]),
        (AssetField.JobTitle, ["Job Title", "Title", "Position", "Cargo", "Puesto"]),
        (AssetField.EmployeeNumber, ["Employee Number", "Employee No", "Employee Num", "Employee ID", "Matrícula", "Número de empleado"]),
        (AssetField.Phone, ["Phone", "Phone Number", "Telephone", "Telefone", "Teléfono"]),
        (AssetField.Department, ["Department", "Department Name", "Departamento"]),
        (AssetField.Company, ["Company", "Company Name", "Empresa", "Compañía"]),
        (AssetField.Location, ["Location", "Location Name", "Local", "Ubicación"]),
        (AssetField.Manager, ["Manager", "Manager Name", "Gerente", "Responsable"]),
        (AssetField.StartDate, ["Start Date", "Data de início", "Fecha de inicio"]),
        (AssetField.EndDate, ["End Date", "Data de término", "Fecha de fin"]),
        (AssetField.Notes, ["Notes", "Note", "Observações", "Notas"]));

    public static FrozenDictionary<string, AssetField> Places { get; } = AssetColumns.Spellings(
        (AssetField.Name, ["Name", "Location", "Location Name", "Nome", "Local", "Nombre", "Ubicación"]),
        (AssetField.Address, ["Address", "Street", "Endereço", "Dirección"]),
        (AssetField.AddressMore, ["Address 2", "Address2", "Complemento"]),
        (AssetField.City, ["City", "Cidade", "Ciudad"]),
        (AssetField.Region, ["State", "Region", "Province", "UF", "Provincia"]),
        (AssetField.PostalCode, ["Zip", "Zip Code", "Postal Code", "Postcode", "CEP", "Código postal"]),
        (AssetField.Country, ["Country", "País"]),
        (AssetField.Parent, ["Parent", "Parent Location", "Parent Name", "Local superior", "Ubicación superior"]),
        (AssetField.TimeZone, ["Time Zone", "Timezone", "Zone", "Fuso horário", "Zona horaria"]));

    /// <summary>The fields that a file of that kind may fill, in the order of the enum.</summary>
    public static IReadOnlyList<AssetField> FieldsOf(ImportKind kind) => kind switch
    {
        ImportKind.Users => [.. People.Values.Distinct().Order()],
        ImportKind.Locations => [.. Places.Values.Distinct().Order()],
        _ => [.. Enum.GetValues<AssetField>().Where(field => field < AssetField.Username)],
    };
}
