using System.Collections.Frozen;

namespace Panorama.Web.Components;

/// <summary>Tone and icon of every state, so that the state vocabulary stands in one place; the word is <c>badge.family.STATE</c>.</summary>
internal sealed record BadgeLook(string Tone, string Icon)
{
    public static readonly FrozenDictionary<string, BadgeLook> All = new Dictionary<string, BadgeLook>
    {
        ["asset.READY"] = new("ok", "circle-check"),
        ["asset.IN_USE"] = new("info", "key-round"),
        ["asset.RESERVED"] = new("hold", "calendar-clock"),
        ["asset.MAINTENANCE"] = new("warn", "wrench"),
        ["asset.RETIRED"] = new("mute", "archive"),
        ["asset.ARCHIVED"] = new("mute", "archive"),
        ["approval.PENDING_APPROVAL"] = new("warn", "hourglass"),
        ["approval.AUTO_APPROVED"] = new("ok", "badge-check"),
        ["approval.APPROVED"] = new("ok", "badge-check"),
        ["approval.REJECTED"] = new("bad", "circle-x"),
        ["reservation.BOOKED"] = new("hold", "calendar-clock"),
        ["reservation.CHECKED_OUT"] = new("info", "key-round"),
        ["reservation.RETURNED"] = new("mute", "undo-2"),
        ["reservation.CANCELLED"] = new("mute", "ban"),
        ["reservation.MISSED"] = new("warn", "user-x"),
        ["reservation.overdue"] = new("bad", "clock-alert"),
        ["reservation.stranded"] = new("bad", "triangle-alert"),
        ["reservation.expired"] = new("mute", "hourglass"),
        ["inspection.IN_PROGRESS"] = new("info", "circle-dot"),
        ["inspection.COMPLETED"] = new("ok", "circle-check"),
        ["inspection.CANCELLED"] = new("mute", "ban"),
        ["outcome.PASS"] = new("ok", "circle-check"),
        ["outcome.FAIL"] = new("bad", "circle-x"),
        ["outcome.NEEDS_MAINTENANCE"] = new("warn", "wrench"),
        ["review.not_reviewed"] = new("warn", "eye"),
        ["review.reviewed"] = new("mute", "check-check"),
        ["ticket.OPEN"] = new("warn", "circle-dashed"),
        ["ticket.IN_PROGRESS"] = new("info", "wrench"),
        ["ticket.COMPLETED"] = new("ok", "circle-check"),
        ["ticket.CANCELLED"] = new("mute", "ban"),
        ["member.active"] = new("ok", "circle-check"),
        ["member.invited"] = new("info", "mail"),
        ["member.suspended"] = new("bad", "ban"),
        ["invitation.open"] = new("info", "mail"),
        ["invitation.accepted"] = new("ok", "circle-check"),
        ["invitation.revoked"] = new("mute", "ban"),
        ["invitation.expired"] = new("mute", "hourglass"),
        ["invitation.bounced"] = new("bad", "triangle-alert"),
        ["job.ok"] = new("ok", "circle-check"),
        ["job.running"] = new("info", "loader"),
        ["job.waiting"] = new("mute", "hourglass"),
        ["job.late"] = new("warn", "clock-alert"),
        ["job.dead"] = new("bad", "circle-x"),
        ["session.current"] = new("ok", "circle-check"),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
