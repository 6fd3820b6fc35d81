"""Which of the browser libraries' files the site serves, and how their names are made."""

from django.contrib.staticfiles.apps import StaticFilesConfig as DjangoStaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage

NEVER_ASKED_FOR = [
    *("*.map", "*.ts", "*.rtl*", "*.scss", "*.md"),
    *("echarts.js", "echarts.common*", "echarts.simple*", "extension", "*.mjs"),
    *("*.esm.*", "*.amd.*", "*.cjs.*", "*es-bundle*", "tabler-marketing*", "tabler-props*"),
    *("libs", "ext", "flags", "payments", "social", "tabler-flags*", "tabler-payments*", "tabler-socials*"),
]


class StaticFilesConfig(DjangoStaticFilesConfig):
    """Static files without what no page asks for: sources, maps, type declarations, demonstrations of a library."""

    ignore_patterns = [*DjangoStaticFilesConfig.ignore_patterns, *NEVER_ASKED_FOR]


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Compressed files with a hash in the name, for ever cacheable; comments that name a source map are left alone."""

    patterns = tuple(
        (files, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for files, rules in CompressedManifestStaticFilesStorage.patterns
    )
