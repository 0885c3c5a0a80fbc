"""Atlas: rest-xml with an API key in the query, attributes and namespaces, streamed tiles, host names."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from xml.etree import ElementTree

from own_services.wire import Fault, Reply, Request, element, etag, page, routed, routes, to_xml, well_timed

ATLAS_KEY = "atlas key/1"
ATLAS_XMLNS = "https://atlas.example/doc/2026-03-01/"
MOST_TILE_BYTES = 1 << 20


class Atlas:
    """Maps as the XML they came in, tiles as bytes."""

    def __init__(self) -> None:
        self.maps: dict[str, dict[str, Any]] = {}
        self.tiles: dict[tuple[str, str, str], tuple[bytes, str]] = {}
        tile = "/maps/{name}/tiles/{zoom}/{path+}"
        self.routes = routes(
            ("GET", "/maps", self.list_maps),
            ("PUT", "/maps/{name}", self.put_map),
            ("GET", "/maps/{name}", self.get_map),
            ("DELETE", "/maps/{name}", self.delete_map),
            ("PUT", tile, self.put_tile),
            ("GET", tile, self.get_tile),
            ("HEAD", tile, self.get_tile),
            ("POST", "/search", self.search_places),
        )

    def answer(self, request: Request) -> Reply:
        try:
            if request.one("key") != ATLAS_KEY:
                raise Fault("BadKey", 403, "This key opens nothing.", Key=request.one("key"))
            return routed(self.routes, request)
        except Fault as fault:
            facts = {"Code": fault.code, "Message": str(fault), **fault.members}
            error = element("Error", *(element(name, str(value)) for name, value in facts.items()))
            body = to_xml(element("ErrorResponse", error, element("RequestId", "r-1")))
            return Reply(fault.status, body, fault.headers)

    def put_map(self, request: Request, name: str) -> Reply:
        if self.maps.get(name, {}).get("title") == "Locked":
            raise Fault("MapLocked", 423, "Somebody is drawing.", By="Mercator", Until="2026-05-01T12:00:00Z")
        root = ElementTree.fromstring(request.body)
        if root.tag != f"{{{ATLAS_XMLNS}}}Map":
            raise Fault("ValidationException", 400, f"{root.tag} is no map")
        for tag, form in (("DrawnAt", "iso8601"), ("SurveyedAt", "unixTimestamp")):
            well_timed(form, root.findtext(f"{{{ATLAS_XMLNS}}}{tag}"))
        well_timed("rfc822", request.headers.get("x-publish-at"))
        revision = self.maps.get(name, {}).get("revision", 0) + 1
        kept = {n: v for n, v in request.headers.items() if n.startswith("x-atlas-note-")}
        kept |= {n: request.headers[n] for n in ("x-publish-at", "x-languages") if n in request.headers}
        title = root.findtext(f"{{{ATLAS_XMLNS}}}Title")
        self.maps[name] = {"body": request.body, "headers": kept, "revision": revision, "title": title}
        return Reply(200, b"", {"X-Revision": str(revision), "ETag": etag(request.body.decode())})

    def get_map(self, request: Request, name: str) -> Reply:
        found = self._map(name)
        published = "false" if "x-publish-at" in found["headers"] else "true"
        told = {"Content-Type": "application/xml", "X-Revision": str(found["revision"]), "X-Published": published}
        return Reply(200, found["body"], {**told, **found["headers"]})

    def list_maps(self, request: Request) -> Reply:
        well_timed("unixTimestamp", request.one("changed-since") or None)
        prefix, marker = request.one("prefix"), request.one("marker")
        names = [name for name in sorted(self.maps) if name.startswith(prefix) and name > marker]
        some, more = page(names, None, int(request.one("max-maps", "0")))
        maps = [
            element(
                "Map",
                element("MapId", name),
                element("Title", self.maps[name]["title"]),
                element("Revision", str(self.maps[name]["revision"])),
                element("Changed", "2026-05-01T12:00:00Z"),
            )
            for name in some
        ]
        listed = element("Maps", *maps)
        truncated = element("IsTruncated", "false" if more is None else "true")
        return Reply(200, to_xml(element("ListMapsResponse", listed, truncated, xmlns=ATLAS_XMLNS)))

    def delete_map(self, request: Request, name: str) -> Reply:
        self._map(name)
        del self.maps[name]
        return Reply(204)

    def put_tile(self, request: Request, name: str, zoom: str, path: str) -> Reply:
        self._map(name)
        if len(request.body) > MOST_TILE_BYTES:
            raise Fault("TileTooLarge", 413, "Tiles may not be that large.", Limit=MOST_TILE_BYTES)
        self.tiles[name, zoom, path] = (request.body, request.headers.get("content-type", "image/png"))
        return Reply(200, b"", {"ETag": hashlib.md5(request.body).hexdigest(), "X-Stored-At": "1777636800"})

    def get_tile(self, request: Request, name: str, zoom: str, path: str) -> Reply:
        if (name, zoom, path) not in self.tiles:
            raise Fault("TileNotFound", 404, "There is no such tile.")
        body, kind = self.tiles[name, zoom, path]
        headers = {"Content-Type": kind, "ETag": hashlib.md5(body).hexdigest()}
        headers["Last-Modified"] = "Fri, 01 May 2026 12:00:00 GMT"
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("range", ""))
        if part is None:
            return Reply(200, body, headers)
        return Reply(206, body[int(part[1]) : int(part[2]) + 1], headers)

    def search_places(self, request: Request) -> Reply:
        host = re.match(r"search-([a-z0-9-]+)\.", request.headers["host"])
        if host is None or request.one("kind") != "places":
            raise Fault("MapNotFound", 404, "The host name names no map.")
        self._map(host[1])
        text = ElementTree.fromstring(request.body).findtext(f"{{{ATLAS_XMLNS}}}Text")
        names = [("de", f"{text}berg"), ("la", f"Mons {text}")]
        place = element(
            "Place",
            element("Name", text),
            element("Kind", "PEAK"),
            element("At", element("Lat", "46.5"), element("Lon", "-7.25")),
            *(element("Translation", element("lang", lang), element("text", name)) for lang, name in names),
        )
        return Reply(200, to_xml(element("SearchPlacesResponse", element("Places", place), element("Took", "0.5"))))

    def _map(self, name: str) -> dict[str, Any]:
        if name not in self.maps:
            raise Fault("MapNotFound", 404, "There is no such map.", MapId=name)
        return self.maps[name]
