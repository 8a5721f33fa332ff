using System.Globalization;

namespace Panorama.AppHost.Publishing;

/// <summary>Writes what stands behind a variable or an argument of the model as a text of the target.</summary>
internal abstract class Expressions
{
    /// <summary>Name of the secret that a value is: a parameter's, or a connection string's as a whole; null for what may be read by everybody.</summary>
    public static string? SecretOf(object? value) => value switch
    {
        ParameterResource { Secret: true } parameter => parameter.Name,
        ParameterResource => null,
        ConnectionStringReference reference => reference.Resource.Name,
        IResourceWithConnectionString connection => connection.Name,
        IResourceBuilder<IResource> builder => SecretOf(builder.Resource),
        ReferenceExpression { Format: "{0}", ValueProviders: [var only] } => SecretOf(only),
        ReferenceExpression expression when expression.ValueProviders.Any(p => SecretOf(p) is not null) =>
            throw new InvalidOperationException($"{expression.ValueExpression} mixes a secret with other text, which no file of secrets can say."),
        _ => null,
    };

    /// <summary>The parameter that a value is, alone; null for anything else.</summary>
    public static ParameterResource? ParameterOf(object? value) => value switch
    {
        ParameterResource parameter => parameter,
        IResourceBuilder<ParameterResource> builder => builder.Resource,
        ReferenceExpression { Format: "{0}", ValueProviders: [var only] } => ParameterOf(only),
        _ => null,
    };

    public string Text(object? value) => value switch
    {
        null => "",
        string text => Literal(text),
        ParameterResource parameter => Parameter(parameter),
        ConnectionStringReference reference => Text(reference.Resource),
        IResourceWithConnectionString connection => Text(connection.ConnectionStringExpression),
        EndpointReference endpoint => Text(endpoint.Property(EndpointProperty.Url)),
        EndpointReferenceExpression endpoint => Endpoint(endpoint),
        ReferenceExpression { IsConditional: true } choice =>
            Text(string.Equals(Text(choice.Condition), choice.MatchValue, StringComparison.OrdinalIgnoreCase) ? choice.WhenTrue : choice.WhenFalse),
        ReferenceExpression expression =>
            string.Format(CultureInfo.InvariantCulture, Literal(expression.Format), [.. expression.ValueProviders.Select(p => (object)Text(p))]),
        IResourceBuilder<IResource> builder => Text(builder.Resource),
        _ => throw new InvalidOperationException($"A value of {value.GetType()} cannot be written to a deployment file."),
    };

    /// <summary>Text of the model, escaped as the target wants it.</summary>
    protected virtual string Literal(string text) => text;

    protected abstract string Parameter(ParameterResource parameter);

    /// <summary>Name under which others reach a container.</summary>
    protected virtual string Host(string resource) => resource;

    private string Endpoint(EndpointReferenceExpression expression)
    {
        var annotation = expression.Endpoint.EndpointAnnotation;
        var host = Host(expression.Endpoint.Resource.Name);
        var port = (annotation.TargetPort ?? throw new InvalidOperationException($"{expression.Endpoint.Resource.Name} has no fixed port.")).ToString(CultureInfo.InvariantCulture);
        return expression.Property switch
        {
            EndpointProperty.Host or EndpointProperty.IPV4Host => host,
            EndpointProperty.Port or EndpointProperty.TargetPort => port,
            EndpointProperty.HostAndPort => $"{host}:{port}",
            EndpointProperty.Scheme => annotation.UriScheme,
            EndpointProperty.Url => $"{annotation.UriScheme}://{host}:{port}",
            EndpointProperty.TlsEnabled => bool.FalseString,
            _ => throw new InvalidOperationException($"{expression.Property} of an endpoint cannot be written to a deployment file."),
        };
    }
}
