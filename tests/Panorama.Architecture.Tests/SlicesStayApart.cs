using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Panorama.Architecture.Tests
{
    /// <summary>A slice (the third part of a namespace, an area of the product) uses the shared folders of its project, never another slice.</summary>
    public sealed class SlicesStayApart
    {
        // The frame of each project: every slice may use it, and it may know the slices. What is not named here is a slice.
        private static readonly Dictionary<string, string[]> _shared = new(StringComparer.Ordinal)
        {
            ["Panorama.Api"] = ["Data", "Http", "Settings", "Tenancy"],
            ["Panorama.Worker"] = ["Health", "Management", "Scheduling", "Start", "Work"],
            ["Panorama.Web"] = ["Api", "Components", "Errors", "Http", "Localization", "Shell"],
            ["Panorama.Cli"] = ["Shared"],
        };

        public static TheoryData<string> Projects => [.. _shared.Keys];

        [Theory]
        [MemberData(nameof(Projects))]
        public void A_slice_uses_no_other_slice(string project)
        {
            var assembly = System.Reflection.Assembly.Load(project == "Panorama.Cli" ? "panorama" : project);

            Findings.None(Crossings(assembly, project, _shared[project]));
        }

        [Fact]
        public void A_crossing_is_found() =>
            Assert.Equal(["Sample.Garage.Lift → Sample.Kitchen.Oven"], Crossings(typeof(SlicesStayApart).Assembly, "Sample", ["Cellar"]));

        private static string[] Crossings(System.Reflection.Assembly assembly, string root, string[] shared)
        {
            var types = new ArchLoader().LoadAssembly(assembly).Build().Types;
            return [.. from type in types
                       let slice = Slice(type, root)
                       where slice is not null && !shared.Contains(slice, StringComparer.Ordinal)
                       from target in type.Dependencies.Select(d => d.Target).Distinct()
                       let other = Slice(target, root)
                       where other is not null && other != slice && !shared.Contains(other, StringComparer.Ordinal)
                       select $"{type.FullName} → {target.FullName}"];
        }

        private static string? Slice(IType type, string root)
        {
            var name = type.Namespace?.FullName ?? "";
            return name.StartsWith(root + ".", StringComparison.Ordinal) ? name[(root.Length + 1)..].Split('.')[0] : null;
        }
    }
}

// What the rule looks at when it is tried: a garage that must not reach into the kitchen, but may use the cellar.
namespace Sample.Garage
{
    internal sealed class Lift
    {
        public Sample.Kitchen.Oven Oven { get; } = new();

        public Sample.Cellar.Shelf Shelf { get; } = new();
    }
}

namespace Sample.Kitchen
{
    internal sealed class Oven;
}

namespace Sample.Cellar
{
    internal sealed class Shelf;
}
