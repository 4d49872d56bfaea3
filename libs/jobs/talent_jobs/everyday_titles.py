"""Job titles that people use, by the O*NET-SOC occupation of each.

Our own list, for titles that are short for something else or say little on their own, and for
what somebody does besides ("keeps the books"). The full O*NET release, where an agency imports
it, brings over fifty thousand more.
"""

_TITLES = {
    "11-1021.00": "general manager; gm; operations manager; plant manager",
    "11-2021.00": "director of marketing; marketing manager",
    "11-3071.00": "warehouse manager",
    "11-3121.00": "hr manager",
    "11-9051.00": "bar manager; catering manager; food service manager; restaurant manager",
    "11-9081.00": "hotel manager; motel manager",
    "11-9141.00": "apartment manager; property manager",
    "13-1051.00": "estimator",
    "13-1071.00": "hr; hr generalist; human resources generalist; recruiter",
    "13-1082.00": "project manager",
    "13-1121.00": "event coordinator; event planner; wedding planner",
    "13-1131.00": "fundraiser",
    "13-1161.00": (
        "marketing assistant; marketing coordinator; marketing specialist; runs our social "
        "media; social media; social media manager; social media person"
    ),
    "13-2011.00": "accountant; staff accountant",
    "13-2072.00": "loan officer",
    "13-2082.00": "tax preparer",
    "15-1231.00": "network technician",
    "15-1232.00": (
        "computer repair technician; computer technician; desktop support; help desk; it guy; "
        "it person; it support; it tech; it technician; tech support"
    ),
    "15-1244.00": (
        "network administrator; it administrator; sysadmin; system administrator; "
        "systems administrator"
    ),
    "15-1252.00": (
        "app developer; backend developer; backend engineer; developer; devops engineer; "
        "embedded developer; full stack developer; java developer; linux developer; mobile "
        "developer; mobile engineer; programmer; site reliability engineer; software "
        "engineer; sw engineer"
    ),
    "15-1254.00": (
        "front end developer; frontend developer; frontend engineer; web developer; webmaster"
    ),
    "15-1255.00": "ux designer; web designer",
    "17-3011.00": "cad drafter; cad technician; drafter; drafting technician; draftsman",
    "19-2031.00": "chemist",
    "21-1093.00": "case aide; case manager aide",
    "23-2011.00": "legal assistant; paralegal",
    "25-2011.00": "pre k teacher; preschool teacher",
    "25-3021.00": "art instructor; dance teacher; music teacher; piano teacher",
    "25-3031.00": "substitute teacher",
    "25-3041.00": "tutor",
    "25-9042.00": (
        "classroom aide; paraprofessional; teacher aide; teacher assistant; teaching assistant"
    ),
    "27-1019.00": "tattoo artist",
    "27-1023.00": "florist; flower shop clerk",
    "27-1024.00": "graphic designer",
    "27-4021.00": "photographer",
    "27-4032.00": "video editor",
    "27-4099.00": "stagehand",
    "29-1141.00": "registered nurse; rn",
    "29-1292.00": "dental hygienist; hygienist",
    "29-2012.00": "lab tech",
    "29-2042.00": "emt",
    "29-2043.00": "paramedic",
    "29-2052.00": "pharmacy tech; pharmacy technician",
    "29-2056.00": "vet tech; veterinary technician",
    "29-2061.00": "lpn; lvn",
    "29-2072.00": "medical coder",
    "29-2081.00": "optician",
    "31-1121.00": "hha; home health aide",
    "31-1122.00": (
        "caregiver; companion; direct care worker; direct support professional; home care "
        "aide; home care worker; pca; personal care assistant"
    ),
    "31-1131.00": "cna; med tech; nurse aide; nursing aide; patient care technician",
    "31-1132.00": "patient transporter",
    "31-9011.00": "lmt; massage therapist; spa therapist",
    "31-9091.00": "dental assistant",
    "31-9092.00": "medical assistant",
    "31-9096.00": "vet assistant; veterinary assistant",
    "31-9097.00": "phlebotomist",
    "33-9032.00": (
        "bouncer; door person; night watchman; security; security guard; security officer"
    ),
    "33-9092.00": "lifeguard",
    "35-1011.00": "chef; executive chef; head chef; head cook; sous chef",
    "35-1012.00": "front of house manager; kitchen manager",
    "35-2011.00": "fast food cook; fry cook; pizza maker",
    "35-2012.00": "cafeteria cook; institutional cook; school cook",
    "35-2014.00": (
        "breakfast cook; cook; food truck cook; grill cook; line cook; restaurant cook; short "
        "order cook"
    ),
    "35-2021.00": "food prep; kitchen hand; kitchen help; kitchen helper; kitchen staff; prep cook",
    "35-3011.00": "barkeeper; bartender; tends bar",
    "35-3023.00": (
        "counter attendant; crew member; deli worker; fast food worker; food truck worker; "
        "ice cream scooper; lunch lady; sandwich maker"
    ),
    "35-3023.01": "barista",
    "35-3031.00": (
        "catering server; cocktail server; food server; server; waiter; waitress; waits "
        "tables; waitstaff"
    ),
    "35-9011.00": "bar back; barback; bus boy; bus person; busboy; busser; food runner",
    "35-9021.00": "dishwasher; kitchen porter; washes dishes",
    "35-9031.00": "host; hostess",
    "37-1011.00": "cleaning supervisor; custodial supervisor; housekeeping supervisor",
    "37-1012.00": (
        "landscape crew leader; landscape foreman; landscape supervisor; landscaping crew leader"
    ),
    "37-2011.00": (
        "carpet cleaner; cleaner; cleaning; cleaning person; custodian; janitor; night "
        "cleaner; office cleaner; pool cleaner; porter; pressure washer; window cleaner; "
        "window washer"
    ),
    "37-2012.00": (
        "cleaning lady; home cleaner; hotel housekeeper; house cleaner; house keeping; "
        "housekeeper; maid"
    ),
    "37-2021.00": "exterminator; pest control tech; pest control technician",
    "37-3011.00": (
        "gardener; grounds crew; groundskeeper; irrigation technician; landscape laborer; "
        "landscaper; lawn care; lawn care technician; lawn mower; mower; snow removal; yard "
        "worker"
    ),
    "37-3012.00": "lawn technician",
    "37-3013.00": "arborist; tree climber; tree trimmer; tree worker",
    "39-2021.00": (
        "animal caretaker; dog daycare attendant; dog groomer; dog walker; groomer; kennel "
        "assistant; kennel attendant; kennel worker; pet groomer; pet sitter"
    ),
    "39-5011.00": "barber",
    "39-5012.00": "cosmetologist; hair stylist; hairdresser; stylist",
    "39-5091.00": "makeup artist",
    "39-5092.00": "manicurist; nail tech; nail technician",
    "39-5094.00": "aesthetician; esthetician",
    "39-9011.00": (
        "babysitter; child care worker; childcare provider; childcare worker; daycare; "
        "daycare assistant; daycare teacher; daycare worker"
    ),
    "39-9011.01": "nanny",
    "39-9031.00": (
        "fitness instructor; fitness trainer; personal trainer; pilates instructor; swim "
        "instructor; yoga instructor; yoga teacher"
    ),
    "39-9032.00": "activities assistant; camp counselor; recreation leader",
    "41-1011.00": "assistant store manager; retail manager; shop manager; store manager",
    "41-2011.00": "cashier; gas station cashier; runs the register; works the register",
    "41-2021.00": "counter clerk; rental agent; rental clerk",
    "41-2022.00": "counter sales parts; parts clerk; parts counter; parts specialist",
    "41-2031.00": (
        "car salesman; retail associate; retail clerk; retail sales; sales associate; sales "
        "clerk; sales person; salesman; salesperson; saleswoman; shop assistant; store clerk"
    ),
    "41-3021.00": "insurance agent; insurance producer",
    "41-3041.00": "travel agent",
    "41-3091.00": "account executive",
    "41-4012.00": "inside sales; outside sales; outside sales rep; sales rep; sales representative",
    "41-9011.00": "brand ambassador",
    "41-9022.00": "leasing agent; leasing consultant; real estate agent; realtor",
    "43-1011.00": "manages the office; office manager; office supervisor; runs the office",
    "43-3021.00": "biller; billing clerk; medical biller; medical billing",
    "43-3031.00": (
        "accounting assistant; accounting clerk; accounts payable; accounts payable clerk; "
        "accounts receivable; accounts receivable clerk; ap clerk; ar ap clerk; ar clerk; "
        "bookkeeper; bookkeeping; does the books; keeps the books"
    ),
    "43-3051.00": "does payroll; payroll; payroll clerk; runs payroll",
    "43-3071.00": "bank teller",
    "43-4051.00": (
        "call center agent; call center representative; csr; customer service; customer "
        "service rep; customer service representative; service advisor; service writer"
    ),
    "43-4081.00": (
        "front desk agent; guest service agent; hotel clerk; hotel front desk; night auditor"
    ),
    "43-4171.00": (
        "answers phones; answers the phone; answers the phones; dental front office; front "
        "desk; front desk clerk; front desk receptionist; front office; handles the phones; "
        "receptionist"
    ),
    "43-5021.00": "bike messenger; courier; messenger",
    "43-5032.00": "dispatcher; service dispatcher; truck dispatcher",
    "43-5071.00": (
        "inventory clerk; receiving clerk; shipping and receiving; shipping and receiving "
        "clerk; shipping clerk; warehouse clerk"
    ),
    "43-6011.00": "executive assistant",
    "43-6012.00": "legal secretary",
    "43-6013.00": (
        "medical front desk; medical office assistant; medical receptionist; medical secretary"
    ),
    "43-6014.00": (
        "admin assistant; administrative assistant; church secretary; clerical assistant; "
        "office administrator; personal assistant; school secretary; secretary; virtual "
        "assistant"
    ),
    "43-9021.00": "data entry; data entry clerk",
    "43-9041.00": "insurance csr",
    "43-9061.00": "clerical; clerical aide; office assistant; office clerk; office helper",
    "45-2092.00": "farm hand; farm laborer; farm worker; greenhouse worker; nursery worker",
    "45-2093.00": "barn hand; ranch hand; stable hand",
    "47-1011.00": (
        "construction foreman; construction superintendent; construction supervisor; crew "
        "leader; electrical foreman; framing foreman; roofing foreman; site supervisor"
    ),
    "47-2021.00": "brick mason; bricklayer; mason",
    "47-2031.00": "carpenter; finish carpenter; framer; framing carpenter; trim carpenter",
    "47-2041.00": "carpet installer",
    "47-2042.00": "floor installer",
    "47-2044.00": "tile installer; tile setter",
    "47-2051.00": "cement mason; concrete finisher; concrete worker",
    "47-2061.00": (
        "construction helper; construction laborer; construction worker; day laborer; "
        "demolition worker; general laborer; laborer"
    ),
    "47-2073.00": (
        "backhoe operator; bulldozer operator; equipment operator; excavator operator; heavy "
        "equipment operator; skid steer operator"
    ),
    "47-2081.00": "drywall hanger; drywall installer; drywaller",
    "47-2082.00": "drywall finisher; drywall taper; taper",
    "47-2111.00": "apprentice electrician; electrician; journeyman electrician",
    "47-2121.00": "glass installer; glazier",
    "47-2141.00": "house painter; painter",
    "47-2152.00": (
        "apprentice plumber; journeyman plumber; pipefitter; plumber; plumbing apprentice"
    ),
    "47-2181.00": "gutter installer; roofer; roofing installer",
    "47-2211.00": "sheet metal worker",
    "47-2231.00": "solar installer",
    "47-3012.00": "carpenter helper; carpenter's helper",
    "47-3013.00": "electrical helper; electrician helper; helper electrician",
    "47-3015.00": "plumber helper; plumber's helper; plumbing helper",
    "47-3016.00": "roofer helper",
    "47-4031.00": "fence builder; fence installer",
    "49-1011.00": "maintenance manager; maintenance supervisor; service manager",
    "49-2098.00": "alarm installer; security system installer",
    "49-3021.00": "auto body repair; auto body tech; auto body technician; body shop technician",
    "49-3023.00": (
        "auto mechanic; auto tech; auto technician; automotive technician; brake technician; "
        "car mechanic; lube tech; lube technician; mechanic; oil change technician"
    ),
    "49-3031.00": "diesel mechanic; diesel technician; fleet mechanic; truck mechanic",
    "49-3041.00": "farm equipment mechanic",
    "49-3042.00": "heavy equipment mechanic",
    "49-3053.00": "small engine mechanic",
    "49-3091.00": "bicycle mechanic; bike mechanic",
    "49-3093.00": "tire changer; tire tech; tire technician",
    "49-9011.00": "garage door installer; garage door technician",
    "49-9021.00": (
        "ac technician; furnace technician; hvac; hvac installer; hvac tech; hvac technician; "
        "refrigeration technician"
    ),
    "49-9031.00": "appliance repair; appliance repair technician; appliance technician",
    "49-9044.00": "millwright",
    "49-9071.00": (
        "apartment maintenance; building maintenance; handyman; handyperson; maintenance guy; "
        "maintenance man; maintenance tech; maintenance technician; maintenance worker"
    ),
    "49-9094.00": "locksmith",
    "49-9098.00": "hvac helper; maintenance helper; mechanic helper; mechanic's helper",
    "49-9099.00": "sign installer",
    "51-1011.00": (
        "foreman; line lead; manufacturing supervisor; production supervisor; shop foreman; "
        "shop supervisor"
    ),
    "51-2041.00": "fabricator; metal fabricator",
    "51-2092.00": "assembler; assembly worker",
    "51-3011.00": "baker; bread baker; cake decorator; pastry chef; pastry cook",
    "51-3021.00": "butcher; meat cutter",
    "51-3092.00": "brewer",
    "51-4041.00": "machinist; manual machinist",
    "51-4121.00": "mig welder; pipe welder; stick welder; tig welder; welder; welder fabricator",
    "51-5112.00": "print shop operator",
    "51-5113.00": "bindery worker",
    "51-6011.00": "dry cleaner; laundry attendant; laundry worker",
    "51-6052.00": "alterations; dressmaker; seamstress; tailor",
    "51-6093.00": "upholsterer",
    "51-7011.00": "cabinet maker; cabinetmaker; furniture maker; woodworker",
    "51-9061.00": "qc inspector; quality control; quality control inspector; quality inspector",
    "51-9111.00": "packaging operator",
    "51-9124.00": "auto body painter; auto painter; car painter; powder coater",
    "51-9161.00": "cnc machine operator; cnc machinist; cnc operator",
    "51-9162.00": "cnc programmer",
    "51-9198.00": "production helper; shop hand; shop helper; welder helper",
    "51-9199.00": "production worker",
    "53-1042.00": "warehouse supervisor",
    "53-3031.00": "pizza delivery; pizza delivery driver; route driver; route sales driver",
    "53-3032.00": (
        "cdl a driver; cdl class a driver; cdl driver; dump truck driver; otr driver; semi "
        "driver; snow plow driver; tow truck driver; truck driver"
    ),
    "53-3033.00": (
        "box truck driver; deliveries; delivers; delivery driver; delivery person; does "
        "deliveries; driver; drives the truck; drives the van; makes deliveries; van driver"
    ),
    "53-3051.00": "school bus driver",
    "53-3052.00": "bus driver",
    "53-3053.00": "chauffeur; limo driver; shuttle bus driver; shuttle driver",
    "53-3054.00": "taxi driver",
    "53-5011.00": "deckhand",
    "53-6021.00": "parking attendant; valet",
    "53-6031.00": "gas station attendant",
    "53-7051.00": "forklift driver; forklift operator",
    "53-7061.00": (
        "auto detailer; car detailer; car wash attendant; car washer; detailer; lot attendant"
    ),
    "53-7062.00": (
        "freight handler; furniture mover; general labor; junk removal; loader; loading dock "
        "worker; material handler; mover; package handler; warehouse loader"
    ),
    "53-7064.00": "bagger; grocery bagger; hand packer; packer",
    "53-7065.00": (
        "merchandiser; order filler; order picker; picker; picker packer; stock clerk; "
        "stocker; stocks shelves; warehouse; warehouse associate; warehouse picker; warehouse "
        "worker"
    ),
    "53-7081.00": "garbage collector; trash collector",
}
# Alone they say too little to be taken for the one occupation that they are part of the name of.
_GENERAL = (
    "administrator agent aide analyst apprentice architect assistant associate attendant clerk"
    " consultant coordinator crew designer director engineer executive expert hand head help helper"
    " inspector installer instructor intern lead leader manager member officer operator person"
    " planner professional representative researcher scientist specialist staff supervisor team"
    " tech technician technologist trainee trainer worker"
)
GENERAL = frozenset(_GENERAL.split())
EVERYDAY = {title: code for code, titles in _TITLES.items() for title in titles.split("; ")}
