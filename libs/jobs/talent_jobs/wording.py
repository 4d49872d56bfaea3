"""Words that shut people out, each with why and what to write instead.

Gender-coded words by Gaucher, Friesen and Kay (2011), cut to those that a posting can do without.
Sex, age, origin, religion and disability by the EEOC's guidance on job advertisements (29 CFR
1604.5, 1625.4; Americans with Disabilities Act, Title I). Over 51 pounds is what the lifting
equation of NIOSH allows nobody even in the best posture. The lists are short on purpose: a flag
that is mostly wrong is not read.
"""

# What names one sex, and the word for everybody.
TITLES = {
    "barmaid": "bartender",
    "bellboy": "bell attendant",
    "bellman": "bell attendant",
    "busboy": "busser",
    "businessman": "business person",
    "cameraman": "camera operator",
    "chairman": "chair",
    "cleaning lady": "cleaner",
    "craftsman": "craftsperson",
    "delivery man": "delivery driver",
    "deliveryman": "delivery driver",
    "draftsman": "drafter",
    "fireman": "firefighter",
    "foreman": "supervisor",
    "foremen": "supervisors",
    "girl friday": "assistant",
    "handyman": "maintenance technician",
    "hostess": "host",
    "mailman": "mail carrier",
    "lunch lady": "food server",
    "maid": "housekeeper",
    "maintenance man": "maintenance technician",
    "repairman": "repair technician",
    "saleslady": "salesperson",
    "salesman": "salesperson",
    "salesmen": "salespeople",
    "saleswoman": "salesperson",
    "seamstress": "sewer",
    "serviceman": "service technician",
    "stewardess": "flight attendant",
    "waiter": "server",
    "waiters": "servers",
    "waitress": "server",
    "waitresses": "servers",
    "watchman": "security guard",
    "workman": "worker",
}
# code, words, why, instead
WORDING = (
    (
        "SEX",
        r"\b(?:(?:fe)?males? (?:only|preferred|wanted|needed)|(?:men|women|girls?|boys?"
        r"|lad(?:y|ies)|guys?|gals?) (?:only|preferred|wanted|needed)"
        r"|(?:two|three|\d) (?:girls|guys|ladies|men)"
        r"|prefer(?:ably|red)? (?:a )?(?:fe)?male)\b",
        "It asks for one sex. With few exceptions the law forbids that.",
        "Leave it out. Name what the work needs.",
    ),
    (
        "GENDERED_PRONOUN",
        r"(?<![/\w])(?<!or )(?:he|his|him|she|her)\b"
        r"(?=\s+(?:will|must|should|is|has|works?|reports?|duties|team))",
        "The sentence speaks of one sex.",
        "Write you, or they.",
    ),
    (
        "CODED_WORDING",
        r"\b(?:rock ?star|ninja|guru|dominant|aggressive(?:ly)?|work hard,? play hard"
        r"|fearless|crush(?:ing)? it|alpha)\b",
        "Words like this keep many good people, women above all, from applying.",
        "Say what the person will do and how well it should be done.",
    ),
    (
        "AGE",
        r"\b(?:young,? (?:and|energetic|dynamic|hungry|people|person|professionals?|talents?|men"
        r"|women)|youthful"
        r"|(?:between (?:the ages of )?|ages? (?:of )?)(?:1[89]|[2-4]\d) ?(?:-|–|and|to) ?[2-6]\d"
        r"|under (?:the age of )?(?:[3-5]\d)(?= years)|millennials?|gen[- ]z"
        r"|recent (?:college )?grad(?:uate)?s?|digital native|energetic young"
        r"|mature (?:person|individual)|over qualified|overqualified)\b",
        "It speaks of age. People over 40 are protected by law.",
        "Name the skill you need instead.",
    ),
    (
        "ORIGIN",
        r"\b(?:native (?:english )?speakers?|mother tongue|(?:no|without(?: an)?) accent"
        r"|american[- ]born|u\.?s\.? citizens? only)\b",
        "It shuts people out by where they come from.",
        "Say how well the person must speak and write, and for what.",
    ),
    (
        "DISABILITY",
        r"\b(?:able[- ]bodied|no (?:visible )?disabilit(?:y|ies)|perfect health"
        r"|physically fit|must be able to (?:stand|walk|see|hear)"
        r"|clean bill of health|no (?:health|medical) (?:problems|issues))\b",
        "It shuts out people with disabilities who could do the work.",
        "Name the task, such as moves boxes of 40 pounds, with or without help.",
    ),
    (
        "FAMILY",
        r"\b(?:no kids|no children|unmarried|single (?:men|women)|not pregnant)\b",
        "Family is no ground for hiring.",
        "Leave it out. State the hours instead.",
    ),
    (
        "LOOKS",
        r"\b(?:attractive (?:person|people|appearance|candidates?|staff|women|men)|good[- ]looking"
        r"|well[- ]groomed|clean[- ]cut|all[- ]american)\b",
        "Looks are no skill, and such words shut people out.",
        "Leave it out, or name the uniform and the rules of hygiene.",
    ),
    (
        "RELIGION",
        r"\b(?:must (?:be (?:a )?christian|attend church)|christians? (?:only|preferred))\b",
        "Religion is no ground for hiring, but in a few religious jobs.",
        "Leave it out. State the days and hours instead.",
    ),
    (
        "LIFTING",
        r"\b(?:lift(?:ing)?|carry|move)\b[^.\n]{0,30}?\b(?:5[1-9]|[6-9]\d|1\d\d)\s*(?:lbs?|pounds)\b",
        "Few people can lift so much safely on their own.",
        "Say what is lifted, how often, and with which help.",
    ),
    (
        "RECORD",
        r"\b(?:no criminal (?:record|history|background)|clean (?:criminal )?record"
        r"|no felon(?:y|ies|s)?)\b",
        "A rule against any record shuts out many, and may break the law.",
        "Say which check the work needs, and that each case is looked at.",
    ),
    (
        "CREDIT",
        r"\b(?:good|clean|strong) credit(?: history| score)?\b(?! card)",
        "Debts say little about how somebody works, and several states forbid to ask.",
        "Leave it out, unless a law asks for it.",
    ),
    (
        "UNPAID",
        r"\bunpaid (?:trial|training|internship|shift|work|week|day)s?\b",
        "Work for a business is paid, training and trial shifts too.",
        "State what is paid for it.",
    ),
    (
        "PAY_UNCLEAR",
        r"\b(?:competitive (?:pay|salary|wages?|compensation)|(?:pay|salary|wage) (?:is )?"
        r"(?:negotiable|depends on experience|doe)|(?:pay|salary):? doe)\b",
        "People skip a job that does not say what it pays, and many states require it.",
        "State the least and the most that you pay.",
    ),
    (
        "UNCLEAR_DUTIES",
        r"\b(?:(?:any )?other duties as (?:assigned|needed|required)|jack of all trades"
        r"|wears? many hats|whatever (?:it takes|is needed|needs to be done))\b",
        "Nobody can tell what it means.",
        "Name these tasks, or how much of the week they take.",
    ),
)
