#!/usr/bin/env python3
"""Does to sign-off forms what clients and their programs do, with tools that nobody here wrote: pypdf fills
fields, PDFium fills them as a browser does, pyHanko signs and validates. Every command prints JSON.

    sign_off.py fill IN OUT VALUES      VALUES: {"field": "text or option"}, filled by pypdf, written anew
    sign_off.py pdfium IN OUT VALUES    the same with the keyboard and the mouse of PDFium, Chromium's engine
    sign_off.py places IN VALUES        where a person clicks to fill in the values, and what is typed there
    sign_off.py flatten IN OUT          fields become plain print
    sign_off.py read FILE               what pypdf reads
    sign_off.py pki FOLDER DAY          makes test authorities and signers, PEM, with throw-away keys
    sign_off.py people FOLDER DAY WHO   the same for people: {"id": ["name", "kind of key"]}, below one authority
    sign_off.py sign IN OUT FIELD FOLDER SIGNER [MOMENT]
    sign_off.py judge FILE AUTHORITY MOMENT   what pyHanko thinks of the signatures in a file
    sign_off.py borrowed_later IN OUT FIELD FIELD   one signature in two fields
    sign_off.py second_form_later IN OUT            a form in XML beside the fields
    sign_off.py variants IN FOLDER      signs in many ways, spoils some, and says what pyHanko thinks of each
"""
import asyncio
import contextlib
import datetime as dt
import io
import json
import pathlib
import sys

UTC = dt.timezone.utc


# --- Filling --------------------------------------------------------------------------

def fill(source, target, values):
    from pypdf import PdfReader, PdfWriter
    writer = PdfWriter(clone_from=PdfReader(source))
    states = {
        name: "/" + value
        for name, value in values.items()
        if (field := writer.get_fields().get(name)) is not None and field.get("/FT") == "/Btn"
    }
    texts = {name: value for name, value in values.items() if name not in states}
    for page in writer.pages:
        writer.update_page_form_field_values(page, texts, auto_regenerate=False)
        writer.update_page_form_field_values(page, states, auto_regenerate=False)
    writer.write(target)
    return {}


def read(source):
    from pypdf import PdfReader
    fields = PdfReader(source).get_fields() or {}
    return {name: str(field.get("/V", "")) for name, field in fields.items() if field.get("/FT") != "/Sig"}


def pdfium(source, target, values):
    """Clicks and types, as Chromium's viewer does."""
    import ctypes

    import pypdfium2 as pdfium
    import pypdfium2.raw as raw
    document = pdfium.PdfDocument(source)
    document.init_forms()
    form = document.formenv.raw
    left = dict(values)
    for index in range(len(document)):
        page = document[index]
        raw.FORM_OnAfterLoadPage(page.raw, form)
        for number in range(raw.FPDFPage_GetAnnotCount(page.raw)):
            annotation = raw.FPDFPage_GetAnnot(page.raw, number)
            size = raw.FPDFAnnot_GetFormFieldName(form, annotation, None, 0)
            if size <= 2:
                continue
            buffer = (ctypes.c_ushort * (size // 2))()
            raw.FPDFAnnot_GetFormFieldName(form, annotation, buffer, size)
            name = bytes(buffer).decode("utf-16-le").rstrip("\0")
            if name not in left:
                continue
            rect = raw.FS_RECTF()
            raw.FPDFAnnot_GetRect(annotation, rect)
            x, y = (rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2
            kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
            if kind == raw.FPDF_FORMFIELD_RADIOBUTTON:
                size = raw.FPDFAnnot_GetFormFieldExportValue(form, annotation, None, 0)
                buffer = (ctypes.c_ushort * (size // 2))()
                raw.FPDFAnnot_GetFormFieldExportValue(form, annotation, buffer, size)
                if bytes(buffer).decode("utf-16-le").rstrip("\0") != left[name]:
                    continue
            raw.FORM_OnMouseMove(form, page.raw, 0, x, y)
            raw.FORM_OnLButtonDown(form, page.raw, 0, x, y)
            raw.FORM_OnLButtonUp(form, page.raw, 0, x, y)
            if kind == raw.FPDF_FORMFIELD_TEXTFIELD:
                raw.FORM_SelectAllText(form, page.raw)
                text = (left[name] + "\0").encode("utf-16-le")
                units = (ctypes.c_ushort * (len(text) // 2)).from_buffer_copy(text)
                raw.FORM_ReplaceSelection(form, page.raw, units)
            raw.FORM_ForceToKillFocus(form)
            left.pop(name)
    document.save(target)
    return {"left": sorted(left)}


def places(source, values):
    """In points from the left and the upper edge of a page; nothing is typed where an option is chosen."""
    from pypdf import PdfReader
    found, left = [], dict(values)
    for number, page in enumerate(PdfReader(source).pages):
        height = float(page.mediabox.height)
        for widget in (annotation.get_object() for annotation in page.get("/Annots", [])):
            of_choice = "/Parent" in widget
            name = (widget["/Parent"] if of_choice else widget).get("/T")
            if name not in left or (of_choice and "/" + left[name] not in widget["/AP"]["/N"]):
                continue
            x1, y1, x2, y2 = (float(side) for side in widget["/Rect"])
            found.append({"name": name, "page": number, "x": (x1 + x2) / 2, "y": height - (y1 + y2) / 2,
                          "width": float(page.mediabox.width), "text": None if of_choice else left.pop(name)})
            left.pop(name, None)
    return {"places": found, "left": sorted(left)}


def flatten(source, target):
    import pypdfium2 as pdfium
    document = pdfium.PdfDocument(source)
    document.init_forms()
    for index in range(len(document)):
        document[index].flatten()
    document.save(target)
    from pypdf import PdfReader, PdfWriter
    writer = PdfWriter(clone_from=PdfReader(target))
    writer.root_object.pop("/AcroForm", None)
    writer.write(target)
    return {}


# --- Certificates ---------------------------------------------------------------------

class Pki:
    """Authorities and signers around a day."""

    def __init__(self, folder, day):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.day = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(0), UTC)

    @staticmethod
    def key(kind):
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
        if kind == "p256":
            return ec.generate_private_key(ec.SECP256R1())
        if kind == "p384":
            return ec.generate_private_key(ec.SECP384R1())
        if kind == "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))

    def make(self, name, title, kind="rsa2048", by=None, ca=False, length=None, days=(-30, 3650), usage=None,
             stamping=False, constraints=True):
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
        key = self.key(kind)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, title),
                             x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "For tests only")])
        issuer_key, issuer = (key, subject) if by is None else (self.private(by), self.public(by).subject)
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(self.day + dt.timedelta(days=days[0]))
                   .not_valid_after(self.day + dt.timedelta(days=days[1])))
        if constraints:
            builder = builder.add_extension(x509.BasicConstraints(ca, length if ca else None), critical=True)
        usage = usage or (("key_cert_sign", "crl_sign") if ca else ("digital_signature", "content_commitment"))
        every = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
                 "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
        builder = builder.add_extension(x509.KeyUsage(**{name: name in usage for name in every}), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        if stamping:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        algorithm = None if isinstance(issuer_key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        certificate = builder.sign(issuer_key, algorithm)
        (self.folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (self.folder / f"{name}.key").write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))

    def public(self, name):
        from cryptography import x509
        return x509.load_pem_x509_certificate((self.folder / f"{name}.pem").read_bytes())

    def private(self, name):
        from cryptography.hazmat.primitives import serialization
        return serialization.load_pem_private_key((self.folder / f"{name}.key").read_bytes(), None)

    def all(self):
        self.make("root", "Test root authority", ca=True)
        self.make("issuing", "Test issuing authority", by="root", ca=True, length=0)
        self.make("other", "Another test authority", ca=True)
        for name, kind in (("rsa", "rsa2048"), ("rsa3072", "rsa3072"), ("p256", "p256"), ("p384", "p384"),
                           ("ed25519", "ed25519")):
            self.make(name, f"Test signer {name}", kind, by="issuing")
        self.make("second", "Second test signer", "p256", by="root")
        self.make("expired", "Expired test signer", "p256", by="root", days=(-30, -1))
        self.make("future", "Future test signer", "p256", by="root", days=(10, 100))
        self.make("usage", "Test signer that may only encipher", by="root", usage=("key_encipherment",))
        self.make("sub", "Test authority below one that allows none", by="issuing", ca=True)
        self.make("deep", "Test signer below too many", "p256", by="sub")
        self.make("leaf-issued", "Test signer issued by a signer", "p256", by="rsa")
        self.make("lax", "Test authority without the right", by="root", ca=True, usage=("digital_signature",))
        self.make("lax-issued", "Test signer of that authority", "p256", by="lax")
        self.make("old-ca", "Expired test authority", by="root", ca=True, days=(-100, -2))
        self.make("old-ca-issued", "Test signer of an expired authority", "p256", by="old-ca")
        self.make("stranger", "Test signer of another authority", "p256", by="other")
        self.make("alone", "Test signer who signed the certificate alone", "p256")
        self.make("tsa", "Test time stamp service", by="root", usage=("digital_signature",), stamping=True)
        self.make("bad-tsa", "Test time stamp service of another authority", by="other",
                  usage=("digital_signature",), stamping=True)
        return {"folder": str(self.folder)}

    def people(self, who):
        self.make("root", "Test authority of the example", "p256", ca=True)
        for name, (title, kind) in who.items():
            self.make(name, f"{title} (test certificate)", kind, by="root")
        return {"folder": str(self.folder)}


# --- Signing --------------------------------------------------------------------------

CHAINS = {"rsa": ["issuing"], "rsa3072": ["issuing"], "p256": ["issuing"], "p384": ["issuing"], "ed25519": ["issuing"],
          "deep": ["sub", "issuing"], "leaf-issued": ["rsa", "issuing"], "lax-issued": ["lax"],
          "old-ca-issued": ["old-ca"]}


def loaded(folder, name):
    from pyhanko.keys import load_cert_from_pemder
    return load_cert_from_pemder(str(pathlib.Path(folder) / f"{name}.pem"))


def signer(folder, name, chain=None, **options):
    from pyhanko.keys import load_private_key_from_pemder
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore
    store = SimpleCertificateStore()
    for other in CHAINS.get(name, []) if chain is None else chain:
        store.register(loaded(folder, other))
    key = load_private_key_from_pemder(str(pathlib.Path(folder) / f"{name}.key"), passphrase=None)
    return signers.SimpleSigner(signing_cert=loaded(folder, name), signing_key=key, cert_registry=store, **options)


def pss():
    """PSS as smart cards sign: a salt as long as the hash."""
    from asn1crypto import algos
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams({
        "hash_algorithm": sha256,
        "mask_gen_algorithm": algos.MaskGenAlgorithm({"algorithm": "mgf1", "parameters": sha256}),
        "salt_length": 32})})


def stamper(folder, name="tsa"):
    from pyhanko.keys import load_private_key_from_pemder
    from pyhanko.sign.timestamps import DummyTimeStamper
    from pyhanko_certvalidator.registry import SimpleCertificateStore
    store = SimpleCertificateStore()
    store.register(loaded(folder, "root"))
    key = load_private_key_from_pemder(str(pathlib.Path(folder) / f"{name}.key"), passphrase=None)
    return DummyTimeStamper(tsa_cert=loaded(folder, name), tsa_key=key, certs_to_embed=store)


def sign(data, field, who, pades=True, hash_name="sha256", stamp=None, certify=False, moment=None):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    form = fields.SigSeedSubFilter
    metadata = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm=hash_name, certify=certify, reason="Sign-off", location="Test",
        subfilter=form.PADES if pades else form.ADOBE_PKCS7_DETACHED)
    out = io.BytesIO()
    style = plain_stamp() if moment else None
    with clock(moment):
        signers.PdfSigner(metadata, signer=who, timestamper=stamp, stamp_style=style).sign_pdf(writer, output=out)
    return out.getvalue()


def plain_stamp():
    """What is seen of a signature: two lines, without a frame and a picture."""
    from pyhanko.stamp import TextStampStyle
    return TextStampStyle(stamp_text="Signed by %(signer)s\n%(ts)s", background=None, border_width=0)


@contextlib.contextmanager
def clock(moment):
    """Lets pyHanko sign at a moment, instead of now."""
    from pyhanko.sign.signers import pdf_signer
    real = pdf_signer.PdfSigningSession.__init__

    def at(self, *args, **options):
        real(self, *args, **options)
        self.system_time = moment or self.system_time
    pdf_signer.PdfSigningSession.__init__ = at
    try:
        yield
    finally:
        pdf_signer.PdfSigningSession.__init__ = real


# --- Spoiling -------------------------------------------------------------------------

def later(data, change):
    """Appends a revision in which fields were changed."""
    from pyhanko.pdf_utils.generic import NameObject, TextStringObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    change(writer, NameObject, TextStringObject)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def field_of(writer, name):
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field.get("/T") == name:
            return field
    raise KeyError(name)


def text_later(data, name, text):
    def change(writer, names, strings):
        field = field_of(writer, name)
        field[names("/V")] = strings(text)
        writer.update_container(field)
    return later(data, change)


def choice_later(data, name, option):
    def change(writer, names, _):
        field = field_of(writer, name)
        field[names("/V")] = names("/" + option)
        writer.update_container(field)
        for kid in field["/Kids"]:
            kid = kid.get_object()
            kid[names("/AS")] = names("/" + option if "/" + option in kid["/AP"]["/N"] else "/Off")
            writer.update_container(kid)
    return later(data, change)


def page_later(data):
    def change(writer, names, _):
        from pyhanko.pdf_utils.generic import ArrayObject, StreamObject
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        while "/Kids" in page:
            page = page["/Kids"][0].get_object()
        extra = writer.add_object(StreamObject(stream_data=b"q 1 0 0 rg 100 100 200 200 re f Q"))
        old = page.raw_get("/Contents")
        page[names("/Contents")] = ArrayObject([old, extra])
        writer.update_container(page)
    return later(data, change)


def note_later(data):
    def change(writer, names, strings):
        from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NumberObject
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        while "/Kids" in page:
            page = page["/Kids"][0].get_object()
        note = DictionaryObject({
            names("/Type"): names("/Annot"), names("/Subtype"): names("/FreeText"),
            names("/Rect"): ArrayObject(NumberObject(n) for n in (100, 100, 300, 200)),
            names("/Contents"): strings("rejected"), names("/DA"): strings("/Helv 12 Tf 0 g"),
        })
        page["/Annots"].append(writer.add_object(note))
        writer.update_container(page["/Annots"])
        writer.update_container(page)
    return later(data, change)


def borrowed_later(data, lender, borrower):
    """Lets the signature in one field stand in another one too."""
    def change(writer, names, _):
        field = field_of(writer, borrower)
        field[names("/V")] = field_of(writer, lender).raw_get("/V")
        writer.update_container(field)
    return later(data, change)


def second_form_later(data):
    """Adds a form in XML, which some programs show in place of the fields."""
    def change(writer, names, _):
        from pyhanko.pdf_utils.generic import StreamObject
        form = writer.root["/AcroForm"]
        form[names("/XFA")] = writer.add_object(StreamObject(stream_data=b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>"))
        writer.update_container(form)
    return later(data, change)


def flip(data, needle, at=0):
    place = data.index(needle) + at
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]


def inside_contents(data):
    """Changes a digit of the signature value, which stands at the end of the structure."""
    start = data.rindex(b"/Contents <") + len(b"/Contents <")
    end = start + len(data[start:data.index(b">", start)].rstrip(b"0")) - 40
    digit = b"0" if data[end:end + 1] != b"0" else b"1"
    return data[:end] + digit + data[end + 1:]


def shorter_range(data):
    """Leaves more out of the signed bytes than the signature."""
    start = data.rindex(b"/ByteRange [")
    end = data.index(b"]", start)
    numbers = data[start + 12:end].split()
    numbers[1] = str(int(numbers[1]) - 10).encode()
    text = b"/ByteRange [" + b" ".join(numbers)
    return data[:start] + text.ljust(end - start) + data[end:]


# --- Judging --------------------------------------------------------------------------

def policy():
    """pyHanko's own rules for later changes, but one: where a field is locked, it takes a picture of the field
    for changed that no later revision touches, if it is older than the signature."""
    from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, FormUpdatingRule, StandardDiffPolicy
    from pyhanko.sign.diff_analysis.rules import form_field_rules as rules
    form = FormUpdatingRule([
        rules.SigFieldCreationRule(), rules.SigFieldModificationRule(),
        rules.GenericFieldModificationRule(allow_in_place_appearance_stream_changes=False)])
    return StandardDiffPolicy(global_rules=DEFAULT_DIFF_POLICY.global_rules, form_rule=form)


def judge(data, folder, trust, moment, field=None):
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    def context():
        return ValidationContext(trust_roots=[loaded(folder, name) for name in trust], moment=moment,
                                 allow_fetching=False, revocation_mode="soft-fail", best_signature_time=moment)
    found = []
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        for embedded in reader.embedded_regular_signatures:
            entry = {"field": embedded.field_name}
            try:
                status = asyncio.run(async_validate_pdf_signature(
                    embedded, context(), ts_validation_context=context(), diff_policy=policy(),
                    key_usage_settings=KeyUsageConstraints(
                        key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)))
                entry.update(intact=status.intact, valid=status.valid, trusted=status.trusted,
                             whole=status.coverage.name == "ENTIRE_FILE",
                             modified=str(status.modification_level), bottom=status.bottom_line,
                             unchanged=bool(status.docmdp_ok) and status.coverage.name.startswith("ENTIRE"))
            except Exception as error:  # what it refuses to judge is not good
                entry.update(intact=False, valid=False, trusted=False, bottom=False, unchanged=False,
                             refused=f"{type(error).__name__}: {error}")
            found.append(entry)
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}", "signatures": []}
    return {"signatures": found}


def variants(source, folder, out, first, second, decision, place):
    """Signs in many ways, spoils some, and judges all."""
    data = pathlib.Path(source).read_bytes()
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    moment = dt.datetime.now(UTC)
    plain = sign(data, first, signer(folder, "rsa"))
    made = {
        "rsa": (plain, ["root"]),
        "rsa, the older format": (sign(data, first, signer(folder, "rsa"), pades=False), ["root"]),
        "rsa with SHA-512": (sign(data, first, signer(folder, "rsa"), hash_name="sha512"), ["root"]),
        "rsa with 3072 bits and SHA-384": (sign(data, first, signer(folder, "rsa3072"), hash_name="sha384"), ["root"]),
        "rsa with PSS": (sign(data, first, signer(folder, "rsa", signature_mechanism=pss())), ["root"]),
        "p-256": (sign(data, first, signer(folder, "p256")), ["root"]),
        "p-384 with SHA-384": (sign(data, first, signer(folder, "p384"), hash_name="sha384"), ["root"]),
        "ed25519": (sign(data, first, signer(folder, "ed25519"), hash_name="sha512"), ["root"]),
        "certified": (sign(data, first, signer(folder, "rsa"), certify=True), ["root"]),
        "time-stamped": (sign(data, first, signer(folder, "rsa"), stamp=stamper(folder)), ["root"]),
        "the issuing authority is trusted": (plain, ["issuing"]),
        "the certificate itself is trusted": (sign(data, first, signer(folder, "alone")), ["alone"]),
        "nobody vouches": (sign(data, first, signer(folder, "alone")), ["root"]),
        "another authority": (sign(data, first, signer(folder, "stranger")), ["root"]),
        "the authority in between is missing": (sign(data, first, signer(folder, "rsa", chain=[])), ["root"]),
        "expired": (sign(data, first, signer(folder, "expired")), ["root"]),
        "not valid yet": (sign(data, first, signer(folder, "future")), ["root"]),
        "a key for something else": (sign(data, first, signer(folder, "usage")), ["root"]),
        "below too many authorities": (sign(data, first, signer(folder, "deep")), ["root"]),
        "issued by a signer": (sign(data, first, signer(folder, "leaf-issued")), ["root"]),
        "issued without the right": (sign(data, first, signer(folder, "lax-issued")), ["root"]),
        "issued by an expired authority": (sign(data, first, signer(folder, "old-ca-issued")), ["root"]),
        "one byte changed": (flip(plain, b"%PDF-1", 9), ["root"]),
        "the signature changed": (inside_contents(plain), ["root"]),
        "more left out than the signature": (shorter_range(plain), ["root"]),
        "an answer changed later": (choice_later(plain, decision, "reject"), ["root"]),
        "another's place filled in later": (text_later(plain, place, "Lindvik"), ["root"]),
        "a page changed later": (page_later(plain), ["root"]),
        "a note put on a page later": (note_later(plain), ["root"]),
        "signed by two": (sign(plain, second, signer(folder, "second")), ["root"]),
        "signed by two, the first bytes changed": (flip(sign(plain, second, signer(folder, "second")), b"%PDF-1", 9), ["root"]),
        "cut off": (plain[:-400], ["root"]),
    }
    result = []
    for number, (name, (bytes_, trust)) in enumerate(made.items()):
        path = out / f"{number:02}.pdf"
        path.write_bytes(bytes_)
        result.append({"name": name, "file": str(path), "trust": trust, **judge(bytes_, folder, trust, moment)})
    return {"variants": result, "moment": moment.isoformat()}


def main(command, *args):
    if command in ("fill", "pdfium"):
        return globals()[command](args[0], args[1], json.loads(args[2]))
    if command == "places":
        return places(args[0], json.loads(args[1]))
    if command == "flatten":
        return flatten(*args)
    if command == "read":
        return read(*args)
    if command == "pki":
        return Pki(*args).all()
    if command == "people":
        folder, day, who = args
        return Pki(folder, day).people(json.loads(who))
    if command == "sign":
        source, target, field, folder, who, *moment = args
        moment = dt.datetime.fromisoformat(moment[0]) if moment else None
        data = sign(pathlib.Path(source).read_bytes(), field, signer(folder, who), moment=moment)
        pathlib.Path(target).write_bytes(data)
        return {}
    if command == "judge":
        file, authority, moment = args
        authority = pathlib.Path(authority)
        return judge(pathlib.Path(file).read_bytes(), authority.parent, [authority.stem],
                     dt.datetime.fromisoformat(moment))
    if command in ("borrowed_later", "second_form_later"):
        source, target, *names = args
        pathlib.Path(target).write_bytes(globals()[command](pathlib.Path(source).read_bytes(), *names))
        return {}
    if command == "variants":
        return variants(*args)
    raise SystemExit(__doc__)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:]), ensure_ascii=False))
