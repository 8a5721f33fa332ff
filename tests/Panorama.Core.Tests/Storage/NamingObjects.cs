using Npgsql;
using Panorama.Core.Storage;
using Panorama.Testing;

namespace Panorama.Core.Tests.Storage;

/// <summary>Keys of objects.</summary>
public sealed class NamingObjects(TestDatabase database)
{
    private static readonly Guid Tenant = Guid.Parse("0190a0b0-0000-7000-8000-00000000000a");
    private static readonly Guid Owner = Guid.Parse("0190a0b0-0000-7000-8000-00000000000b");
    private static readonly Guid Id = Guid.Parse("0190a0b0-0000-7000-8000-00000000000c");
    private static readonly string Good = $"tenants/{Tenant}/inspections/{Owner}/photos/{Id}_t.jpg";

    [Fact]
    public void A_key_is_built_and_read_again()
    {
        var key = ObjectKey.For(Tenant, ObjectArea.Inspections, Owner, ObjectKind.Photos, Id, "jpg", isThumbnail: true);

        Assert.Equal((Good, Tenant, true), (key.Text, key.TenantId, key.IsThumbnail));
        Assert.Equal(key, ObjectKey.Parse(Good, Tenant));
    }

    [Fact]
    public void A_key_of_another_organisation_is_refused() =>
        Assert.Equal("object_storage_key_tenant_mismatch", Assert.Throws<StorageException>(() => ObjectKey.Parse(Good, Owner)).Code);

    [Fact]
    public async Task Anything_else_is_no_key_here_and_in_the_database()
    {
        string[] bad =
        [
            "", "/" + Good, Good + "\n", Good + "/", Good.ToUpperInvariant(), Good.Replace("_t", "_u", StringComparison.Ordinal), Good.Replace("photos", "..", StringComparison.Ordinal),
            Good.Replace("inspections", "other", StringComparison.Ordinal), Good.Replace(".jpg", "", StringComparison.Ordinal), Good.Replace(".jpg", ".j pg", StringComparison.Ordinal),
            "x" + Good, Good.Replace("/photos/", "//photos/", StringComparison.Ordinal), $"tenants/{Tenant:N}/inspections/{Owner}/photos/{Id}.jpg",
        ];

        Assert.All(bad, text => Assert.Equal("object_storage_key_invalid_shape", Assert.Throws<StorageException>(() => ObjectKey.Parse(text, Tenant)).Code));
        await using var connection = new NpgsqlConnection(database.Server.SuperuserConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("select array(select t ~ $1 from unnest($2) with ordinality u(t, n) order by n)", connection)
        {
            Parameters = { new() { Value = ObjectKey.Shape }, new() { Value = bad.Append(Good).ToArray() } },
        };
        var matched = (bool[])(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        bool[] expected = [.. bad.Select(_ => false), true];
        Assert.Equal(expected, matched);
    }

    [Theory]
    [InlineData("")]
    [InlineData("JPG")]
    [InlineData("a/b")]
    public void An_extension_is_small_letters_and_digits(string extension) => Assert.Throws<StorageException>(
        () => ObjectKey.For(Tenant, ObjectArea.Assets, Owner, ObjectKind.Files, Id, extension));
}
