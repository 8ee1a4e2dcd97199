"""A catalog goes out, through real tools, and in again, while somebody else works on the language.

On both databases, in English on a wide screen and in Arabic, dark, on a narrow one.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from translate.storage.xliff2 import Xliff2File

from app import operations
from app.queries import UnitView
from tests.app import support_operations
from tests.app import support_policy as policy
from tests.journeys.support_bench import Bench, bench_on, fits, follow, press_until
from tests.support.catalogs import gettext
from workflows.review import State

pytestmark = pytest.mark.browser
PLACES = [("en", 1280, "light", "sqlite"), ("ar", 360, "dark", "postgresql")]

HOURS = support_operations.HOURS
OURS, THEIRS, WAS = "Ouvert de 9 à 17 h.", "Nous sommes là de 9 à 18 heures.", "9 à 17 heures"
LETTERS, LETTERS_FR = "Messages", "Messages reçus"
NEW, NEW_FR = "30 days", "Un mois (30 jours)"


@pytest.fixture(params=PLACES, ids=lambda place: f"{place[0]}-{place[3]}")
def place(request: pytest.FixtureRequest) -> tuple[str, int, str, str]:
    """Language, width, colours and database of this telling."""
    found: tuple[str, int, str, str] = request.param
    return found


@pytest.fixture
def bench(
    place: tuple[str, int, str, str], request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Bench]:
    """French is translated but for one text, and its title is reviewed."""
    with bench_on(place[3], request, tmp_path, prepare) as running:
        yield running


def prepare() -> None:
    """Have the French texts of the first revision."""
    policy.people()
    policy.import_source()
    policy.translate("fr", {NEW: ""})
    with policy.acting(policy.editor("fr")) as act:
        title = support_operations.unit("fr", support_operations.TITLE)
        operations.approve(act, policy.SLUG, "fr", title.key, version=title.version)


def save_meanwhile() -> None:
    """The editor of the language changes one text after the download."""
    found = support_operations.unit("fr", HOURS)
    with policy.acting(policy.editor("fr")) as act:
        operations.save(act, policy.SLUG, "fr", found.key, OURS, version=found.version)


def downloaded(page: Page, link: str, path: Path) -> Path:
    press_until(page, f"a[href$='{link}']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(path)
    return path


def upload(page: Page, path: Path) -> None:
    page.set_input_files("#catalog-file", path)
    follow(page, "form[action$='/upload'] button", "**/upload")


def through_tools(path: Path) -> None:
    """Change three texts with msgfilter, fill one in, let pofilter look, sort with msgattrib."""
    changes = [f"s|{WAS}|9 à 18 heures|", "s|^Nous tenons cette maison|Nous sommes là|"]
    changes += [f"s|^Les messages$|{LETTERS_FR}|", "s|^Règlement de la maison$|Le règlement|"]
    script = [part for change in changes for part in ("-e", change)]
    done = gettext("msgfilter", "--keep-header", "sed", *script, data=path.read_bytes())
    assert done.returncode == 0, done.stderr
    data = done.stdout.replace(
        f'msgid "{NEW}"\nmsgstr ""'.encode(), f'msgid "{NEW}"\nmsgstr "{NEW_FR}"'.encode()
    )
    assert NEW_FR.encode() in data
    path.write_bytes(data)
    report = path.with_name("report.po")
    program = Path(sys.executable).with_name("pofilter")
    subprocess.run([program, "--progress=none", "-t", "blank", path, report], check=True)
    done = gettext("msgattrib", "--sort-output", "--width=60", data=data)
    assert (done.returncode, done.stderr) == (0, b"")
    path.write_bytes(done.stdout)


def test_catalog_through_tools_while_another_works(
    bench: Bench,
    place: tuple[str, int, str, str],
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    tmp_path: Path,
) -> None:
    locale, width, colours, _ = place
    look = {"locale": locale, "viewport": {"width": width, "height": 800}, "color_scheme": colours}
    page = new_page(**look)
    bench.sign_in(page, policy.translator("fr"))
    address = f"{bench.server.url}/workbench/{policy.SLUG}/fr"
    page.goto(address)
    axe(page)
    fits(page)
    path = downloaded(page, "catalog.po", tmp_path / "work.po")
    through_tools(path)
    bench.do(save_meanwhile)
    before = bench.do(support_operations.dump)
    upload(page, path)
    for verdict, count in (("new", 1), ("changed", 1), ("conflict", 1), ("candidate", 1)):
        expect(page.locator(f"tr.verdict-{verdict}")).to_have_count(count)
    conflict = page.locator("tr.verdict-conflict")
    expect(conflict).to_contain_text(OURS)
    expect(conflict.locator("ins").first).to_contain_text("Nous")
    axe(page)
    fits(page)
    assert bench.do(support_operations.dump) == before
    follow(page, "form[action$='/upload/apply'] button", "**/upload/apply")
    axe(page)
    after = bench.do(lambda: {u.text: (u.target, u.state) for u in french()})
    assert after[HOURS] == (OURS, State.TRANSLATED)
    assert after[LETTERS] == (LETTERS_FR, State.TRANSLATED)
    assert after[NEW] == (NEW_FR, State.TRANSLATED)
    assert after[support_operations.TITLE] == ("Règlement de la maison", State.REVIEWED)
    proposals = bench.do(lambda: support_operations.candidates("fr"))
    assert sorted(proposals) == sorted(
        [(THEIRS, "upload", "open"), ("Le règlement", "upload", "open")]
    )
    the_same_again_changes_nothing(bench, page, address, path)
    xliff_through_a_tool(bench, page, address, tmp_path)


def french() -> tuple[UnitView, ...]:
    return support_operations.view("fr").units


def the_same_again_changes_nothing(bench: Bench, page: Page, address: str, path: Path) -> None:
    """The file that was applied is uploaded once more."""
    page.goto(address)
    upload(page, path)
    expect(page.locator("form[action$='/upload/apply'] button")).to_be_visible()
    before = bench.do(support_operations.dump)
    button = page.locator("form[action$='/upload/apply'] button")
    if button.is_enabled():
        follow(page, "form[action$='/upload/apply'] button", "**/upload/apply")
    assert bench.do(support_operations.dump) == before


def xliff_through_a_tool(bench: Bench, page: Page, address: str, folder: Path) -> None:
    """The same texts as XLIFF, changed by another program."""
    page.goto(address)
    path = downloaded(page, "catalog.xlf", folder / "work.xlf")
    store = Xliff2File.parsestring(path.read_bytes())  # type: ignore[no-untyped-call]
    (unit,) = (unit for unit in store.units if unit.target == NEW_FR)
    unit.target = "Trente jours (30)"
    path.write_bytes(bytes(store))
    upload(page, path)
    expect(page.locator("tr.verdict-changed")).to_have_count(1)
    fits(page)
    follow(page, "form[action$='/upload/apply'] button", "**/upload/apply")
    assert bench.do(lambda: support_operations.unit("fr", NEW).target) == "Trente jours (30)"
