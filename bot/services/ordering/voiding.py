"""作废链接: what a member was given in the chat and may have been passed on opens nothing any more."""

from bot.notices.ordering import ExportRefused, LinksVoided
from bot.services.context import Context
from bot.services.people import Member
from storage import audit, duty_file_addresses, member_links

_ADMINS = frozenset({"admin", "centre"})


async def void(context: Context, member: Member, words: str) -> LinksVoided | ExportRefused:
    """One's own documents, forms and files at once; administrators and the service centre also somebody else's."""
    name = words.strip().rstrip("。.").removesuffix("代表")
    userids = _whose(context, name) if name else {member.userid.lower()}
    is_other = userids != {member.userid.lower()}
    if is_other and (member.staff is None or member.staff.role not in _ADMINS):
        return ExportRefused("not_admin")
    if len(userids) != 1:
        return ExportRefused("whose", name)
    (userid,) = userids
    count = await member_links.void(context.session, userid, context.now)
    count += await duty_file_addresses.revoke(context.session, userid, context.now)
    audit.add_line(
        context.session,
        actor=member.userid,
        act="addresses voided",
        subject=f"{count} of {userid}",
        at=context.now,
    )
    return LinksVoided(count, name if is_other else "")


def _whose(context: Context, name: str) -> set[str]:
    """The member ids that a name, a code or an id stands for, in small letters."""
    known = context.directory
    named = [one for one in known.staff() if name in (one.name, one.userid)]
    people = [*known.representatives_named(name), known.representatives.get(name), known.find_staff(name)]
    found = [*named, *people, known.find_representative_of(name)]
    return {one.userid.lower() for one in found if one is not None and one.userid}
