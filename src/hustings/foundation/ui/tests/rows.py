"""The ten rows of the drawn desk."""
# ruff: noqa: E501 (a row of the list is a line)

KEYS = (
    "icon",
    "via",
    "name",
    "place",
    "words",
    "subject",
    "say",
    "colour",
    "tag",
    "used",
    "state",
    "new",
    "by",
    "mark",
)
ROWS = [
    dict(zip(KEYS, row, strict=True))
    for row in (
        ("message-square-text", "Text", "Curtis Bell", "Erie, PA", "18 min over", "Text from a new number", "is the library still my polling place or did it move", "vote", "Polling place", 100, "late", 1, "", ""),
        ("mail", "Email", "Ruth Abernathy", "Columbus, OH", "52 min left", "My mail ballot still has not arrived", "I asked for my ballot on the second of October", "vote", "Mail ballot", 78, "warn", 1, "Dana Kessler", ""),
        ("phone-incoming", "Call", "Amparo Quiles", "Allentown, PA", "1 h left", "Voicemail, 1 min 12 s, in Spanish", "Buenas tardes, quisiera saber si puedo llevar a mi hija", "acc", "Español", 66, "warn", 1, "", "languages"),
        ("file-text", "Form", "Walt Nygaard", "Duluth, MN", "3 h left", "Volunteer form: drive voters to the polls", "I have a seven-seat van and both Saturdays free", "vol", "Volunteer", 45, "", 1, "", ""),
        ("mail", "Email", "Priya Raman", "Madison, WI", "5 h left", "Re: Question about the rural clinics plan", "Thank you, that answers the first half. On the staffing", "iss", "Issues", 34, "", 0, "Ines Navarro", "pencil"),
        ("globe", "Answer Center", "Anonymous", "Answer Center", "6 h left", "Article did not help: Voter ID in Georgia", "It says student cards count, my county says otherwise", "vote", "Voter ID", 26, "", 0, "", ""),
        ("mail", "Email", "Leon Whitcomb", "Dayton, OH", "7 h left", "Ramp at the Third Street field office", "My chair will not clear the step by the side door", "acc", "Access", 20, "", 0, "Theo Marsh", ""),
        ("mail", "Email", "Hollis & Daughters Print", "Flint, MI", "Tomorrow", "Invoice 2209, yard signs, second run", "Attached with the packing slip. Net thirty as agreed", "gift", "Suppliers", 12, "", 0, "", "paperclip"),
        ("message-square-text", "Text", "Grace Tomlin", "Macon, GA", "Tomorrow", "Text, third this month", "Can I change my monthly gift to ten dollars please", "gift", "Donations", 9, "", 0, "", ""),
        ("mail", "Email", "Nadia Fairbanks", "Tucson, AZ", "Mon", "Interview request, campus radio", "We record on Tuesdays and would need twenty minutes", "press", "Press", 4, "", 0, "", ""),
    )
]  # fmt: skip
