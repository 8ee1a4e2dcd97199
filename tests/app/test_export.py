"""The published site as files: the same bytes, handed out by nginx as the service would."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from babel.localedata import locale_identifiers
from flask import Flask

from app import operations
from app.published import Folder, export, nginx_config
from app.published.export import NotOurs
from app.published.nginx import table
from app.serving import Serving
from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.app.support_serving import ask, begun, publisher_of, snapshot_of
from tests.support.nginx import running_nginx
from tests.support.processes import free_port
from workflows import languages

TWINS = {"": "", "gzip": ".gz", "br": ".br"}
BY_SERVER = {"date", "server", "connection", "last-modified", "accept-ranges", "etag",
             "content-length", "content-encoding", "transfer-encoding"}  # fmt: skip
"""Headers that a server makes in its own way."""
TWELVE = ("en", "ar", "de", "es", "fr", "he", "hi", "ja", "pt-BR", "ru", "zh-Hans", "zh-Hant")
PREFERENCES = (
    "", "fr", "fr-CA", "de-AT;q=0.9, ar;q=0.3", "iw", "xx", "*", "xx, *, de", "en;q=0, fr",
    "fr;q=0, de;q=0.000", "zh-TW", "ar-Latn, de", "DE-de", "  de  ;q=1 , en", "xx,yy,zz,de",
    "da, no;q=0.8, de;q=0.5", ",,de", "de-1996", "../../etc", "de;q=0.0, ar;q=0.1",
)  # fmt: skip


@pytest.fixture(scope="module")
def serving(site: Flask) -> Serving:
    """The site with its snapshot in front."""
    return begun(site)


@pytest.fixture
def own(filled: Filling) -> Flask:
    """The same on a database of the test's own, published."""
    app = filled(policy.everything)
    begun(app)
    return app


def exported(app: Flask, place: str) -> tuple[int, int, int]:
    """Export what is live; counts of files, written and removed."""
    done = export(publisher_of(app).folder, snapshot_of(app), place)
    return done.files, done.written, done.removed


def tree(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_first_export_that_was_stopped_goes_on(
    own: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Folder, name: str) -> bytes:
        if len(tree(tmp_path / "out")) > 20:
            raise OSError("no space left")
        return whole(folder, name)

    whole = Folder.body
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "body", full)
        with pytest.raises(OSError, match="no space"):
            exported(own, str(tmp_path / "out"))
    # Half a site, and one that is no more what it was when it comes to the rest.
    with own.app_context(), policy.acting(policy.editor("fr")) as act:
        operations.withdraw(act, policy.SLUG, "fr", "It was wrong.")
    begun(own)
    exported(own, str(tmp_path / "out"))
    exported(own, str(tmp_path / "new"))
    assert tree(tmp_path / "out") == tree(tmp_path / "new")


def test_files_are_what_the_service_answers(site: Flask, serving: Serving, tmp_path: Path) -> None:
    tmp_path = tmp_path / "out"
    count = exported(site, str(tmp_path))[0]
    files = tree(tmp_path)
    manifest = json.loads(files.pop("manifest.json"))["files"]
    assert set(manifest) == set(files)
    assert len(files) == count + 1
    for name, data in files.items():
        assert manifest[name]["sha256"] == hashlib.sha256(data).hexdigest()
        if address := manifest[name]["address"]:
            coding = {".gz": "gzip", ".br": "br"}.get(Path(name).suffix, "identity")
            assert ask(serving, address, Accept_Encoding=coding).data == data, name
    redirects = json.loads(files["redirects.json"])
    for address, row in redirects["always"].items():
        assert ask(serving, address).headers["Location"] == row["location"]
    for address, row in redirects["by_language"].items():
        for tag, location in row["locations"].items():
            assert ask(serving, address, Accept_Language=tag).headers["Location"] == location
    pages = {"fr/house-rules.html", "fr/house-rules.html.gz", "fr/house-rules.html.br"}
    assert pages <= set(files)


def test_export_writes_what_changed_and_removes_what_went(own: Flask, tmp_path: Path) -> None:
    tmp_path = tmp_path / "out"
    count, written, removed = exported(own, str(tmp_path))
    assert (written, removed) == (count, 0)
    before = tree(tmp_path)
    assert exported(own, str(tmp_path)) == (count, 0, 0)
    (tmp_path / "fr" / "house-rules.html").write_bytes(b"by hand")
    (tmp_path / "de" / "house-rules.html").unlink()
    assert exported(own, str(tmp_path)) == (count, 2, 0)
    assert tree(tmp_path) == before
    with own.app_context():
        policy.import_source("# Terms\n\nBe kind.\n", slug="terms")
        policy.publish("en", slug="terms")
    begun(own)
    assert exported(own, str(tmp_path))[2] == 0
    with_terms = tree(tmp_path)
    assert "en/terms.html" in with_terms
    # The list of policies is a page now; before there was one policy and nothing to choose.
    assert "fr/index.html" in with_terms


def test_file_that_went_is_removed_with_its_folder(own: Flask, tmp_path: Path) -> None:
    tmp_path = tmp_path / "out"
    exported(own, str(tmp_path))
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "old" / "deep").mkdir(parents=True)
    (tmp_path / "old" / "deep" / "page.html").write_text("old")
    (tmp_path / "foreign.txt").write_text("not ours")
    manifest["files"]["old/deep/page.html"] = {"address": "/old/deep/page", "sha256": "0"}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert exported(own, str(tmp_path))[2] == 1
    assert not (tmp_path / "old").exists()
    assert (tmp_path / "foreign.txt").read_text() == "not ours"


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        "not json",
        "[" * 100_000,
        "[]",
        "{}",
        '{"files": []}',
        '{"files": {"../victim": {"sha256": "0"}}}',
        '{"files": {"/etc/passwd": {"sha256": "0"}}}',
        '{"files": {"a/../../victim": {"sha256": "0"}}}',
        '{"files": {"": {"sha256": "0"}}}',
        '{"files": {"a": 1}}',
    ],
)
def test_folder_of_others_is_left_alone(own: Flask, tmp_path: Path, manifest: str | None) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (tmp_path / "victim").write_text("here")
    (folder / "index.html").write_text("somebody's page")
    if manifest is not None:
        (folder / "manifest.json").write_text(manifest)
    before = tree(tmp_path)
    with pytest.raises(NotOurs):
        exported(own, str(folder))
    assert tree(tmp_path) == before


def test_export_follows_no_link_out_of_its_folder(own: Flask, tmp_path: Path) -> None:
    folder, outside = tmp_path / "out", tmp_path / "out_side"
    exported(own, str(folder))
    outside.mkdir()
    (outside / "victim").write_text("here")
    page = folder / "fr" / "house-rules.html"
    page.unlink()
    page.symlink_to(outside / "victim")
    exported(own, str(folder))
    assert (outside / "victim").read_text() == "here"
    assert not page.is_symlink()
    shutil.rmtree(folder / "fr")
    (folder / "fr").symlink_to(outside)
    with pytest.raises(NotOurs):
        exported(own, str(folder))
    assert [path.name for path in outside.iterdir()] == ["victim"]


def test_export_goes_to_any_store(own: Flask, tmp_path: Path) -> None:
    tmp_path = tmp_path / "out"
    import fsspec

    exported(own, str(tmp_path))
    store = fsspec.filesystem("memory")
    place = f"memory://site-{own.config['SETTINGS'].home.name}"
    count, written, _ = exported(own, place)
    assert written == count
    root = place.removeprefix("memory:/")
    found = {name.removeprefix(f"{root}/"): store.cat_file(name) for name in store.find(root)}
    assert found == tree(tmp_path)
    assert exported(own, place) == (count, 0, 0)
    store.rm(root, recursive=True)


# --- nginx -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def front(site: Flask, serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """nginx in front of the exported files; its address."""
    assert serving.site
    with in_front(site, tmp_path_factory.mktemp("nginx"), "") as address:
        yield address


@pytest.fixture(scope="module")
def stopped(
    site: Flask, serving: Serving, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same with a service behind it that is stopped; its address."""
    assert serving.site
    with in_front(site, tmp_path_factory.mktemp("nginx"), f"http://127.0.0.1:{free_port()}") as one:
        yield one


@contextmanager
def in_front(site: Flask, folder: Path, service: str) -> Iterator[str]:
    exported(site, str(folder / "public"))
    port = free_port()
    text = nginx_config(
        snapshot_of(site),
        site.config["SETTINGS"].languages,
        root=str(folder / "public"),
        listen=f"127.0.0.1:{port}",
        service=service,
        secure=False,
    )
    with running_nginx(folder, text, port) as address:
        yield address


def fetch(
    address: str, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by lower-case name, and body of an answer, as it comes."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    answer = connection.getresponse()
    rows, body = answer.getheaders(), answer.read()
    connection.close()
    assert len({name.lower() for name, _ in rows}) == len(rows), rows
    return answer.status, {name.lower(): value for name, value in rows}, body


def cookie(headers: dict[str, str]) -> set[str]:
    """The parts of the cookie that is set, if one is."""
    return set(headers.get("set-cookie", "").split("; "))


def test_nginx_answers_every_address_as_the_service_does(
    site: Flask, serving: Serving, front: str
) -> None:
    snapshot = snapshot_of(site)
    for path in (*snapshot.entries, *snapshot.crossings):
        for coding in ("identity", "gzip"):
            status, headers, body = fetch(front, path, Accept_Encoding=coding)
            ours = ask(serving, path, Accept_Encoding=coding)
            expected = {name.lower(): value for name, value in ours.headers}
            assert cookie(headers) == cookie(expected)
            for name in BY_SERVER | ({"set-cookie", "vary"} if "?choose" in path else set()):
                headers.pop(name, None)
                expected.pop(name, None)
            if status >= 300:
                # The body of a redirect is nginx's own; nobody reads it.
                body = ours.data
                headers.pop("content-type", None)
                expected.pop("content-type", None)
            assert (status, headers, body) == (ours.status_code, expected, ours.data), path


@pytest.mark.parametrize("header", PREFERENCES)
def test_nginx_leads_on_as_the_service_does(serving: Serving, front: str, header: str) -> None:
    for path in ("/", "/house-rules", "/house-rules/message"):
        for cookie in ("", "language=ar", "a=b; language=de", "language=ja", "language=xx"):
            status, headers, _ = fetch(front, path, Accept_Language=header, Cookie=cookie)
            ours = ask(serving, path, Accept_Language=header, Cookie=cookie)
            found = status, headers["location"], headers["vary"], headers["cache-control"]
            assert found == (
                ours.status_code,
                ours.headers["Location"],
                ours.headers["Vary"],
                ours.headers["Cache-Control"],
            ), (path, cookie)


@pytest.mark.parametrize("header", PREFERENCES)
def test_nginx_leads_on_without_the_service_behind_it(
    serving: Serving, stopped: str, header: str
) -> None:
    found = fetch(stopped, "/house-rules", Accept_Language=header)
    ours = ask(serving, "/house-rules", Accept_Language=header)
    assert (found[0], found[1]["location"]) == (ours.status_code, ours.headers["Location"])
    assert found[1]["vary"] == ours.headers["Vary"]


def test_nginx_without_the_service_takes_odd_weights_as_they_stand(stopped: str) -> None:
    status, headers, _ = fetch(stopped, "/house-rules", Accept_Language="fr;q=0.5, de")
    assert (status, headers["location"]) == (302, "/fr/house-rules")


def test_nginx_has_no_list_of_the_versions_of_a_day(front: str, stopped: str) -> None:
    for asked in ("on=2026-11-27", "before=3"):
        assert fetch(front, f"/fr/house-rules/versions?{asked}")[0] == 404
        assert fetch(stopped, f"/fr/house-rules/versions?{asked}")[0] == 502
    assert fetch(front, "/fr/house-rules/versions?utm=1")[0] == 200


def test_nginx_remembers_a_choice(front: str) -> None:
    status, headers, _ = fetch(front, "/fr/house-rules?choose")
    assert (status, headers["location"]) == (303, "/fr/house-rules")
    assert headers["set-cookie"].startswith("language=fr; HttpOnly; Path=/; SameSite=Lax; Max-Age")
    assert headers["cache-control"] == "no-store"
    assert "set-cookie" not in fetch(front, "/fr/house-rules")[1]


def test_nginx_puts_nothing_that_was_asked_into_its_answer(front: str) -> None:
    for path in (
        "/de/x%0d%0aSet-Cookie:%20evil=1%0d%0aX-Evil:%20z?choose",
        "/de/house-rules%0d%0aX-Evil:%20z?choose",
        "/de/%0d%0a%0d%0a<script>?choose",
        "/de/x%3Fchoose?choose",
        "/de/house-rules%0a?choose",
    ):
        status, headers, body = fetch(front, path)
        assert "x-evil" not in headers, path
        assert "evil" not in headers.get("set-cookie", ""), path
        assert b"<script>" not in body
        assert status in {303, 404}
        assert headers.get("location", "/de/") in {"/de/", "/de/house-rules"}


def test_nginx_shows_nothing_else(front: str) -> None:
    for path in (
        "/fr/house-rules.html",
        "/fr/house-rules.html.gz",
        "/fr/../fr/house-rules.html",
        "/workbench/",
        "/xx/house-rules",
        "/nothing",
        "/%2e%2e/nginx.conf",
        "/fr/house-rules/",
    ):
        assert fetch(front, path)[0] in {400, 404}, path
    assert fetch(front, "/fr/house-rules", "POST")[0] == 405
    assert fetch(front, "/fr/house-rules", "HEAD")[2] == b""


@pytest.mark.parametrize(
    "offered",
    [TWELVE, ("en", "ar", "de", "fr"), ("zh-Hant", "pt-BR"), ("en-GB", "sr", "sr-Latn")],
)
def test_table_says_what_the_matcher_says(offered: tuple[str, ...]) -> None:
    rows = [
        (re.compile(f"^{pattern}(?:-|$)", re.IGNORECASE), tag) for pattern, tag in table(offered)
    ]

    def by_table(wanted: str) -> str:
        return next((tag for pattern, tag in rows if pattern.search(wanted)), "")

    names = [name.replace("_", "-") for name in locale_identifiers()]
    names += ["zh-TW", "zh-Hans-TW", "zh-HK", "iw", "in", "no", "sh", "mo", "tl", "sr-Latn-RS",
              "sr-ME", "pt-PT", "es-419", "en-XQ", "fr-Qaaa", "yue", "cmn", "de-1996", "de-CH-1996",
              "gsw", "nb-SJ", "EN-us", "x-private", "i-klingon", "und", "q"]  # fmt: skip
    wrong = {
        name: (by_table(name), languages.negotiate(name, offered, ""))
        for name in names
        if by_table(name) != languages.negotiate(name, offered, "")
    }
    assert wrong == {}
