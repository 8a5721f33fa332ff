using System.Text.Json;
using Panorama.Web.Api;
using Panorama.Web.Components;
using Panorama.Web.Localization;
using Panorama.Web.Shell;

namespace Panorama.Web.Tests.Wording;

public sealed class DatesAndNumbers
{
    private static readonly DateTimeOffset Instant = new(2026, 11, 26, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("en", "23 Jan 2023")]
    [InlineData("pt-br", "23 de jan. de 2023")]
    [InlineData("es", "23 ene 2023")]
    public void A_day_names_its_month(string locale, string expected)
    {
        Locale.Of(locale)!.Use();

        Assert.Equal(expected, Formats.Day(new DateOnly(2023, 1, 23)));
    }

    [Theory]
    [InlineData("en", "Europe/Dublin", "26 November 2026, 08:00 GMT")]
    [InlineData("pt-br", "America/Sao_Paulo", "26 de novembro de 2026, 05:00 BRT")]
    [InlineData("es", "Europe/Madrid", "26 de noviembre de 2026, 09:00 CET")]
    [InlineData("en", "Asia/Kolkata", "26 November 2026, 13:30 UTC+05:30")]
    [InlineData("en", null, "26 November 2026, 08:00 UTC")]
    [InlineData("en", "Nowhere/Land", "26 November 2026, 08:00 UTC")]
    public void An_instant_is_shown_in_the_reader_s_zone_and_says_which(string locale, string? zone, string expected)
    {
        Locale.Of(locale)!.Use();

        Assert.Equal(expected, In(zone).Full(Instant));
    }

    [Theory]
    [InlineData("2026-03-28T12:00:00Z", "28 March 2026, 12:00 GMT")]
    [InlineData("2026-03-29T12:00:00Z", "29 March 2026, 13:00 IST")]
    [InlineData("2026-10-25T00:30:00Z", "25 October 2026, 01:30 IST")]
    [InlineData("2026-10-25T01:30:00Z", "25 October 2026, 01:30 GMT")]
    public void Summer_time_changes_the_name_with_the_clock(string instant, string expected)
    {
        Locale.English.Use();

        Assert.Equal(expected, In("Europe/Dublin").Full(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("en", "10,214", "€38,900.00", "US$2,266.13")]
    [InlineData("pt-br", "10.214", "€ 38.900,00", "US$ 2.266,13")]
    [InlineData("es", "10 214", "38.900,00 €", "2.266,13 US$")]
    public void Numbers_and_money_follow_the_language(string locale, string number, string euro, string dollar)
    {
        Locale.Of(locale)!.Use();

        Assert.Equal(
            (number, euro, dollar),
            (Plain(Formats.Number(10214)), Plain(Formats.Money("38900.0000", "EUR")),
                Plain(Formats.Money("2266.1300", "USD"))));
    }

    [Trait("FieldCase", "L10N-01")]
    [Theory]
    [InlineData("en", 0, "other")]
    [InlineData("en", 1, "one")]
    [InlineData("pt-br", 0, "one")]
    [InlineData("pt-br", 2, "other")]
    [InlineData("pt-br", 1_000_000, "many")]
    [InlineData("es", 0, "other")]
    [InlineData("es", 1, "one")]
    [InlineData("es", 2_000_000, "many")]
    public void A_count_takes_the_plural_form_of_its_language(string locale, long count, string form) =>
        Assert.Equal(form, Plural.Category(Locale.Of(locale)!, count));

    [Theory]
    [Trait("FieldCase", "L10N-01")]
    [InlineData("en", "No assets yet", "1 asset", "2 assets", "1,000,000 assets")]
    [InlineData("pt-br", "Nenhum ativo ainda", "1 ativo", "2 ativos", "1.000.000 de ativos")]
    [InlineData("es", "Aún no hay activos", "1 activo", "2 activos", "1 000 000 de activos")]
    public void None_one_two_and_a_million_are_counted_as_the_language_does(string locale, params string[] expected)
    {
        Locale.Of(locale)!.Use();

        Assert.Equal(expected, new long[] { 0, 1, 2, 1_000_000 }.Select(n => Plain(new Texts().Count("asset.count", n))));
    }

    [Theory]
    [InlineData("{count} of {total} left", "3 of {total} left")]
    [InlineData("{count", "{count")]
    [InlineData("none", "none")]
    public void An_unknown_placeholder_stays_visible(string text, string expected) =>
        Assert.Equal(expected, Texts.Fill(text, ("count", 3)));

    [Theory]
    [InlineData("DATE", "\"2026-12-31\"", "31 Dec 2026")]
    [InlineData("NUMBER", "1050.5", "1,050.5")]
    [InlineData("BOOLEAN", "true", "Yes")]
    [InlineData("MULTI_LIST", "[\"a\",\"b\"]", "a, b")]
    [InlineData("TEXT", "null", "")]
    public void A_custom_field_is_written_for_people(string type, string json, string expected)
    {
        Locale.English.Use();

        Assert.Equal(expected, CustomFieldText.Of(new AssetCustomField(Guid.Empty, "x", type, JsonDocument.Parse(json).RootElement), new Texts()));
    }

    [Theory]
    [InlineData("America/New_York", 9999, 12, 31, "9999-12-31T23:59:59Z")]
    [InlineData("Asia/Tokyo", 1, 1, 1, "0001-01-01T00:00:00Z")]
    [InlineData("America/New_York", 2026, 11, 30, "2026-12-01T04:59:59Z")]
    public void A_time_that_is_typed_is_one_even_at_the_ends_of_the_calendar(string zone, int year, int month, int day, string expected)
    {
        var time = year == 1 ? new TimeOnly(0, 0) : new TimeOnly(23, 59, 59);

        Assert.Equal(expected, In(zone).Instant(new DateOnly(year, month, day), time).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }

    private static string Plain(string text) => text.Replace('\u00a0', ' ').Replace('\u202f', ' ');

    private static Formats In(string? zone) =>
        new(TimeProvider.System, new PageSession { Me = new Viewer(Guid.Empty, null, "x", null, null, [], zone, null) });
}
