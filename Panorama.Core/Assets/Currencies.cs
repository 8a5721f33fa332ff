using System.Collections.Frozen;

namespace Panorama.Core.Assets;

/// <summary>The codes an amount may have: ISO 4217, list one as of 2026, and those withdrawn since 2015, which purchases of that time still have.</summary>
public static class Currencies
{
    // Not on it: codes of funds and units of account (BOV, CHE, CHW, CLF, COU, MXV, USN, UYI, UYW), of metals, bonds and tests (X…), in which nobody pays.
    private const string InUse =
        """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP
        DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD
        KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
        RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND
        VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
        """;

    private const string Withdrawn = "ANG BGN BYR CUC HRK LTL MRO SLL STD VEF ZWL";

    private const string WithoutDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
    private const string WithThree = "BHD IQD JOD KWD LYD OMR TND";

    private static readonly FrozenSet<string> All =
        $"{InUse} {Withdrawn}".Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether it is one; upper case only.</summary>
    public static bool Contains(string code) => All.Contains(code);

    /// <summary>Decimals of the smallest amount that can be paid; two where nothing else is known.</summary>
    public static int Digits(string? code) =>
        code is not { Length: 3 } ? 2
        : WithoutDecimals.Contains(code, StringComparison.Ordinal) ? 0
        : WithThree.Contains(code, StringComparison.Ordinal) ? 3
        : 2;

    /// <summary>Every code, in no order.</summary>
    public static IReadOnlyCollection<string> Codes => All;
}
