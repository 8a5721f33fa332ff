using System.Collections.Frozen;

namespace Panorama.Core.Importing;

/// <summary>Headers that spreadsheets of other languages have. A custom field of the same name comes first.</summary>
internal static class AssetColumnNames
{
    public static FrozenDictionary<string, AssetField> Translated { get; } = new (AssetField Field, string[] Headers)[]
    {
        (AssetField.Tag, ["Patrimônio", "Número de patrimônio", "Etiqueta", "Etiqueta do ativo", "Etiqueta de activo", "Número de inventario", "Código", "Kennung", "Asset ID", "Inventory Number"]),
        (AssetField.Name, ["Nome", "Nome do ativo", "Nombre", "Nombre del activo", "Descrição", "Descripción", "Bezeichnung", "Description", "Title"]),
        (AssetField.Serial, ["Número de série", "Nº de série", "Série", "Número de serie", "Serie", "S/N", "Seriennummer"]),
        (AssetField.Category, ["Categoria", "Categoría", "Kategorie"]),
        (AssetField.Model, ["Modelo", "Modell"]),
        (AssetField.ModelNumber, ["Número do modelo", "Número de modelo"]),
        (AssetField.ModelNotes, ["Notes of the model", "Observações do modelo", "Notas del modelo"]),
        (AssetField.Manufacturer, ["Fabricante", "Marca", "Brand", "Make", "Hersteller"]),
        (AssetField.Supplier, ["Fornecedor", "Proveedor", "Vendor", "Lieferant"]),
        (AssetField.Company, ["Empresa", "Compañía", "Firma"]),
        (AssetField.Location, ["Local", "Localização", "Localidade", "Ubicación", "Localización", "Site", "Standort"]),
        (AssetField.OrderNumber, ["Número do pedido", "Pedido", "Número de pedido"]),
        (AssetField.Notes, ["Observações", "Observação", "Notas", "Observaciones", "Comments", "Bemerkung"]),
        (AssetField.PurchaseDate, ["Data da compra", "Data de compra", "Data de aquisição", "Fecha de compra", "Bought on", "Kaufdatum"]),
        (AssetField.PurchaseCost, ["Custo da compra", "Custo", "Valor", "Valor de compra", "Preço", "Costo de compra", "Costo", "Precio", "Price", "Kaufpreis"]),
        (AssetField.EolDate, ["Fim da vida útil", "Fin de la vida útil"]),
        (AssetField.WarrantyMonths, ["Garantia em meses", "Garantia", "Garantía en meses", "Garantía", "Warranty in months", "Garantie"]),
        (AssetField.Status, ["Situação", "Etiqueta de estado", "Estado"]),
        (AssetField.Bookable, ["Reservável", "Reservable", "Solicitável"]),
        (AssetField.Mileage, ["Odômetro", "Quilometragem", "Odómetro", "Kilometraje", "km", "km-Stand", "Odometer reading"]),
        (AssetField.CheckoutType, ["Held by a", "Tipo de detentor", "Tipo de tenedor"]),
        (AssetField.HolderUsername, ["Username of the holder", "Usuário do detentor", "Usuario del tenedor", "Usuário", "Usuario"]),
        (AssetField.HolderFullName, ["Held by", "Com quem está", "Quién lo tiene", "Responsável", "Responsable", "Assigned To"]),
        (AssetField.HolderEmail, ["E-mail of the holder", "E-mail do detentor", "Correo del tenedor", "Correo", "Correo electrónico"]),
        (AssetField.HolderLocation, ["Held at", "Onde está", "Dónde está"]),
        (AssetField.ExpectedCheckin, ["Expected back", "Devolução prevista", "Devolución prevista"]),
    }.SelectMany(f => f.Headers.Select(header => (Header: AssetColumns.Normalize(header), f.Field))).DistinctBy(p => p.Header).ToFrozenDictionary(p => p.Header, p => p.Field);

    /// <summary>Columns that the file of rejected rows has before the file's own, so that it can be corrected and imported.</summary>
    public static FrozenSet<string> OurOwn { get; } = new[] { RejectedRows.LineHeader, RejectedRows.ReasonHeader }.Select(AssetColumns.Normalize).ToFrozenSet(StringComparer.Ordinal);
}
