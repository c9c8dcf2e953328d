"""Paper and plastic that people hold: card faces, sealed certificate pages, photos (R-037, R-128 … R-132).

    front = card.render_face(record, Side.FRONT, Output.SVG)
    pdf = certificates.render(ResidentCopy(...))
    sealed = seal.seal_pdf(pdf, signer, at)

Only layout lives here: what may be printed for whom is decided by the institution that asks. Every page comes from one
engine (Typst) with the fonts of this machine; the same inputs and fonts give the same bytes.
"""
