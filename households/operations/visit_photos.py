"""The photos of a visit: those that come with it, and those that a correction keeps."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from common.ids import new_id
from common.moments import day_of
from common.refusals import Invalid
from households.models import Visit, VisitPhoto
from households.operations.pictures import Album
from households.rules.photos import Picture


def kept(positions: Sequence[int], corrected: Visit | None) -> list[VisitPhoto]:
    """The photos of the visit that is corrected and that stay; Invalid where it has no such photo."""
    if not positions:
        return []
    found = list(VisitPhoto.objects.filter(visit=corrected, position__in=positions)) if corrected else []
    if len(found) != len(set(positions)):
        raise Invalid(_("The visit has no such photo to keep."), field="kept_photos")
    return found


def again(visit: Visit, earlier: Sequence[VisitPhoto]) -> list[VisitPhoto]:
    """Photos of the visit that is corrected as photos of this one; their files are never changed and are the same."""
    names = ("file", "width", "height", "size", "sha256", "has_position")
    return [
        VisitPhoto(
            pk=new_id(),
            visit=visit,
            village_id=visit.village_id,
            position=position,
            **{name: getattr(photo, name) for name in names},
        )
        for position, photo in enumerate(earlier, start=1)
    ]


def added(visit: Visit, pictures: Sequence[Picture], into: Album, before: int) -> list[VisitPhoto]:
    """New photos, whose files are kept now, after those `before` them."""
    return [
        VisitPhoto(
            pk=new_id(),
            visit=visit,
            village_id=visit.village_id,
            position=position,
            file=into.keep(f"{folder(visit)}/{position}.jpg", picture.content),
            width=picture.width,
            height=picture.height,
            size=len(picture.content),
            sha256=picture.sha256,
            has_position=picture.has_position,
        )
        for position, picture in enumerate(pictures, start=before + 1)
    ]


def folder(visit: Visit) -> str:
    """Where the files of a visit are kept."""
    return f"visits/{day_of(visit.happened_at):%Y/%m}/{visit.pk}"
