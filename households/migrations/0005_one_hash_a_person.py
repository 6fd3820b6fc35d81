"""A disability certificate is found by the identity number within it: one person, one hash."""

from django.db import migrations

from common.crypto import decrypt, keyed_hash

IDENTITY = 18


def hash_bodies(apps, editor):
    """The hash of each longer number anew; a person who is held twice keeps both rows, the second with its old hash."""
    member = apps.get_model("households", "Member")
    held = member.objects.filter(document_token__isnull=False).values_list("pk", "document_token")
    for key, token in held.iterator(chunk_size=1000):
        number = decrypt(token)
        if len(number) > IDENTITY:
            one = keyed_hash(number[:IDENTITY])
            if not member.objects.filter(document_hash=one).exists():
                member.objects.filter(pk=key).update(document_hash=one)


class Migration(migrations.Migration):
    dependencies = [("households", "0004_histories_are_append_only")]
    operations = [migrations.RunPython(hash_bodies, migrations.RunPython.noop)]
