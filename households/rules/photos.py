"""Photos and signatures as they are kept: turned upright, not larger than needed, without position unless asked for."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 1600
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE_OF_SIGNATURE = 800
MOST_BYTES_OF_SIGNATURE = 300 * 1024


class Unusable(ValueError):
    """What was sent is no picture that can be kept; the text is the name of the fault in `FAULTS`."""


TOO_LARGE, NO_PICTURE, TOO_MANY_PIXELS = "too_large", "no_picture", "too_many_pixels"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be kept."""

    content: bytes
    width: int
    height: int
    has_position: bool

    @property
    def sha256(self) -> str:
        """The fingerprint of what is kept, in hexadecimal digits."""
        return sha256(self.content).hexdigest()


def photo(content: bytes, *, keep_position: bool = False) -> Picture:
    """The photo as JPEG, at most 1600 pixels long; of what the camera wrote beside it only the position, if asked.

    Raises Unusable for what is no JPEG, PNG or WebP, or larger than 12 MB or 60 million pixels.
    """
    picture = _opened(content, MOST_BYTES)
    place = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo) if keep_position else {}
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    kept = Image.Exif()
    if place:
        kept.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    written = BytesIO()
    upright.save(written, "JPEG", quality=QUALITY, optimize=True, exif=kept.tobytes() if place else b"")
    return Picture(written.getvalue(), upright.width, upright.height, bool(place))


def signature(content: bytes) -> Picture:
    """The drawn signature as PNG in two colours; Unusable for what is no picture or larger than 300 kB."""
    drawn = _opened(content, MOST_BYTES_OF_SIGNATURE).convert("RGBA")
    drawn.thumbnail((LONGEST_SIDE_OF_SIGNATURE, LONGEST_SIDE_OF_SIGNATURE))
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    written = BytesIO()
    paper.convert("L").save(written, "PNG", optimize=True)
    return Picture(written.getvalue(), drawn.width, drawn.height, has_position=False)


def _opened(content: bytes, most: int) -> Image.Image:
    if len(content) > most:
        raise Unusable(TOO_LARGE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise Unusable(TOO_MANY_PIXELS)
        picture.load()
    except Image.DecompressionBombError as error:
        raise Unusable(TOO_MANY_PIXELS) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise error if isinstance(error, Unusable) else Unusable(NO_PICTURE) from error
    return picture
