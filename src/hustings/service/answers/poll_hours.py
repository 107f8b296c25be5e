"""When the last polls of each state close, in the zone of the part of the state that is last: a sample to begin with.
Every one of them is to be checked with the state before anybody is told it; the page shows which were."""

from datetime import time

_AT: dict[tuple[int, int, str], str] = {
    (18, 0, "America/Chicago"): "IN KY",
    (19, 0, "America/New_York"): "GA SC VA VT",
    (19, 30, "America/New_York"): "NC OH WV",
    (20, 0, "America/New_York"): "CT DC DE MA MD ME NH NJ PA RI TN",
    (21, 0, "America/New_York"): "NY",
    (19, 0, "America/Chicago"): "AL FL IL MO MS OK",
    (19, 30, "America/Chicago"): "AR",
    (20, 0, "America/Chicago"): "IA LA MI MN NE WI",
    (21, 0, "America/Chicago"): "ND",
    (19, 0, "America/Denver"): "CO KS NM SD TX WY",
    (20, 0, "America/Denver"): "MT UT",
    (19, 0, "America/Phoenix"): "AZ",
    (19, 0, "America/Los_Angeles"): "NV",
    (20, 0, "America/Los_Angeles"): "CA ID OR WA",
    (20, 0, "America/Adak"): "AK",
    (19, 0, "Pacific/Honolulu"): "HI",
}
SAMPLE: dict[str, tuple[time, str]] = {
    code: (time(hour, minute), zone) for (hour, minute, zone), codes in _AT.items() for code in codes.split()
}
