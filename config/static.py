"""Which of the browser libraries' files the site serves."""

from django.contrib.staticfiles.apps import StaticFilesConfig as DjangoStaticFilesConfig


class StaticFilesConfig(DjangoStaticFilesConfig):
    """Static files without what no page asks for: sources, maps, type declarations, right-to-left variants."""

    ignore_patterns = [*DjangoStaticFilesConfig.ignore_patterns, "*.map", "*.ts", "*.rtl*", "*.scss", "*.md"]
