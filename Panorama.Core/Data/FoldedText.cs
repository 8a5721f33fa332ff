using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;
using Panorama.Core.Assets;

namespace Panorama.Core.Data;

/// <summary>In the database what <see cref="SearchText.Fold"/> is in the process, for short lists that are read whole.</summary>
public static class FoldedText
{
    private static readonly StringTypeMapping TextMapping = new("text", System.Data.DbType.String);

    /// <summary>Without marks, in lower case, with ’ as '. Only in a query.</summary>
    public static string Of(string text) => throw new InvalidOperationException("This is translated to SQL.");

    internal static void Map(ModelBuilder modelBuilder) => modelBuilder.HasDbFunction(((Func<string, string>)Of).Method).HasTranslation(arguments =>
    {
        var decomposed = Call("normalize", arguments[0], Text("NFKD"));
        var bare = Call("regexp_replace", decomposed, Text("[\u0300-\u036f]"), Text(""), Text("g"));
        return Call("translate", Call("lower", bare), Text("’‘"), Text("''"));
    });

    private static SqlFunctionExpression Call(string name, params SqlExpression[] arguments) =>
        new("pg_catalog", name, arguments, nullable: true, [.. arguments.Select(_ => true)], typeof(string), TextMapping);

    private static SqlConstantExpression Text(string text) => new(text, TextMapping);
}
