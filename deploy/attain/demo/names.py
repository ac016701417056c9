"""Words from which the demonstration company is put together. No person, account or product of it exists."""

FIRST_NAMES = (
    "Abebi", "Aino", "Alastair", "Anouk", "Benedikt", "Blessing", "Caio", "Camille", "Chidi", "Dagny", "Darius",
    "Elif", "Emeka", "Farah", "Giulia", "Hana", "Hugo", "Ilse", "Imran", "Isolde", "Jasper", "Jun", "Kamala", "Kofi",
    "Lakshmi", "Leif", "Lucia", "Malik", "Marisol", "Mateus", "Mei", "Naveen", "Nia", "Noor", "Olamide", "Otto",
    "Paloma", "Priya", "Quentin", "Rafael", "Renske", "Ronan", "Saoirse", "Selim", "Sunniva", "Tariq", "Thandi",
    "Uma", "Viggo", "Wanjiru", "Xenia", "Yusuf", "Zofia",
)  # fmt: skip

FAMILY_NAMES = (
    "Almgren", "Ashdown", "Baptiste", "Birkholm", "Brandvold", "Cardell", "Castellane", "Copperfield", "Darrow",
    "Eastlake", "Elmhurst", "Fairbourne", "Falkner", "Garrick", "Glenmore", "Halvorson", "Hartwell", "Ibekwe",
    "Ironwood", "Jarrah", "Kestrel", "Kirkwall", "Lanternier", "Larkspur", "Lindqvist", "Marchetti", "Merriweather",
    "Nightingale", "Northcott", "Okonjo", "Oleander", "Pemberley", "Quillfeather", "Rosenthal", "Rowntree", "Sable",
    "Silverstone", "Stormont", "Takahara", "Tamarind", "Thornfield", "Umberland", "Valdemar", "Vasquine", "Wakefield",
    "Westergaard", "Winterbourne", "Yarrow", "Zellweg",
)  # fmt: skip

TEAMS = (
    ("north", "North"),
    ("south", "South"),
    ("coast", "Coast"),
    ("lakes", "Lakes"),
    ("enterprise", "Enterprise"),
    ("partners", "Partners"),
)

PRODUCTS = (("Beacon", 3_200, 30), ("Compass", 5_400, 28), ("Harbour", 8_600, 20), ("Lighthouse", 14_500, 14))
"""Names, typical amounts in dollars, and how often one of them is what a deal is about."""

RARE_PRODUCT = ("Armada", 38_000, 2)
"""What only a few deals are about, and what makes a quarter."""

ACCOUNT_FIRST = (
    "Amber", "Birch", "Bright", "Cedar", "Clear", "Copper", "Crown", "Dale", "Ever", "Fern", "Granite", "Green",
    "High", "Juniper", "Lark", "Maple", "Mill", "North", "Oak", "Pine", "Quarry", "River", "Silver", "Stone",
)  # fmt: skip

ACCOUNT_SECOND = (
    "bridge Foods", "brook Clinics", "croft Logistics", "dale Textiles", "field Energy", "gate Insurance",
    "ford Systems", "haven Hotels", "mere Chemicals", "ridge Robotics", "stead Farms", "water Media",
)  # fmt: skip

STAGES = ("qualified", "demonstrated", "proposed", "negotiated")

OBSERVATIONS = (
    "Opens calls with an agenda now, and customers notice.",
    "Talks about price before the problem is understood.",
    "Knows the buying committee by name in the larger accounts.",
    "Forecast was honest all month, no surprises at the end.",
    "Three deals sat in negotiation without a next step.",
    "The written summaries after each meeting are excellent.",
    "Discounts early when silence would do.",
    "Asks better second questions than a quarter ago.",
    "Loses touch with an account once it has signed.",
    "Demonstrations are tailored, but ten minutes too long.",
)

ADVICE = (
    "We agreed on two role plays about price next week.",
    "Next step: a call plan for the five largest open deals.",
    "Will sit in on my next negotiation and debrief afterwards.",
    "Asked for the negotiation course; I said yes.",
    "We will look at the lost deals of the quarter together.",
    "I will join the first meeting with the new account.",
    "Should share this with the team on Monday.",
    "We set one goal: a dated next step on every deal.",
)
