"""The people of the demo team. All of them are invented."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from handoff.demo.portraits import portrait
from handoff.models import BusyFeed, BusySpan
from teams.founding import found_team
from teams.getting_started import put_away
from teams.invitations import Invitee, invite_all
from teams.models import Area, Membership, Policy, Role, Team, TeamsConnection, TextsConnection, WorkingHours
from teams.people import join
from teams.photos import prepare, set_photo
from teams.time_off import Away, add_time_off
from teams.zones import zone

PASSWORD = "baton-demo"  # noqa: S105 - printed for everybody; only an installation on loopback gets it
ZONE = "America/Chicago"
JOINED = timedelta(days=200)  # everybody was there for all that the demo tells of
WEEKDAYS = range(5)
EVERY_DAY = range(7)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in to the demo."""

    first: str
    last: str
    role: Role
    phone: str
    zone: str = ZONE
    title: str = ""
    line: str = ""
    years: int | None = None
    languages: tuple[str, ...] = ("en",)
    areas: tuple[str, ...] = ()
    prices: tuple[int | None, int | None] = (None, None)
    weight: int = 100

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.first.lower()}@example.com"


#: Area and the median price of a home there, in dollars.
AREAS = {"Riverside": 425_000, "Old Mill": 510_000, "Lakeview": 690_000, "Maple Heights": 355_000}

IVY = Person("Ivy", "Sample", Role.ISA, "+15125550101")
IAN = Person("Ian", "Specimen", Role.ISA, "+15125550102")
LEA = Person("Lea", "Template", Role.LEAD, "+15125550103")
ANA = Person(
    "Ana",
    "Example",
    Role.AGENT,
    "+15125550111",
    title="Riverside specialist",
    line="She grew up two streets from the river and knows which blocks stay quiet.",
    years=11,
    languages=("en", "es"),
    areas=("Riverside", "Old Mill"),
    prices=(300_000, 550_000),
)
BEN = Person(
    "Ben",
    "Placeholder",
    Role.AGENT,
    "+15125550112",
    title="Lakeview and waterfront specialist",
    line="He has walked more families through waterfront inspections than anybody here.",
    years=16,
    areas=("Lakeview", "Maple Heights"),
    prices=(500_000, None),
)
CLEO = Person(
    "Cleo",
    "Mockup",
    Role.AGENT,
    "+17205550113",
    zone="America/Denver",
    title="Specialist for first homes",
    line="Nobody is more patient with first questions, or quicker with a first offer.",
    years=5,
    areas=("Maple Heights", "Riverside"),
    prices=(None, 450_000),
    weight=50,
)
DEV = Person(
    "Dev",
    "Testcase",
    Role.AGENT,
    "+15125550114",
    title="Specialist for selling and buying in one move",
    line="He lines up the sale and the purchase so that nobody has to rent in between.",
    years=8,
    languages=("en", "hi"),
    areas=("Old Mill", "Lakeview"),
)
CAST = (IVY, IAN, ANA, BEN, CLEO, DEV, LEA)

#: Who has not answered yet.
INVITED = (Invitee("eve@example.com", "Eve Dummy"), Invitee("finn@example.com"))

#: Whom the sign-in page of a demo offers: one of each role.
OFFERED = (IVY, ANA, LEA)


def logins() -> list[dict[str, str]]:
    """Return who can sign in to a demo that has the usual passwords."""
    return [{"email": each.email, "role": str(each.role.label), "password": PASSWORD} for each in OFFERED]


Members = dict[Person, Membership]


def gather(*, passwords: dict[str, str], at: datetime) -> tuple[Team, Members]:
    """Found the team and let everybody join. ``passwords`` are by email address."""
    team = found_team(name="Example Realty", slug="example", zone=ZONE, reply_to="hello@example.com")
    team.postal_address = "100 Example Street, Austin, TX 78701"
    team.save(update_fields=["postal_address"])
    TeamsConnection.objects.create(team=team, channel="Handoffs")  # without an address its cards are drawn
    TextsConnection.objects.create(team=team)
    areas = {name: Area.objects.create(team=team, name=name, median_price=price) for name, price in AREAS.items()}
    members: Members = {}
    for person in CAST:
        members[person] = join(
            team=team,
            email=person.email,
            name=f"{person.first} {person.last}",
            role=person.role,
            zone=person.zone,
            password=passwords[person.email],
            phone=person.phone,
        )
        if person.role == Role.AGENT:
            _present(person, members[person], areas, at=at)
    _time_off(members[BEN], days=8, length=2, note="Away", at=at)
    _time_off(members[ANA], days=24, length=1, note="Moving house", at=at)
    put_away(team=team, at=at)
    invite_all(invitees=INVITED, role=Role.AGENT, actor=members[LEA], at=at)
    _own_calendar(members[ANA], at=at)
    Membership.objects.filter(team=team).update(created_at=at - JOINED)
    Policy.objects.filter(team=team).update(day_capacity=6, week_capacity=20)
    return team, members


def _present(person: Person, member: Membership, areas: dict[str, Area], *, at: datetime) -> None:
    """Fill in what clients and routing know of an agent, and when the agent works."""
    profile = member.profile
    profile.title, profile.line, profile.years = person.title, person.line, person.years
    profile.languages, profile.states = list(person.languages), ["TX"]
    (profile.price_min, profile.price_max), profile.weight = person.prices, person.weight
    profile.video_link = f"https://meet.example.com/{person.first.lower()}"
    profile.save()
    profile.areas.set(areas[name] for name in person.areas)
    set_photo(profile=profile, image=prepare(portrait(person.first.lower())), at=at)
    days = EVERY_DAY if person in (ANA, DEV) else WEEKDAYS
    WorkingHours.objects.bulk_create(
        WorkingHours(membership=member, weekday=day, opens=time(9), closes=time(18)) for day in days
    )


def _own_calendar(member: Membership, *, at: datetime) -> None:
    """One agent keeps a calendar elsewhere: of it only its times are here, and nobody reads the invented address."""
    feed = BusyFeed.objects.create(
        person=member.user,
        url="https://calendars.example.com/ana/private/basic.ics",
        url_mark="demo",
        host="calendars.example.com",
        ending="7f3a",
        zone=member.user.zone,
        created_at=at - timedelta(days=30),
        laid_out_at=at,
        read_at=at,
        tried_at=at,
        next_at=at + timedelta(days=1),
    )
    noon = at.replace(hour=18, minute=0, second=0, microsecond=0)
    for day, hours, length in ((1, 0, 1), (2, 3, 2), (4, -2, 1), (5, 0, 3)):
        begins = noon + timedelta(days=day, hours=hours)
        BusySpan.objects.create(
            feed=feed, person=member.user, starts_at=begins, ends_at=begins + timedelta(hours=length)
        )


def _time_off(member: Membership, *, days: int, length: int, note: str, at: datetime) -> None:
    """An agent is away for whole days, so that the slots have something to leave out."""
    first = (at + timedelta(days=days)).astimezone(zone(member.user.zone)).date()
    add_time_off(membership=member, away=Away(first, first + timedelta(days=length - 1)), note=note, at=at)
