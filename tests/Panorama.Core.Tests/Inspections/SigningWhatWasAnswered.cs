using Panorama.Core.Inspections;

namespace Panorama.Core.Tests.Inspections;

public sealed class SigningWhatWasAnswered
{
    private static readonly Guid Run = Guid.Parse("0198a000-0000-7000-8000-000000000001");
    private static readonly Guid Tyres = Guid.Parse("0198a000-0000-7000-8000-00000000000a");
    private static readonly Guid Fuel = Guid.Parse("0198a000-0000-7000-8000-00000000000b");
    private static readonly Guid Remarks = Guid.Parse("0198a000-0000-7000-8000-00000000000c");
    private static readonly Guid Dash = Guid.Parse("0198a000-0000-7000-8000-00000000000d");
    private static readonly Guid Signer = Guid.Parse("0198a000-0000-7000-8000-0000000000ff");
    private static readonly SignedPhoto OfDash = new(Guid.Parse("0198a000-0000-7000-8000-000000000011"), Dash, new string('a', 64), IsRemoved: false);
    private static readonly SignedPhoto OfAll = new(Guid.Parse("0198a000-0000-7000-8000-000000000010"), null, new string('b', 64), IsRemoved: true);

    private static readonly InspectionSnapshot Snapshot = new(
        "Pre-trip", null, DateTimeOffset.UnixEpoch, 1,
        [Item(Tyres, 0, InspectionItemType.Boolean), Item(Fuel, 1, InspectionItemType.Number), Item(Remarks, 2, InspectionItemType.Text), Item(Dash, 3, InspectionItemType.Photo)]);

    private static readonly SignedRun Answered = new(
        Run, InspectionOutcome.Fail, "Says \"no\"\nto\tC:\\ \u0001 ção 🚐", Snapshot,
        [new(Dash, null, null, null, null), new(Remarks, null, "fine", null, null), new(Fuel, null, null, 0.1 + 0.2, null), new(Tyres, false, null, null, "worn")]);

    // Written by hand from docs/signatures.md, and its hash by sha256sum.
    private const string Text =
        """
        panorama.inspection-signature/1
        inspection 0198a000-0000-7000-8000-000000000001
        role DRIVER
        outcome FAIL
        summary "Says \"no\"\nto\tC:\\ \u0001 ção 🚐"
        answer 0198a000-0000-7000-8000-00000000000a false "worn"
        answer 0198a000-0000-7000-8000-00000000000b 0.30000000000000004 null
        answer 0198a000-0000-7000-8000-00000000000c "fine" null
        answer 0198a000-0000-7000-8000-00000000000d null null
        photo 0198a000-0000-7000-8000-00000000000d 0198a000-0000-7000-8000-000000000011 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        photo - 0198a000-0000-7000-8000-000000000010 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb removed
        signer 0198a000-0000-7000-8000-0000000000ff
        name "Ana"
        path "M0 0L0 100"
        signed 2026-11-27T08:15:00.120Z

        """;

    private const string Hash = "a3394a69a3d06d0ad059c76512d908cddebab6c5246ef2eaffd91661f60d7499";

    [Fact]
    public void What_is_signed_is_one_text_that_anybody_can_write_again()
    {
        var text = SignedContent.Write(Answered, Signature());

        Assert.Equal(Text, text);
        Assert.Equal(Hash, Convert.ToHexStringLower(SignedContent.Hash(text)));
    }

    [Fact]
    public void A_change_of_anything_that_was_signed_is_seen()
    {
        var signature = Signature();
        Assert.True(IsIntact(Answered, signature));

        Assert.All(
            new SignedRun[]
            {
                Answered with { Outcome = InspectionOutcome.Pass },
                Answered with { SummaryNote = null },
                Answered with { Answers = [.. Answered.Answers.Skip(1)] },
                Answered with { Answers = [.. Answered.Answers.SkipLast(1), new(Tyres, true, null, null, "worn")] },
                Answered with { Answers = [.. Answered.Answers.SkipLast(1), new(Tyres, false, null, null, null)] },
            },
            changed => Assert.False(IsIntact(changed, signature)));
        Assert.False(IsIntact(Answered, Signature(name: "Eva")));
        Assert.False(IsIntact(Answered, Signature(path: "M0 0L100 0")));
        Assert.False(IsIntact(Answered, Signature(image: [1, 2, 4])));
    }

    [Fact]
    public void A_photo_may_go_and_come_back_and_may_not_be_another()
    {
        var signature = Signature();

        Assert.True(IsIntact(Answered, signature, OfDash));
        Assert.True(IsIntact(Answered, signature, OfDash, OfAll with { IsRemoved = false }));
        Assert.False(IsIntact(Answered, signature, OfDash with { Sha256 = new string('c', 64) }));
        Assert.False(IsIntact(Answered, signature, OfDash with { SnapshotItemId = Tyres }));
        Assert.False(IsIntact(Answered, signature, OfDash with { Id = Run }));
    }

    [Fact]
    public void The_note_of_a_review_is_signed_and_may_change_afterwards()
    {
        var signature = Signature(SignatureRole.Reviewer, note: "seen");
        var text = SignedContent.Write(Answered, signature);

        Assert.Contains("\nrole REVIEWER\n", text, StringComparison.Ordinal);
        Assert.Contains("\nreview 7208794c984ea1c75d13877c7427336fe98722c41a056eeee4f37360ec367123\nsigner ", text, StringComparison.Ordinal);
        Assert.Equal((false, true, true), (SignedContent.IsNoteChanged(signature, "seen"), SignedContent.IsNoteChanged(signature, "Seen"), SignedContent.IsNoteChanged(signature, null)));
        Assert.Equal((false, true), (SignedContent.IsNoteChanged(Signature(SignatureRole.Reviewer), null), SignedContent.IsNoteChanged(Signature(SignatureRole.Reviewer), "late")));
        Assert.Contains("\nreview null\n", SignedContent.Write(Answered, Signature(SignatureRole.Reviewer)), StringComparison.Ordinal);
        Assert.False(SignedContent.IsNoteChanged(Signature(), "anything"));
    }

    // Of something else where anything differs from what is signed by default.
    private static bool IsIntact(SignedRun run, InspectionSignature signature, params IReadOnlyList<SignedPhoto> photos) =>
        SignedContent.IsIntact(SignedContent.Write(run, signature), signature, photos);

    private static InspectionSignature Signature(SignatureRole role = SignatureRole.Driver, string name = "Ana", string path = "M0 0L0 100", string? note = null, byte[]? image = null)
    {
        var signed = Make(role, "Ana", "M0 0L0 100", note, null, []);
        return Make(role, name, path, note, image, SignedContent.Hash(SignedContent.Write(Answered, signed)));
    }

    private static InspectionSignature Make(SignatureRole role, string name, string path, string? note, byte[]? image, byte[] hash) => new()
    {
        Id = Guid.Empty,
        TenantId = Guid.Empty,
        InspectionId = Run,
        Role = role,
        SignedByUserId = Signer,
        TypedName = name,
        Path = path,
        Image = image ?? [1, 2, 3],
        Sha256 = System.Security.Cryptography.SHA256.HashData([1, 2, 3]),
        ContentHash = hash,
        Photos = SignedContent.PhotoLines(Snapshot, [OfAll, OfDash]),
        NoteSha256 = SignedContent.NoteHash(note),
        SignedAt = new DateTimeOffset(2026, 11, 27, 8, 15, 0, 120, TimeSpan.Zero),
    };

    private static SnapshotItem Item(Guid id, int position, InspectionItemType type) => new(id, position, "Item", type, Required: false, PhotoRequired: false, null, null, null, null);
}
