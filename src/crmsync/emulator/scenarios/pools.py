"""Names, firms and words to draw from; all invented, some of them awkward on purpose."""

from __future__ import annotations

FIRST = (
    "Maria", "Zoë", "Tom", "Amélie", "Jürgen", "Siobhán", "Łukasz", "Ines", "Priya", "Hannah", "Björn", "Chloé",
    "Ahmed", "Sofía", "Ruth", "Matthias", "Grace", "Noémie", "Oskar", "Leila", "Conor", "Beate", "Rafael", "Anneke",
    "Dominik", "Yuki", "Fergus", "Katharina", "Pádraig", "Elif", "Gareth", "Vera", "Stéphane", "Olga", "Marcus",
    "Aoife", "Nadia", "Wilhelm", "Carmen", "Ian",
)  # fmt: skip
LAST = (
    "Jiménez", "O'Neill", "Müller", "D'Souza", "Żak", "Fletcher", "Grünwald", "Nguyễn", "Lefèvre", "MacDonald", "Weiß",
    "Ní Dhomhnaill", "Baumgartner", "Okonkwo", "Sørensen", "Hughes", "Castaño", "Achterberg", "St. John", "Kühn",
    "Whitfield", "Çelik", "Moreau", "Pankhurst", "Šimić", "Larsen", "de la Cruz", "Ashworth", "Öztürk", "Brennan",
    "Keller", "Ramaswamy", "Thornbury", "Vogt", "Lindqvist", "Huber", "Peña", "Gallagher", "Niemann", "Sinclair",
)  # fmt: skip
AWKWARD = (
    ("=Priya", "Anand"),
    ("Hans 🚚", "Trautmann"),
    ("Zoë", "O'Neill-D'Arcy"),
    ("", "=SUM Larkin"),
    ("J.", 'van "Rob" der Meer'),
    ("陈", "伟"),
    ("Anna-Lena", "Freifrau von und zu Hohenstein"),
    ("Renée", "Smith, Jr."),
)
FIRM_HEADS = (
    "Brook & Vale", "Lumen", "Kestrel", "Nordhafen", "Ashdown", "Alpenblick", "Greyfriars", "Saint-Clair", "Rheintal",
    "Foyle", "Tamar", "Weser", "Pennine", "Montcalm", "Oakhurst", "Dreisam", "Larkfield", "Südwind", "Ferrybridge",
    "Calder", "Ostsee", "Hollin", "Marisma", "Tyne", "Eifel", "Quayside", "Bergstraße", "Ribble", "Vinzenz", "Corrib",
)  # fmt: skip
GOOD_INDUSTRIES = {
    "Transportation": "Transport",
    "Logistics": "Logistics",
    "Retail": "Stores",
    "Manufacturing": "Works",
    "Wholesale": "Trading",
}
OTHER_INDUSTRIES = {"Education": "College", "Consulting": "Partners", "Media": "Media", "Healthcare": "Clinics"}
SENIOR = (
    "Head of Operations", "Operations Director", "Chief Procurement Officer", "VP Supply Chain", "Logistics Manager",
    "Warehouse Manager", "Managing Director", "Head of Purchasing",
)  # fmt: skip
JUNIOR = ("Buyer", "Supply Planner", "Dispatch Clerk", "Office Assistant", "Trainee", "Business Analyst")
DACH = ("Germany", "Austria", "Switzerland", "DE", "AT")
WEST = ("United Kingdom", "GB", "Ireland", "France", "Spain", "IE")
DIALLING = {"Germany": "+49 40", "DE": "+49 221", "Austria": "+43 1", "AT": "+43 662", "Switzerland": "+41 44"}

DEMO_FORMS = ("Demo UK", "Request a demo", "Get a quote", "Talk to us")
OTHER_FORMS = (
    "Newsletter",
    "Webinar: winter routes",
    "Guide: customs 2026",
    "Checklist: peak season",
    "Trade fair Munich",
)
SITE = "https://www.haldenfreight.example"
PRICING = f"{SITE}/pricing"
CAREERS = f"{SITE}/careers/driver"
PAGES = tuple(f"{SITE}/{page}" for page in ("", "routes", "customs", "case-studies/foyle", "blog/peak-season", "about"))
CALL_SUBJECTS = ("Call", "Call: first contact", "Call - follow-up", "Cold call", "Call re lane prices", "Rückruf")
MAIL_SUBJECTS = (
    "Your lanes to Rotterdam",
    "Following up",
    "Angebot Stückgut",
    "Capacity in January",
    "Nice to meet you",
)
TODO_SUBJECTS = ("Send brochure", "Check lane prices", "Ask Dispatch", "Add on LinkedIn", "Prepare offer")
SEQUENCE_SUBJECTS = ("5 ways to cut demurrage", "Still shipping via Calais?", "A short question")
LEAD_SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Other")

CALL_OUTCOMES = {
    "Busy": "9d9162e7-6cf3-4944-bf63-4dff82258764",
    "Connected": "f240bbac-87c9-4f6e-bf70-924b57d47db7",
    "Left live message": "a4c4c377-d246-4b32-a13b-75a56a4cd0ff",
    "Left voicemail": "b2cf5968-551e-4856-9783-52b3da59a7d0",
    "No answer": "73a0d17f-1163-4015-bdd5-ec830791da20",
}
