namespace Panorama.Core.Exporting;

/// <summary>The columns of a file of inspections. Instants are in the organisation's zone, which the title of each names.</summary>
internal static class InspectionExport
{
    /// <summary>Of a page of inspections <c>p</c>.</summary>
    public const string Joins =
        """
        join assets a on a.tenant_id = p.tenant_id and a.id = p.asset_id
        join users starter on starter.id = p.started_by_user_id
        left join users finisher on finisher.id = p.completed_by_user_id
        left join users reviewer on reviewer.id = p.reviewed_by_user_id
        """;

    // "No" to a question is what is wrong.
    private const string Wrong =
        "(select count(*)::int from inspection_responses r where r.tenant_id = p.tenant_id and r.inspection_id = p.id and r.boolean_value = false)";

    private const string Signer =
        "(select s.typed_name from inspection_signatures s where s.tenant_id = p.tenant_id and s.inspection_id = p.id and s.role = 'DRIVER')";

    private const string Photos = "(select count(*)::int from photos f where f.tenant_id = p.tenant_id and f.inspection_id = p.id and f.deleted_at is null)";

    /// <summary>In the order of the file; <c>$1</c> is the zone.</summary>
    public static IReadOnlyList<SheetColumn> Columns { get; } =
    [
        new("p.id::text", "Inspection", "Inspeção", "Inspección"),
        new("a.tag", "Asset tag", "Patrimônio", "Etiqueta"),
        new("a.name", "Asset", "Ativo", "Activo"),
        new("p.template_name", "Checklist", "Checklist", "Lista de control"),
        new("p.status", "Status", "Situação", "Estado") { Words = StatusWords },
        new("p.outcome", "Outcome", "Resultado", "Resultado") { Words = OutcomeWords },
        new(Time("p.started_at"), "Started", "Início", "Inicio") { IsInstant = true },
        new("starter.display_name", "Started by", "Iniciada por", "Iniciada por"),
        new(Time("p.completed_at"), "Completed", "Conclusão", "Término") { IsInstant = true },
        new("finisher.display_name", "Completed by", "Concluída por", "Terminada por"),
        new(Signer, "Signed by", "Assinada por", "Firmada por"),
        new(Wrong, "Items found wrong", "Itens reprovados", "Puntos rechazados") { IsCount = true },
        new(Photos, "Photos", "Fotos", "Fotos") { IsCount = true },
        new("p.summary_note", "Note", "Observação", "Nota"),
        new(Time("p.reviewed_at"), "Reviewed", "Análise", "Revisión") { IsInstant = true },
        new("reviewer.display_name", "Reviewed by", "Analisada por", "Revisada por"),
        new("p.review_note", "Note of the review", "Observação da análise", "Nota de la revisión"),
        new(Time("p.cancelled_at"), "Cancelled", "Cancelamento", "Cancelación") { IsInstant = true },
        new("p.cancel_reason", "Reason of the cancellation", "Motivo do cancelamento", "Motivo de la cancelación"),
    ];

    private static string Time(string column) => $"to_char({column} at time zone $1, 'YYYY-MM-DD HH24:MI:SS')";

    private static string? StatusWords(string status, ExportWords words) => (status, words) switch
    {
        ("IN_PROGRESS", ExportWords.Portuguese) => "Em andamento",
        ("IN_PROGRESS", ExportWords.Spanish) => "En curso",
        ("IN_PROGRESS", _) => "In progress",
        ("COMPLETED", ExportWords.Portuguese) => "Concluída",
        ("COMPLETED", ExportWords.Spanish) => "Terminada",
        ("COMPLETED", _) => "Completed",
        ("CANCELLED", ExportWords.Portuguese) => "Cancelada",
        ("CANCELLED", ExportWords.Spanish) => "Cancelada",
        ("CANCELLED", _) => "Cancelled",
        _ => null,
    };

    private static string? OutcomeWords(string outcome, ExportWords words) => (outcome, words) switch
    {
        ("PASS", ExportWords.Portuguese) => "Aprovado",
        ("PASS", ExportWords.Spanish) => "Aprobado",
        ("PASS", _) => "Pass",
        ("FAIL", ExportWords.Portuguese) => "Reprovado",
        ("FAIL", ExportWords.Spanish) => "Rechazado",
        ("FAIL", _) => "Fail",
        ("NEEDS_MAINTENANCE", ExportWords.Portuguese) => "Precisa de manutenção",
        ("NEEDS_MAINTENANCE", ExportWords.Spanish) => "Necesita mantenimiento",
        ("NEEDS_MAINTENANCE", _) => "Needs maintenance",
        _ => null,
    };
}

/// <summary>A column of a file that nothing reads back: text, or a count.</summary>
/// <param name="Sql">Over a page of rows <c>p</c> and what it is joined with.</param>
internal sealed record SheetColumn(string Sql, string English, string Portuguese, string Spanish)
{
    /// <summary>What people call a stored word; null leaves it as it is.</summary>
    public Func<string, ExportWords, string?>? Words { get; init; }

    /// <summary>The title names the zone.</summary>
    public bool IsInstant { get; init; }
    public bool IsCount { get; init; }

    public string Title(ExportWords words, string zone)
    {
        var title = words switch { ExportWords.Portuguese => Portuguese, ExportWords.Spanish => Spanish, _ => English };
        return IsInstant ? $"{title} ({zone})" : title;
    }
}
