using System.Reflection;
using Microsoft.Extensions.Configuration;
using Panorama.Api.Settings;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.Api.Tests.Settings;

/// <summary>The options classes against the catalogue that operators read: the same names, the same defaults.</summary>
public sealed class KnowingEverySetting
{
    private static readonly IEnumerable<(object Options, PropertyInfo Property, string Name)> Bound =
        from type in typeof(ICheckedOptions).Assembly.GetTypes()
        where type is { IsClass: true, IsAbstract: false } && typeof(ICheckedOptions).IsAssignableFrom(type)
        let options = Activator.CreateInstance(type)!
        from property in type.GetProperties()
        let name = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name
        where name is not null && name != "ConnectionStrings"
        select (options, property, name);

    [Fact]
    public void Each_that_an_options_class_binds_is_catalogued_for_the_Api_with_the_default_of_the_class()
    {
        Assert.True(Bound.Count() > 15);
        Assert.All(Bound, bound =>
        {
            var setting = Assert.Single(SettingCatalogue.Settings, s => s.Name == bound.Name);
            Assert.Contains("A", setting.Readers, StringComparison.Ordinal);
            var value = bound.Property.GetValue(bound.Options);
            // A flag that is left out is null in the class, and what the catalogue says once it is read.
            Assert.True(value is null ? setting.Default is null or "false" : value.Equals(setting.Default), $"{bound.Name}: {value} is not {setting.Default}");
        });
    }

    [Fact]
    public void A_flag_that_is_left_out_is_what_the_catalogue_says()
    {
        var features = new FeatureOptions();

        Assert.Equal((false, false, false), (features.Inspections, features.Maintenance, new OriginOptions().RequireOrigin));
    }
}
