using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Core.Identity;

namespace Panorama.Api.Data;

/// <summary>ASP.NET's data-protection keys as rows, encrypted whole under DATA_KEY: any replica reads them, a dump alone does not.</summary>
internal sealed partial class KeyRing(NpgsqlDataSource database, DataKeys keys, TimeProvider clock, ILogger<KeyRing> logger) : IXmlRepository, IXmlEncryptor
{
    private const string Purpose = "data-protection-keys v1";

    // The interface is synchronous; it is called once a day.
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.CreateCommand("select id, xml_encrypted from data_protection_keys order by created_at, id");
        using var reader = command.ExecuteReader();
        var elements = new List<XElement>();
        while (reader.Read())
        {
            try
            {
                elements.Add(XElement.Parse(keys.Decrypt(Purpose, Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(1)))));
            }
            catch (CryptographicException)
            {
                // Under a DATA_KEY that is not known any more: what it protected is lost, the rest is not.
                LogUnreadable(logger, reader.GetGuid(0));
            }
        }

        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var now = clock.GetUtcNow();
        using var command = database.CreateCommand("insert into data_protection_keys (id, xml_encrypted, created_at) values ($1, $2, $3)");
        command.Parameters.Add(new NpgsqlParameter { Value = Guid.CreateVersion7(now) });
        command.Parameters.Add(new NpgsqlParameter { Value = Encoding.UTF8.GetBytes(keys.Encrypt(Purpose, element.ToString(SaveOptions.DisableFormatting))) });
        command.Parameters.Add(new NpgsqlParameter { Value = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)) });
        command.ExecuteNonQuery();
    }

    // The repository encrypts the whole element, so inside it the key may stand in the clear.
    EncryptedXmlInfo IXmlEncryptor.Encrypt(XElement plaintextElement) => new(new XElement("key", plaintextElement), typeof(NullXmlDecryptor));

    [LoggerMessage(301, LogLevel.Warning, "Data-protection key {KeyId} cannot be decrypted with DATA_KEY or DATA_KEY_PREVIOUS")]
    private static partial void LogUnreadable(ILogger logger, Guid keyId);
}

internal sealed class ConfigureKeyRing(KeyRing ring) : IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options)
    {
        options.XmlRepository = ring;
        options.XmlEncryptor = ring;
    }
}
