"""``manage.py catalogue``: bring the translations up to what pages say, and compile them.

Texts that are new are added empty, texts that no page says any more are taken out, and every finished catalogue is
compiled. Needs polib (requirements-dev.txt); a running site needs nothing but the compiled files, which are kept in
the repository.
"""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from factcheck.catalogue import LOCALE, Message, messages

HEADER = {
    "Project-Id-Version": "factcheck",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
PLURALS = {"es": "nplurals=2; plural=(n != 1);"}


class Command(BaseCommand):
    help = "Gathers what readers' pages say, adds what is new to each translation, and compiles them."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            import polib  # noqa: PLC0415 - a tool of developers, not installed where the site runs
        except ImportError as error:
            raise CommandError("polib is missing: install requirements-dev.txt.") from error
        said = messages()
        for code, _name in settings.LANGUAGES:
            if code == "en":
                continue
            folder = LOCALE / code / "LC_MESSAGES"
            file = folder / "django.po"
            folder.mkdir(parents=True, exist_ok=True)
            kept = {_key(entry): entry for entry in polib.pofile(str(file))} if file.is_file() else {}
            catalogue = polib.POFile(wrapwidth=110)
            catalogue.metadata = {**HEADER, "Language": code, "Plural-Forms": PLURALS[code]}
            for message in sorted(said):
                entry = polib.POEntry(msgid=message.text, occurrences=[(place, "") for place in said[message]])
                entry.msgctxt = message.context or None
                before = kept.get(message)
                if message.plural:
                    entry.msgid_plural = message.plural
                    entry.msgstr_plural = before.msgstr_plural if before else {0: "", 1: ""}
                elif before:
                    entry.msgstr = before.msgstr
                catalogue.append(entry)
            catalogue.save(str(file))
            catalogue.save_as_mofile(str(folder / "django.mo"))
            missing = [entry.msgid for entry in catalogue.untranslated_entries()]
            self.stdout.write(f"{code}: {len(said)} texts, {len(missing)} without a translation")
            for text in missing:
                self.stdout.write(f"  {text}")
        sys.stdout.flush()


def _key(entry: Any) -> Message:
    return Message(entry.msgid, entry.msgid_plural, entry.msgctxt or "")
