"""What is kept of a photo: never the place where it was taken, unless somebody asks for it."""

from io import BytesIO

import pytest
from PIL import ExifTags, Image

from households.rules import photos
from households.rules.photos import Unusable

LATITUDE = (36.0, 3.0, 29.5)


def taken(width: int, height: int, *, kind: str = "JPEG", orientation: int = 1) -> bytes:
    """A photo with a position, red in its upper left quarter."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("red", (0, 0, width // 2, height // 2))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: LATITUDE})
    written = BytesIO()
    picture.save(written, kind, exif=exif.tobytes())
    return written.getvalue()


def read(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def position(content: bytes) -> dict:
    return dict(read(content).getexif().get_ifd(ExifTags.IFD.GPSInfo))


def test_the_photo_of_these_tests_has_a_position():
    assert position(taken(40, 30))[ExifTags.GPS.GPSLatitude] == LATITUDE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_position_and_camera_are_not_kept(kind):
    kept = photos.photo(taken(40, 30, kind=kind))
    assert read(kept.content).format == "JPEG"
    assert (dict(read(kept.content).getexif()), position(kept.content), kept.has_position) == ({}, {}, False)


def test_the_position_is_kept_where_somebody_asks_for_it_and_nothing_else():
    kept = photos.photo(taken(40, 30), keep_position=True)
    assert position(kept.content)[ExifTags.GPS.GPSLatitude] == LATITUDE
    assert kept.has_position
    assert ExifTags.Base.Make not in read(kept.content).getexif()


def test_a_photo_without_position_has_none_to_keep():
    written = BytesIO()
    Image.new("RGB", (40, 30)).save(written, "JPEG")
    assert not photos.photo(written.getvalue(), keep_position=True).has_position


def test_a_large_photo_is_made_smaller_and_a_small_one_is_not_made_larger():
    large, small = photos.photo(taken(3200, 2400)), photos.photo(taken(40, 30))
    assert (large.width, large.height) == read(large.content).size == (1600, 1200)
    assert (small.width, small.height) == (40, 30)


def test_a_photo_is_turned_upright():
    kept = photos.photo(taken(400, 200, orientation=6))  # the camera was held turned to the right
    assert (kept.width, kept.height) == (200, 400)
    red = read(kept.content).getpixel((150, 50))
    assert red[0] > 200 > red[1]


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"\xff\xd8\xff", taken(400, 300)[:2000]])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(Unusable, match=photos.NO_PICTURE):
        photos.photo(content)


def test_a_picture_of_another_kind_is_refused():
    written = BytesIO()
    Image.new("RGB", (4, 4)).save(written, "GIF")
    with pytest.raises(Unusable, match=photos.NO_PICTURE):
        photos.photo(written.getvalue())


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(Unusable, match=photos.TOO_LARGE):
        photos.photo(b"x" * (photos.MOST_BYTES + 1))


def test_a_small_file_with_too_many_pixels_is_refused():
    written = BytesIO()
    Image.new("1", (9000, 9000)).save(written, "PNG")
    assert len(written.getvalue()) < 20_000
    with pytest.raises(Unusable, match=photos.TOO_MANY_PIXELS):
        photos.photo(written.getvalue())


def test_a_signature_is_kept_as_dark_on_white():
    drawn = Image.new("RGBA", (1000, 300), (0, 0, 0, 0))
    drawn.paste((0, 0, 0, 255), (0, 0, 500, 300))
    written = BytesIO()
    drawn.save(written, "PNG")
    kept = photos.signature(written.getvalue())
    assert (kept.width, kept.height) == (800, 240)
    assert [read(kept.content).getpixel((x, 100)) for x in (10, 790)] == [0, 255]
    assert len(kept.sha256) == 64
