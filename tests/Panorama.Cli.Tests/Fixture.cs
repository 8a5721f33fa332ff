using Panorama.Testing;

[assembly: AssemblyFixture(typeof(TestDatabase))]
